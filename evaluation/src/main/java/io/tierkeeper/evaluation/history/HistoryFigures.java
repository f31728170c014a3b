package io.tierkeeper.evaluation.history;

import java.time.Duration;

/**
 * What a way through the tiers comes to.
 *
 * @param flaps moves within 24 hours of the opposite one
 * @param inDedicated time served by a shard key of its own
 * @param inFallback time served by the fallback
 * @param movedPoints points that the moves carried
 * @param cost in units of {@link io.tierkeeper.governance.decision.TierCost}, moves included
 * @param regret cost above the cheapest way in hindsight, >= 0
 */
public record HistoryFigures(
    long promotions,
    long demotions,
    long flaps,
    Duration inDedicated,
    Duration inFallback,
    long movedPoints,
    double cost,
    double regret) {

  public static final HistoryFigures NONE =
      new HistoryFigures(0, 0, 0, Duration.ZERO, Duration.ZERO, 0, 0, 0);

  /** Moves in both directions. */
  public long moves() {
    return promotions + demotions;
  }

  /** Both together. */
  public HistoryFigures plus(HistoryFigures other) {
    return new HistoryFigures(
        promotions + other.promotions,
        demotions + other.demotions,
        flaps + other.flaps,
        inDedicated.plus(other.inDedicated),
        inFallback.plus(other.inFallback),
        movedPoints + other.movedPoints,
        cost + other.cost,
        regret + other.regret);
  }

  /** Whether anything happened that is worth a row. */
  boolean eventful() {
    return moves() > 0 || !inDedicated.isZero() || cost > 0;
  }
}
