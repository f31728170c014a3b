/** The command {@code load}: its options, and how it prints what a load did. */
@NullMarked
package io.tierkeeper.cli.load;

import org.jspecify.annotations.NullMarked;
