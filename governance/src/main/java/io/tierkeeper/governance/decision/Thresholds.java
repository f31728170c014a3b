package io.tierkeeper.governance.decision;

import java.time.Duration;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * When one direction is wanted.
 *
 * @param share the damped share to be above (promotion) or below (demotion), strictly; in (0,1)
 * @param points the points to have at least (promotion) or at most (demotion); >= 0
 * @param match how the two combine
 * @param stabilizationWindow how long they must have held without a break
 */
public record Thresholds(
    OptionalDouble share, OptionalLong points, Match match, Duration stabilizationWindow) {
  /** Checks the values; an {@link IllegalArgumentException} names the field, the value and what is allowed. */
  public Thresholds {
    if (share.isEmpty() && points.isEmpty()) {
      throw Rejected.because("thresholds", "empty", "a share, a number of points, or both");
    }
    if (share.isPresent() && !(share.getAsDouble() > 0 && share.getAsDouble() < 1)) {
      throw Rejected.because("share", share.getAsDouble(), "a number in (0,1)");
    }
    if (points.isPresent() && points.getAsLong() < 0) {
      throw Rejected.because("points", points.getAsLong(), "a whole number >= 0");
    }
    Rejected.ifNegative("stabilizationWindow", stabilizationWindow);
  }

  /**
   * How big a tenant is, relative to these thresholds: above 1 what they ask of a promotion is met. The bigger of share
   * and points counts where either is enough, the smaller where both are needed.
   *
   * @param mass its share, in [0,1]
   * @param held its points, >= 0
   */
  public double relativeSize(double mass, long held) {
    if (share.isEmpty()) {
      return byPoints(held);
    }
    double byShare = mass / share.getAsDouble();
    if (points.isEmpty()) {
      return byShare;
    }
    return switch (match) {
      case EITHER -> Math.max(byShare, byPoints(held));
      case BOTH -> Math.min(byShare, byPoints(held));
    };
  }

  private double byPoints(long held) {
    return held / Math.max(1.0, points.getAsLong());
  }

  /** A threshold on the share alone, without stabilisation. */
  public static Thresholds ofShare(double share) {
    return new Thresholds(
        OptionalDouble.of(share), OptionalLong.empty(), Match.EITHER, Duration.ZERO);
  }
}
