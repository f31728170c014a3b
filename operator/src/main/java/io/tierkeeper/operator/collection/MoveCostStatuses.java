package io.tierkeeper.operator.collection;

import io.tierkeeper.api.mapping.DecimalText;
import io.tierkeeper.api.v1alpha1.TieredCollectionStatus;
import io.tierkeeper.governance.decision.CostBand;
import io.tierkeeper.governance.decision.MeasuredCost;
import io.tierkeeper.governance.decision.MoveCosts;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/** What moves have cost, to and from a TieredCollection's status, which outlives the TierMoves it was measured from. */
final class MoveCostStatuses {
  private MoveCostStatuses() {}

  /** As a status shows it; null under a policy that does not ask. */
  static TieredCollectionStatus.@Nullable MoveCosts status(
      MoveCosts costs, @Nullable CostBand band) {
    return band == null || band.measured() == null
        ? null
        : new TieredCollectionStatus.MoveCosts(status(costs.promotion()), status(costs.demotion()));
  }

  private static TieredCollectionStatus.@Nullable MeasuredCost status(MeasuredCost cost) {
    return cost.moves() == 0
        ? null
        : new TieredCollectionStatus.MeasuredCost(
            cost.moves(), DecimalText.format(cost.mean()), DecimalText.format(cost.deviation()));
  }

  /** As a status last showed it; what cannot be read counts as not measured. */
  static MoveCosts read(@Nullable TieredCollectionStatus status) {
    TieredCollectionStatus.MoveCosts costs = status == null ? null : status.moveCosts();
    return costs == null
        ? MoveCosts.NONE
        : new MoveCosts(read(costs.promotion()), read(costs.demotion()));
  }

  private static MeasuredCost read(TieredCollectionStatus.@Nullable MeasuredCost cost) {
    if (cost == null || cost.moves() == null || cost.mean() == null || cost.deviation() == null) {
      return MeasuredCost.NONE;
    }
    OptionalDouble mean = DecimalText.read(cost.mean());
    OptionalDouble deviation = DecimalText.read(cost.deviation());
    return cost.moves() > 0
            && mean.isPresent()
            && mean.getAsDouble() >= 0
            && deviation.isPresent()
            && deviation.getAsDouble() >= 0
        ? new MeasuredCost(cost.moves(), mean.getAsDouble(), deviation.getAsDouble())
        : MeasuredCost.NONE;
  }
}
