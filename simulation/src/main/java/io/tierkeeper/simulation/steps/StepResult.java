package io.tierkeeper.simulation.steps;

import io.tierkeeper.governance.TierState;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one run gave, for the tenant that the scenario shows.
 *
 * @param steps one row for each step of the scenario
 * @param cumulativeCoherence the product of C(H) over the evaluations
 * @param erosion the tenant's last share over its first, minus 1; negative for a loss
 * @param contributions what each tenant contributed in each step
 */
public record StepResult(
    List<Row> steps,
    double cumulativeCoherence,
    double erosion,
    List<Map<String, Double>> contributions) {

  /**
   * One step; what has no value before the first evaluation is null.
   *
   * @param tier its tier
   * @param penalty P(s)
   * @param alphaStar alpha*; null, too, once the tenant is gone
   * @param rhoPost its share after damping
   * @param localCoherence C_local, 1 minus the change of its share
   * @param coherence C(H) of the step
   */
  public record Row(
      TierState tier,
      double penalty,
      @Nullable Double alphaStar,
      double rhoPost,
      @Nullable Double localCoherence,
      @Nullable Double coherence) {}
}
