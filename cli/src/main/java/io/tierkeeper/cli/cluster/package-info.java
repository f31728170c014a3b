/** The verbs that read and change tiered collections through the Kubernetes API, as {@code kubectl tier} as well. */
@NullMarked
package io.tierkeeper.cli.cluster;

import org.jspecify.annotations.NullMarked;
