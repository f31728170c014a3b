package io.tierkeeper.evaluation.history;

import io.tierkeeper.governance.decision.CostBand;
import io.tierkeeper.governance.decision.Direction;
import io.tierkeeper.governance.decision.FlapBudget;
import io.tierkeeper.governance.decision.TierCost;
import io.tierkeeper.governance.decision.WorkFunctions;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** One tenant's way through the tiers, and what it cost against the cheapest way in hindsight. */
final class TenantHistory {

  private static final CostBand COSTS = CostBand.defaults();

  private final WorkFunctions work;
  private boolean dedicated;
  private long promotions;
  private long demotions;
  private long flaps;
  private long movedPoints;
  private Duration inDedicated = Duration.ZERO;
  private Duration watched = Duration.ZERO;
  private double cost;
  private @Nullable Instant lastMove;

  /** @param dedicated where it begins */
  TenantHistory(boolean dedicated) {
    this.dedicated = dedicated;
    work = new WorkFunctions(COSTS, dedicated);
  }

  boolean dedicated() {
    return dedicated;
  }

  /** It stays where it is for a while. */
  void stays(double relativeSize, Duration held) {
    TierCost step = TierCost.of(relativeSize, held);
    cost += step.in(dedicated);
    watched = watched.plus(held);
    if (dedicated) {
      inDedicated = inDedicated.plus(held);
    }
    work.step(step);
  }

  /** It changes its tier. */
  void moves(Instant at, long points) {
    Direction direction = dedicated ? Direction.DEMOTE : Direction.PROMOTE;
    switch (direction) {
      case PROMOTE -> {
        promotions++;
        cost += COSTS.promotionCost();
      }
      case DEMOTE -> {
        demotions++;
        cost += COSTS.demotionCost();
      }
    }
    // Every move is opposite to the one before.
    if (lastMove != null && Duration.between(lastMove, at).compareTo(FlapBudget.FLAP) <= 0) {
      flaps++;
    }
    lastMove = at;
    movedPoints += points;
    dedicated = !dedicated;
  }

  /** How it went so far. */
  HistoryFigures figures() {
    return new HistoryFigures(
        promotions,
        demotions,
        flaps,
        inDedicated,
        watched.minus(inDedicated),
        movedPoints,
        cost,
        cost - work.optimum());
  }
}
