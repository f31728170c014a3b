package io.tierkeeper.lab.swarm;

/**
 * A packet that was found.
 *
 * @param id of its point
 * @param likeness cosine of problem and question, -1 to 1
 */
public record Match(long id, OutcomePacket packet, double likeness) {

  double weight() {
    return packet.confidence() * Math.max(0, likeness);
  }
}
