package io.tierkeeper.simulation.trace;

import java.util.Locale;

/** How numbers are written for people. */
public final class Numbers {
  private Numbers() {}

  /** Without a decimal point where there is nothing behind it. */
  public static String plain(double number) {
    return number == Math.rint(number)
        ? String.format(Locale.ROOT, "%.0f", number)
        : Double.toString(number);
  }
}
