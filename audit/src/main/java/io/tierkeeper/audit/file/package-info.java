/** A trail as files in a directory: append, rotate, flush, and recover the end of the chain after a crash. */
@NullMarked
package io.tierkeeper.audit.file;

import org.jspecify.annotations.NullMarked;
