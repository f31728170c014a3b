package io.tierkeeper.lab.swarm;

/**
 * A packet that a query returned.
 *
 * @param id of its point
 * @param similarity cosine of the packet's problem and the query's, -1 to 1
 */
public record Match(long id, OutcomePacket packet, double similarity) {

  /** Confidence times similarity. */
  double weight() {
    return packet.confidence() * Math.max(0, similarity);
  }
}
