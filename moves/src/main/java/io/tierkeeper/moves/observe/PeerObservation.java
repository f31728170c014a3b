package io.tierkeeper.moves.observe;

import io.tierkeeper.qdrant.PeerStatus;
import io.tierkeeper.qdrant.PeerView;
import io.tierkeeper.qdrant.QdrantReads;
import org.jspecify.annotations.Nullable;

/** One peer's answer; without a view the peer knows no such collection. */
public record PeerObservation(
    QdrantReads port, PeerStatus status, @Nullable PeerView view) {}
