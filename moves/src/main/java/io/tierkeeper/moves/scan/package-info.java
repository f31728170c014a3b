/** Resumable scans over the points of one tenant: each stops when its budget is spent and continues in the next step. */
@NullMarked
package io.tierkeeper.moves.scan;

import org.jspecify.annotations.NullMarked;
