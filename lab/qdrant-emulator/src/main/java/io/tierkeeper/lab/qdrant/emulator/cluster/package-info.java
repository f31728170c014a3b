/** Peers and what they agree on: the consensus log, collections with their shards and replicas, transfers, snapshots. */
@NullMarked
package io.tierkeeper.lab.qdrant.emulator.cluster;

import org.jspecify.annotations.NullMarked;
