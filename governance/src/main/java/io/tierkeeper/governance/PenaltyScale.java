package io.tierkeeper.governance;

import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** How the text that is found for a tenant becomes a penalty. */
public sealed interface PenaltyScale {

  /** The penalty of a value, >= 0 and finite; empty where the scale does not know the value. */
  OptionalDouble penalty(String value);

  /** What values it knows, in words. */
  String allowed();

  /**
   * A number that becomes a penalty along a straight line between two numbers, and stays there beyond them.
   *
   * @param zeroAt where, and beyond which, the penalty is 0; finite, and another number than {@code fullAt}
   * @param fullAt where, and beyond which, the penalty is {@code full}; finite, above or below {@code zeroAt}
   * @param full the largest penalty, finite and >= 0
   */
  record Ramp(double zeroAt, double fullAt, double full) implements PenaltyScale {
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,6}(\\.[0-9]{1,6})?");

    /** Checks the numbers; an {@link IllegalArgumentException} names the field, the value and what is allowed. */
    public Ramp {
      Require.notNegative("ramp.zeroAt", zeroAt);
      Require.notNegative("ramp.fullAt", fullAt);
      Require.notNegative("ramp.full", full);
      if (zeroAt == fullAt) {
        throw Require.rejected("ramp.fullAt", fullAt, "another number than ramp.zeroAt");
      }
    }

    /** In [0, full]; never falls on the way from {@code zeroAt} to {@code fullAt}. */
    public double at(double value) {
      double way = (value - zeroAt) / (fullAt - zeroAt);
      return full * Math.min(1, Math.max(0, way));
    }

    @Override
    public OptionalDouble penalty(String value) {
      return NUMBER.matcher(value).matches()
          ? OptionalDouble.of(at(Double.parseDouble(value)))
          : OptionalDouble.empty();
    }

    @Override
    public String allowed() {
      return "a decimal of at least 0 with at most six digits on either side of the point";
    }
  }

  /**
   * Words that have a penalty each.
   *
   * @param penalties by word; at least one, each finite and >= 0
   */
  record Classes(Map<String, Double> penalties) implements PenaltyScale {

    /** Checks and keeps its own map; an {@link IllegalArgumentException} names the class and what is allowed. */
    public Classes {
      penalties = java.util.Collections.unmodifiableMap(new TreeMap<>(penalties));
      if (penalties.isEmpty()) {
        throw Require.rejected("classes", "empty", "at least one");
      }
      penalties.forEach((name, penalty) -> Require.notNegative("classes." + name, penalty));
    }

    @Override
    public OptionalDouble penalty(String value) {
      Double penalty = penalties.get(value);
      return penalty == null ? OptionalDouble.empty() : OptionalDouble.of(penalty);
    }

    @Override
    public String allowed() {
      return String.join(", ", penalties.keySet());
    }
  }
}
