package io.tierkeeper.simulation.trace;

/**
 * A number that each tenant draws for itself, evenly from low to high.
 *
 * @param low the smallest, finite
 * @param high the largest, finite and >= low
 */
public record Range(double low, double high) {
  /** The same number for every tenant. */
  static Range of(double number) {
    return new Range(number, number);
  }
}
