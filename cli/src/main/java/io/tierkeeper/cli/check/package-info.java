/** The command {@code check}: whether a collection can be tiered, without a cluster. */
@NullMarked
package io.tierkeeper.cli.check;

import org.jspecify.annotations.NullMarked;
