package io.tierkeeper.governance.decision;

import java.util.Collection;
import java.util.Map;

/**
 * What the finished moves of a collection have cost.
 *
 * @param promotion of its promotions
 * @param demotion of its demotions
 */
public record MoveCosts(MeasuredCost promotion, MeasuredCost demotion) {
  /** No move was measured. */
  public static final MoveCosts NONE = new MoveCosts(MeasuredCost.NONE, MeasuredCost.NONE);

  /** Those of these moves, given what each has cost by {@link MeasuredCost#of}. */
  public static MoveCosts over(Map<Direction, ? extends Collection<Double>> costs) {
    return new MoveCosts(over(costs, Direction.PROMOTE), over(costs, Direction.DEMOTE));
  }

  private static MeasuredCost over(
      Map<Direction, ? extends Collection<Double>> costs, Direction direction) {
    Collection<Double> measured = costs.get(direction);
    return measured == null ? MeasuredCost.NONE : MeasuredCost.over(measured);
  }

  /** How far the cost of a promotion and a demotion together varies: one standard deviation, the two being independent. */
  public double deviation() {
    return Math.hypot(promotion.deviation(), demotion.deviation());
  }

  /** These, and where nothing was measured in a direction, what was known before. */
  public MoveCosts orElse(MoveCosts before) {
    return new MoveCosts(
        promotion.moves() > 0 ? promotion : before.promotion,
        demotion.moves() > 0 ? demotion : before.demotion);
  }
}
