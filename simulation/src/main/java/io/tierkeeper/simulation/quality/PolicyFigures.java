package io.tierkeeper.simulation.quality;

import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * What all seeds of a scenario say of one policy.
 *
 * @param name of the policy
 * @param runs one for each seed, in the order of the seeds
 */
public record PolicyFigures(String name, List<RunFigures> runs) {
  /** Keeps its own list. */
  public PolicyFigures {
    runs = List.copyOf(runs);
  }

  /** Cost relative to the optimum. */
  public Estimate costRatio() {
    return estimate(RunFigures::costRatio);
  }

  /** The largest ratio of any tenant under any seed. */
  public double worstTenantRatio() {
    return runs.stream().mapToDouble(RunFigures::worstRatio).max().orElse(1);
  }

  /** Moves per tenant and day. */
  public Estimate movesPerTenantDay() {
    return estimate(run -> run.moves() / run.tenantDays());
  }

  /** The optimum's moves per tenant and day. */
  public Estimate optimumMovesPerTenantDay() {
    return estimate(run -> run.optimumMoves() / run.tenantDays());
  }

  /** Flaps per 1,000 tenants and days. */
  public Estimate flapsPer1000TenantDays() {
    return estimate(run -> 1000 * run.flaps() / run.tenantDays());
  }

  /** The optimum's flaps per 1,000 tenants and days. */
  public Estimate optimumFlapsPer1000TenantDays() {
    return estimate(run -> 1000 * run.optimumFlaps() / run.tenantDays());
  }

  /** What became of the moves; empty where none was really made. */
  public Optional<MoveFigures> made() {
    List<MadeMoves> made =
        runs.stream().flatMap(run -> Stream.ofNullable(run.made())).toList();
    return made.isEmpty() ? Optional.empty() : Optional.of(MoveFigures.of(made));
  }

  /** Mean and interval of any figure. */
  public Estimate estimate(ToDoubleFunction<RunFigures> figure) {
    return Estimate.of(runs.stream().mapToDouble(figure).toArray());
  }
}
