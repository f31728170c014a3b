package io.tierkeeper.qdrant;

import java.util.OptionalLong;
import java.util.Set;

/**
 * What a peer says of itself and of consensus ({@code GET /cluster} and {@code GET /}).
 *
 * @param version the server's version, as {@code 1.19.0}
 * @param peers the ids of all registered peers, this one included
 * @param term raft term
 * @param commit raft commit index
 * @param pendingOperations operations that consensus has not applied yet
 * @param hasLeader whether the peer knows a leader
 * @param memoryBytes the memory that its container or machine allows it; empty where that is unknown or unlimited
 */
public record PeerStatus(
    String version,
    long peerId,
    Set<Long> peers,
    long term,
    long commit,
    long pendingOperations,
    boolean hasLeader,
    OptionalLong memoryBytes) {

  /** A peer that does not say how much memory it has. */
  public PeerStatus(
      String version,
      long peerId,
      Set<Long> peers,
      long term,
      long commit,
      long pendingOperations,
      boolean hasLeader) {
    this(version, peerId, peers, term, commit, pendingOperations, hasLeader, OptionalLong.empty());
  }
}
