/** The one binary: a command parses its arguments and delegates. */
@NullMarked
package io.tierkeeper.cli;

import org.jspecify.annotations.NullMarked;
