package io.tierkeeper.governance;

import java.util.Arrays;

/** The recent damped masses of one regime, newest last; never changed, only replaced. */
public final class Window {
  private static final Window EMPTY = new Window(new double[0]);

  private final double[] masses;

  private Window(double[] masses) {
    this.masses = masses;
  }

  /** The window of a regime without history. */
  public static Window empty() {
    return EMPTY;
  }

  /** A window of these masses, oldest first; each must be finite and >= 0. */
  public static Window of(double... masses) {
    for (double mass : masses) {
      Require.notNegative("window mass", mass);
    }
    return masses.length == 0 ? EMPTY : new Window(masses.clone());
  }

  /**
   * This window with one more mass at its end, of which the newest {@code capacity} masses are kept.
   *
   * @param mass a damped mass, finite and >= 0
   * @param capacity how many masses to keep, >= 0; 0 gives the empty window
   */
  public Window append(double mass, int capacity) {
    Require.notNegative("window mass", mass);
    if (capacity < 0) {
      throw Require.rejected("window capacity", capacity, "a whole number >= 0");
    }
    if (capacity == 0) {
      return EMPTY;
    }
    int kept = Math.min(masses.length, capacity - 1);
    double[] next = new double[kept + 1];
    System.arraycopy(masses, masses.length - kept, next, 0, kept);
    next[kept] = mass;
    return new Window(next);
  }

  /** How many masses it holds. */
  public int size() {
    return masses.length;
  }

  /** A copy of the masses, oldest first. */
  public double[] toArray() {
    return masses.clone();
  }

  /** The mass at a position, 0 being the oldest. */
  double get(int index) {
    return masses[index];
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Window that && Arrays.equals(masses, that.masses);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(masses);
  }

  @Override
  public String toString() {
    return Arrays.toString(masses);
  }
}
