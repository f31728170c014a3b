package io.tierkeeper.lab.swarm;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** How an attempt at a problem ended. */
public enum Outcome {
  RESOLVED,
  PARTIAL,
  /** The attempt shows that an earlier packet was wrong. */
  CONTRADICTED,
  /** Nothing is known yet. */
  OPEN;

  /** The word in packets, such as {@code resolved}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The outcome with this word.
   *
   * @throws IllegalArgumentException with the value and the allowed words
   */
  public static Outcome named(String word) {
    return Arrays.stream(values())
        .filter(outcome -> outcome.word().equals(word))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException(OutcomePacket.OUTCOME_TYPE + " is '" + word
            + "'; allowed is one of "
            + Arrays.stream(values()).map(Outcome::word).collect(Collectors.joining(", "))));
  }
}
