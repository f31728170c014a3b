package io.tierkeeper.moves.scan;

import java.time.Duration;
import org.apache.commons.math3.distribution.PoissonDistribution;

/**
 * Whether clients have made the changes that were not observed: between the switch and the end of the post-switch scan a
 * client's deletion cannot be told from a point that the copy lacks. Changes of the same kind that were observed after that scan
 * tell how many of them are to be expected before it.
 *
 * @param gap the longest time in which changes were not observed
 * @param observing how long changes have been observed since
 */
record ClientRate(Duration gap, Duration observing) {

  /** Rarer than this is not attributed to clients. */
  private static final double LEAST_PROBABILITY = 1e-3;

  /** After this many times the gap the rate is known well enough. */
  private static final int LONG = 20;

  private static final Duration LONGEST = Duration.ofMinutes(5);

  /**
   * Whether so many changes are to be expected in the gap at the rate that was observed: Poisson, with a probability of at least
   * 0.001 for so many or more. Never where none was observed.
   */
  boolean explains(long changes, long observed) {
    if (changes == 0) {
      return true;
    }
    double expected = (double) observed * gap.toNanos() / Math.max(1, observing.toNanos());
    return expected > 0
        && 1
                - new PoissonDistribution(expected)
                    .cumulativeProbability((int) Math.min(changes - 1, Integer.MAX_VALUE))
            >= LEAST_PROBABILITY;
  }

  /** Whether more will not be known by observing for longer. */
  boolean conclusive() {
    return observing.compareTo(gap.multipliedBy(LONG)) >= 0 || observing.compareTo(LONGEST) >= 0;
  }
}
