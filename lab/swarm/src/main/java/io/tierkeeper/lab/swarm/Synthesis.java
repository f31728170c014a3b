package io.tierkeeper.lab.swarm;

import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The summary of several packets.
 *
 * @param outcome the outcome with the largest weight, where a weight is confidence times similarity
 * @param confidence its share of the total weight, 0 to 1
 * @param delta of the packet with the largest weight and this outcome
 * @param packets number of packets
 */
public record Synthesis(Outcome outcome, double confidence, String delta, int packets) {

  /** The summary of no packets. */
  public static final Synthesis NOTHING = new Synthesis(Outcome.OPEN, 0, "", 0);

  /** Summarizes packets. */
  public static Synthesis of(List<Match> matches) {
    Map<Outcome, Double> weights = new EnumMap<>(Outcome.class);
    double total = 0;
    for (Match match : matches) {
      weights.merge(match.packet().outcomeType(), match.weight(), Double::sum);
      total += match.weight();
    }
    if (total == 0) {
      return NOTHING;
    }
    Outcome best = Outcome.OPEN;
    double max = -1;
    for (Map.Entry<Outcome, Double> entry : weights.entrySet()) {
      if (entry.getValue() > max) {
        best = entry.getKey();
        max = entry.getValue();
      }
    }
    Match heaviest = null;
    for (Match match : matches) {
      if (match.packet().outcomeType() == best
          && (heaviest == null || match.weight() > heaviest.weight())) {
        heaviest = match;
      }
    }
    return new Synthesis(
        best,
        max / total,
        heaviest == null ? "" : heaviest.packet().deltaSummary(),
        matches.size());
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT, "%s (%.2f of %d packets): %s", outcome.word(), confidence, packets, delta);
  }
}
