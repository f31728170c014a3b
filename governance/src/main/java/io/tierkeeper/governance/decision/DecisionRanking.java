package io.tierkeeper.governance.decision;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * The order in which tenants get a slot when several want it: pinned tenants first, then the largest excess over
 * the threshold, ties by tenant.
 *
 * <p>The excess is a fraction of the threshold, so that tenants with thresholds of their own can be compared: of the
 * share where the policy has one, else of the points.
 */
public final class DecisionRanking {
  private static final Comparator<Decision> ORDER = Comparator.comparing(DecisionRanking::pinned)
      .thenComparingDouble(DecisionRanking::excess)
      .reversed()
      .thenComparing(Decision::tenant);

  private DecisionRanking() {}

  /** The decisions that move something, the first to be served first; holds are left out. */
  public static List<Decision> order(Collection<? extends Decision> decisions) {
    return decisions.stream()
        .filter(decision -> !(decision instanceof Hold))
        .<Decision>map(decision -> decision)
        .sorted(ORDER)
        .toList();
  }

  /** Under a cost band the promotion size is what both directions are measured against. */
  static double excess(DecisionPolicy policy, double mass, long points, Direction direction) {
    return excess(
        policy.thresholds(policy.costBand() == null ? direction : Direction.PROMOTE),
        mass,
        points,
        direction);
  }

  static double excess(Thresholds thresholds, double mass, long points, Direction direction) {
    double ratio = thresholds.share().isPresent()
        ? mass / thresholds.share().getAsDouble()
        : points / Math.max(1.0, thresholds.points().getAsLong());
    return switch (direction) {
      case PROMOTE -> ratio - 1;
      case DEMOTE -> 1 - ratio;
    };
  }

  private static boolean pinned(Decision decision) {
    return switch (decision) {
      case Promote promote -> promote.pinned();
      case Demote demote -> demote.pinned();
      case Hold hold -> false;
    };
  }

  private static double excess(Decision decision) {
    return switch (decision) {
      case Promote promote -> promote.excess();
      case Demote demote -> demote.excess();
      case Hold hold -> 0;
    };
  }
}
