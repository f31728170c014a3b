/** The command {@code migrate}: its options, and how it prints what a migration did. */
@NullMarked
package io.tierkeeper.cli.migrate;

import org.jspecify.annotations.NullMarked;
