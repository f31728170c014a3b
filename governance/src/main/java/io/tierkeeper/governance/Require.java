package io.tierkeeper.governance;

import java.util.Locale;

/** Checks of parameters that name the field, the value and what is allowed. */
final class Require {
  private Require() {}

  static double notNegative(String field, double value) {
    if (!(value >= 0) || Double.isInfinite(value)) {
      throw rejected(field, value, "a finite number >= 0");
    }
    return value;
  }

  static IllegalArgumentException rejected(String field, Object value, String allowed) {
    return new IllegalArgumentException(
        String.format(Locale.ROOT, "%s is %s; allowed is %s", field, value, allowed));
  }
}
