package io.tierkeeper.governance.decision;

import java.util.ArrayList;
import java.util.List;

/** Only a tenant beyond the thresholds of its tier moves: strictly for the share, inclusively for the points. */
final class ThresholdRule implements DecisionRule {
  @Override
  public List<Gate> evaluate(DecisionInput input, Direction wanted) {
    if (input.policy().costBand() != null) {
      return List.of();
    }
    Thresholds thresholds = input.policy().thresholds(wanted);
    List<Gate> gates = new ArrayList<>(2);
    if (thresholds.share().isPresent()) {
      gates.add(share(input.measured().dampedMass(), thresholds.share().getAsDouble(), wanted));
    }
    if (thresholds.points().isPresent()) {
      gates.add(points(input.measured().points(), thresholds.points().getAsLong(), wanted));
    }
    return gates;
  }

  private static Gate share(double mass, double threshold, Direction wanted) {
    String name = switch (wanted) {
      case PROMOTE -> "ShareAbovePromote";
      case DEMOTE -> "ShareBelowDemote";
    };
    String sign = switch (wanted) {
      case PROMOTE -> "> ";
      case DEMOTE -> "< ";
    };
    return new Gate(
        name,
        GateText.share(mass),
        sign + GateText.share(threshold),
        sharePasses(mass, threshold, wanted),
        null,
        mass,
        threshold);
  }

  private static Gate points(long points, long threshold, Direction wanted) {
    String name = switch (wanted) {
      case PROMOTE -> "PointsAbovePromote";
      case DEMOTE -> "PointsBelowDemote";
    };
    String sign = switch (wanted) {
      case PROMOTE -> ">= ";
      case DEMOTE -> "<= ";
    };
    return new Gate(
        name,
        Long.toString(points),
        sign + threshold,
        pointsPass(points, threshold, wanted),
        null,
        (double) points,
        (double) threshold);
  }

  private static boolean sharePasses(double mass, double threshold, Direction wanted) {
    return switch (wanted) {
      case PROMOTE -> mass > threshold;
      case DEMOTE -> mass < threshold;
    };
  }

  private static boolean pointsPass(long points, long threshold, Direction wanted) {
    return switch (wanted) {
      case PROMOTE -> points >= threshold;
      case DEMOTE -> points <= threshold;
    };
  }

  /** The same question without gates: whether mass and points are beyond the thresholds of this direction. */
  static boolean holds(DecisionPolicy policy, double mass, long points, Direction wanted) {
    Thresholds thresholds = policy.thresholds(wanted);
    boolean both = thresholds.match() == Match.BOTH;
    if (thresholds.share().isPresent()) {
      boolean passes = sharePasses(mass, thresholds.share().getAsDouble(), wanted);
      if (passes != both || thresholds.points().isEmpty()) {
        return passes;
      }
    }
    return pointsPass(points, thresholds.points().getAsLong(), wanted);
  }

  @Override
  public boolean passes(DecisionInput input, Direction wanted, List<Gate> gates) {
    if (gates.isEmpty()) {
      return true;
    }
    return switch (input.policy().thresholds(wanted).match()) {
      case EITHER -> gates.stream().anyMatch(Gate::met);
      case BOTH -> gates.stream().allMatch(Gate::met);
    };
  }

  /** The reason to move: the share if it is beyond its threshold, else the points. */
  static DecisionReason reasonToMove(DecisionInput input, Direction wanted) {
    Thresholds thresholds = input.policy().thresholds(wanted);
    boolean byShare = thresholds.share().isPresent()
        && sharePasses(input.measured().dampedMass(), thresholds.share().getAsDouble(), wanted);
    return switch (wanted) {
      case PROMOTE ->
        byShare ? DecisionReason.SHARE_ABOVE_PROMOTE : DecisionReason.POINTS_ABOVE_PROMOTE;
      case DEMOTE ->
        byShare ? DecisionReason.SHARE_BELOW_DEMOTE : DecisionReason.POINTS_BELOW_DEMOTE;
    };
  }

  @Override
  public DecisionReason reason(DecisionInput input, Direction wanted, Gate unmet) {
    return DecisionReason.BETWEEN_THRESHOLDS;
  }

  @Override
  public boolean appliesToPinned() {
    return false;
  }

  @Override
  public boolean isSignal() {
    return true;
  }
}
