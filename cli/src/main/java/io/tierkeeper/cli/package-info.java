/** The commands that need no laboratory; each parses its arguments and delegates to a module. */
@NullMarked
package io.tierkeeper.cli;

import org.jspecify.annotations.NullMarked;
