/**
 * The verbs that read and change tiered collections through the Kubernetes API, as {@code kubectl tier} as well.
 * Large because each verb is a class, and they share what they print.
 */
@NullMarked
package io.tierkeeper.cli.cluster;

import org.jspecify.annotations.NullMarked;
