package io.tierkeeper.simulation.trace;

import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;

/** Random numbers that are the same for the same seed on every machine and every Java. */
final class Draws {
  private final RandomGenerator random;

  /** Numbers of their own for each purpose, so that one tenant more changes nothing for the others. */
  Draws(long seed, String scenario, String purpose) {
    random = new Well19937c(
        new int[] {(int) (seed >>> 32), (int) seed, scenario.hashCode(), purpose.hashCode()});
  }

  double uniform(Range range) {
    return range.low() + random.nextDouble() * (range.high() - range.low());
  }

  double uniform(double low, double high) {
    return low + random.nextDouble() * (high - low);
  }

  double gaussian() {
    return random.nextGaussian();
  }

  /** The waiting time for an event that comes once in {@code mean} on average. */
  double exponential(double mean) {
    return -mean * StrictMath.log(1 - random.nextDouble());
  }
}
