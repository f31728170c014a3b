/** Snapshots of dedicated keys that are stored outside Qdrant, and the restoration of a tenant from one of them. */
@NullMarked
package io.tierkeeper.moves.snapshot;

import org.jspecify.annotations.NullMarked;
