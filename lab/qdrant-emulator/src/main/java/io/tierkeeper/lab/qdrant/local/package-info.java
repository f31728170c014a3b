/** A cluster of real Qdrant processes on this machine, for tests and proofs. */
@NullMarked
package io.tierkeeper.lab.qdrant.local;

import org.jspecify.annotations.NullMarked;
