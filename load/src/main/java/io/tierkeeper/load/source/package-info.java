/** Readers of the files that a load reads: each gives rows with named values, and says which row cannot be read. */
@NullMarked
package io.tierkeeper.load.source;

import org.jspecify.annotations.NullMarked;
