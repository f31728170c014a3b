package io.tierkeeper.governance.decision;

import java.time.Duration;

/** Refusals that name the field, the value and what is allowed. */
final class Rejected {
  private Rejected() {}

  static IllegalArgumentException because(String field, Object value, String allowed) {
    return new IllegalArgumentException(field + " is " + value + "; allowed is " + allowed);
  }

  static void ifNegative(String field, Duration value) {
    if (value.isNegative()) {
      throw because(field, value, "a duration >= 0s");
    }
  }

  static void ifBelow(int least, String field, int value) {
    if (value < least) {
      throw because(field, value, "a whole number >= " + least);
    }
  }

  static void ifNotCost(String field, double cost) {
    if (!(cost >= 0) || Double.isInfinite(cost)) {
      throw because(field, cost, "a finite number >= 0");
    }
  }
}
