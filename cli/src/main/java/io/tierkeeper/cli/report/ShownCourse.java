package io.tierkeeper.cli.report;

import io.tierkeeper.governance.RegimeEvaluation;
import io.tierkeeper.governance.decision.CostBand;
import io.tierkeeper.governance.decision.TierCost;
import io.tierkeeper.simulation.quality.Candidate;
import io.tierkeeper.simulation.quality.OfflineOptimum;
import io.tierkeeper.simulation.quality.PolicySimulation;
import io.tierkeeper.simulation.quality.Trajectory;
import io.tierkeeper.simulation.trace.Trace;
import io.tierkeeper.simulation.trace.TraceSource;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * One course with what its evaluations said.
 *
 * @param policy name of the policy
 * @param course what happened
 * @param damped sizes by the damped share, relative to the promotion size; NaN where nothing was measured
 * @param alpha alpha*, likewise
 * @param optima the optimum of each tenant
 */
record ShownCourse(
    String policy,
    Trajectory course,
    double[][] damped,
    double[][] alpha,
    List<OfflineOptimum> optima) {

  static ShownCourse of(Candidate candidate, TraceSource source, long seed, CostBand costs) {
    Trace trace = source.trace(seed);
    int count = trace.tenants().size();
    double[][] damped = new double[count][trace.timeline().steps()];
    double[][] alpha = new double[count][trace.timeline().steps()];
    for (int i = 0; i < count; i++) {
      Arrays.fill(damped[i], Double.NaN);
      Arrays.fill(alpha[i], Double.NaN);
    }
    Map<String, Integer> positions = new HashMap<>();
    trace.tenants().forEach(name -> positions.put(name, positions.size()));
    Trajectory course =
        PolicySimulation.run(candidate, trace, source.promotionShare(), (step, evaluation) -> {
          for (RegimeEvaluation row : evaluation.regimes()) {
            Integer position = positions.get(row.tenant());
            if (position != null) {
              damped[position][step] = row.dampedMass() / source.promotionShare();
              alpha[position][step] = row.alphaStar();
            }
          }
        });
    List<OfflineOptimum> optima = IntStream.range(0, count)
        .mapToObj(i -> OfflineOptimum.of(
            course.sizes()[i], course.timeline(), costs, course.startsDedicated()[i]))
        .toList();
    return new ShownCourse(candidate.name(), course, damped, alpha, optima);
  }

  /** The tenants that moved most often, then the biggest. */
  List<Integer> mostMoved(int most) {
    int[] moves = new int[course.tenants().size()];
    course.moves().forEach(move -> moves[move.tenant()]++);
    return IntStream.range(0, moves.length)
        .boxed()
        .sorted(Comparator.comparingInt((Integer i) -> -moves[i])
            .thenComparingDouble(i -> -Arrays.stream(course.sizes()[i]).max().orElse(0))
            .thenComparingInt(i -> i))
        .limit(most)
        .sorted()
        .toList();
  }

  /** How many tenants have a shard key of their own, step by step. */
  double[] dedicated() {
    return count(course.dedicated());
  }

  /** The same in hindsight. */
  double[] dedicatedAtBest() {
    return count(optima.stream().map(OfflineOptimum::dedicated).toArray(boolean[][]::new));
  }

  private double[] count(boolean[][] tiers) {
    double[] counts = new double[course.timeline().steps()];
    for (boolean[] tier : tiers) {
      for (int t = 0; t < counts.length; t++) {
        counts[t] += tier[t] ? 1 : 0;
      }
    }
    return counts;
  }

  /** What was spent up to each step. */
  double[] spent(CostBand costs) {
    return spent(course.dedicated(), costs);
  }

  /** The same in hindsight. */
  double[] spentAtBest(CostBand costs) {
    return spent(optima.stream().map(OfflineOptimum::dedicated).toArray(boolean[][]::new), costs);
  }

  private double[] spent(boolean[][] tiers, CostBand costs) {
    double[] spent = new double[course.timeline().steps()];
    for (int i = 0; i < tiers.length; i++) {
      boolean before = course.startsDedicated()[i];
      for (int t = 0; t < spent.length; t++) {
        boolean now = tiers[i][t];
        spent[t] += TierCost.of(course.sizes()[i][t], course.timeline().held(t)).in(now);
        if (now != before) {
          spent[t] += now ? costs.promotionCost() : costs.demotionCost();
        }
        before = now;
      }
    }
    for (int t = 1; t < spent.length; t++) {
      spent[t] += spent[t - 1];
    }
    return spent;
  }

  /** The mean of alpha* over all tenants that were evaluated, step by step. */
  double[] meanAlpha() {
    double[] mean = new double[course.timeline().steps()];
    for (int t = 0; t < mean.length; t++) {
      double sum = 0;
      int evaluated = 0;
      for (double[] ofTenant : alpha) {
        if (!Double.isNaN(ofTenant[t])) {
          sum += ofTenant[t];
          evaluated++;
        }
      }
      mean[t] = evaluated == 0 ? Double.NaN : sum / evaluated;
    }
    return mean;
  }
}
