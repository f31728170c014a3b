package io.tierkeeper.cli.cluster;

import io.tierkeeper.api.v1alpha1.TenantTierStatus;
import io.tierkeeper.api.v1alpha1.TieredCollectionStatus;
import io.tierkeeper.evaluation.policy.Policy;
import io.tierkeeper.governance.decision.Direction;
import io.tierkeeper.governance.decision.Gate;
import io.tierkeeper.governance.decision.Match;
import io.tierkeeper.governance.decision.Thresholds;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What has to change for a tenant to be moved: its gates, from its TenantTier or from policy and measurement. */
final class Explanation {

  private Explanation() {}

  /** The gates of a tenant, without the one that only shows numbers. */
  static List<TenantTierStatus.Gate> gates(TenantSubject subject, @Nullable Policy rules) {
    TenantTierStatus status = subject.status();
    if (subject.tier() != null) {
      return status == null
          ? List.of()
          : Objects.requireNonNullElse(status.gates(), List.<TenantTierStatus.Gate>of()).stream()
              .filter(gate -> !Gate.PENALTY.equals(gate.name()))
              .toList();
    }
    return rules == null || subject.row() == null ? List.of() : computed(subject.row(), rules);
  }

  /** The gates that need no history: thresholds and mode. */
  private static List<TenantTierStatus.Gate> computed(
      TieredCollectionStatus.TopTenant row, Policy rules) {
    List<TenantTierStatus.Gate> gates = new ArrayList<>();
    boolean promote = !"Dedicated".equals(row.tier());
    Thresholds thresholds =
        rules.decisions().thresholds(promote ? Direction.PROMOTE : Direction.DEMOTE);
    if (rules.decisions().costBand() == null) {
      if (thresholds.share().isPresent() && row.dampedMass() != null) {
        double share = Double.parseDouble(row.dampedMass());
        double threshold = thresholds.share().getAsDouble();
        gates.add(gate(
            promote ? "ShareAbovePromote" : "ShareBelowDemote",
            decimal(share),
            (promote ? "> " : "< ") + decimal(threshold),
            promote ? share > threshold : share < threshold));
      }
      if (thresholds.points().isPresent() && row.points() != null) {
        long threshold = thresholds.points().getAsLong();
        gates.add(gate(
            promote ? "PointsAbovePromote" : "PointsBelowDemote",
            String.valueOf(row.points()),
            (promote ? ">= " : "<= ") + threshold,
            promote ? row.points() >= threshold : row.points() <= threshold));
      }
    }
    gates.add(
        gate("Mode", rules.decisions().mode().label(), "Approve or Auto", Policies.move(rules)));
    gates.add(gate("TenantTier", "absent", "present", false));
    return gates;
  }

  private static TenantTierStatus.Gate gate(
      String name, String current, String required, boolean met) {
    return new TenantTierStatus.Gate(name, current, required, met, null);
  }

  private static String decimal(double value) {
    return String.format(Locale.ROOT, "%.6f", value);
  }

  /**
   * The gates that keep the tenant where it is. Where one of the thresholds on share and points is enough, the other is no
   * obstacle.
   */
  static List<TenantTierStatus.Gate> obstacles(
      List<TenantTierStatus.Gate> gates, @Nullable Policy rules, boolean promote) {
    boolean either = rules != null
        && rules
                .decisions()
                .thresholds(promote ? Direction.PROMOTE : Direction.DEMOTE)
                .match()
            == Match.EITHER;
    boolean oneIsMet = gates.stream().anyMatch(gate -> threshold(gate) && met(gate));
    return gates.stream()
        .filter(gate -> !met(gate) && !(threshold(gate) && either && oneIsMet))
        .toList();
  }

  private static boolean met(TenantTierStatus.Gate gate) {
    return Boolean.TRUE.equals(gate.met());
  }

  private static boolean threshold(TenantTierStatus.Gate gate) {
    String name = String.valueOf(gate.name());
    return name.startsWith("ShareAbove")
        || name.startsWith("ShareBelow")
        || name.startsWith("PointsAbove")
        || name.startsWith("PointsBelow");
  }

  /** When the last obstacle is gone if time alone removes them all; null where it does not. */
  static @Nullable String earliest(List<TenantTierStatus.Gate> obstacles) {
    String latest = null;
    for (TenantTierStatus.Gate gate : obstacles) {
      if (gate.earliest() == null) {
        return null;
      }
      latest = latest == null || gate.earliest().compareTo(latest) > 0 ? gate.earliest() : latest;
    }
    return latest;
  }
}
