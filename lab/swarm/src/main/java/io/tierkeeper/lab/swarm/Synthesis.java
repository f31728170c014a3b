package io.tierkeeper.lab.swarm;

import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What a few packets say together.
 *
 * @param outcome the one that weighs most, by confidence times likeness
 * @param confidence its share of all weight, 0 to 1
 * @param delta the summary of the packet that weighs most among its own
 * @param packets how many were taken together
 */
public record Synthesis(Outcome outcome, double confidence, String delta, int packets) {

  /** What is known where nothing was found. */
  public static final Synthesis NOTHING = new Synthesis(Outcome.UNCHANGED, 0, "", 0);

  /** Takes packets together. */
  static Synthesis of(List<Match> matches) {
    Map<Outcome, Double> weights = new EnumMap<>(Outcome.class);
    double all = 0;
    for (Match match : matches) {
      weights.merge(match.packet().outcome(), match.weight(), Double::sum);
      all += match.weight();
    }
    if (all == 0) {
      return NOTHING;
    }
    Outcome best = Outcome.UNCHANGED;
    double most = -1;
    for (Map.Entry<Outcome, Double> entry : weights.entrySet()) {
      if (entry.getValue() > most) {
        best = entry.getKey();
        most = entry.getValue();
      }
    }
    Match heaviest = null;
    for (Match match : matches) {
      if (match.packet().outcome() == best
          && (heaviest == null || match.weight() > heaviest.weight())) {
        heaviest = match;
      }
    }
    return new Synthesis(
        best, most / all, heaviest == null ? "" : heaviest.packet().delta(), matches.size());
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT, "%s (%.2f of %d packets): %s", outcome, confidence, packets, delta);
  }
}
