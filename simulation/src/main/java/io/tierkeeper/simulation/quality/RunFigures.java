package io.tierkeeper.simulation.quality;

import io.tierkeeper.governance.decision.CostBand;
import io.tierkeeper.governance.decision.TierCost;
import io.tierkeeper.simulation.quality.Course.Moved;
import io.tierkeeper.simulation.trace.Timeline;
import java.time.Duration;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What the judge says of one course. The cost of a tenant is what it cost to have it where it was ({@link TierCost}), and P
 * and Q for each move, also for one that is taken back.
 *
 * @param cost of all tenants
 * @param optimum the same in hindsight
 * @param worstRatio the largest ratio of the two of any tenant; an optimum below one unit counts as one, or a single
 *     move that was not needed would be infinitely bad
 * @param tenantDays tenants times days
 * @param moves of all tenants
 * @param optimumMoves the same in hindsight
 * @param flaps moves within 24 hours of an opposite one of the same tenant
 * @param optimumFlaps the same in hindsight
 * @param overInFallback part of the time that tenants spent in the fallback although above the promotion size
 * @param belowInDedicated part of the time that tenants spent in a shard key of their own although below it
 * @param peakDedicated most shard keys at any time
 * @param meanDedicated shard keys on average
 * @param movedPoints points moved per stored point and day
 * @param made what became of the moves; null where they were not really made
 */
public record RunFigures(
    double cost,
    double optimum,
    double worstRatio,
    double tenantDays,
    int moves,
    int optimumMoves,
    int flaps,
    int optimumFlaps,
    double overInFallback,
    double belowInDedicated,
    int peakDedicated,
    double meanDedicated,
    double movedPoints,
    @Nullable MadeMoves made) {
  private static final Duration FLAP = Duration.ofHours(24);

  /** Judges a course with these costs of moves. */
  public static RunFigures of(Course course, CostBand costs) {
    int tenants = course.tenants().size();
    Timeline timeline = course.timeline();
    int steps = timeline.steps();
    double[] spent = new double[tenants];
    int[] lastMove = new int[tenants];
    Arrays.fill(lastMove, -1);
    int flaps = 0;
    double movedPoints = 0;
    for (Moved move : course.moves()) {
      int tenant = move.tenant();
      spent[tenant] += switch (move.direction()) {
        case PROMOTE -> costs.promotionCost();
        case DEMOTE -> costs.demotionCost();
      };
      movedPoints += move.points();
      if (move.takenBack()) {
        continue;
      }
      // Moves of one tenant that succeed alternate, so the last one is the opposite one.
      if (lastMove[tenant] >= 0
          && timeline.between(lastMove[tenant], move.step()).compareTo(FLAP) <= 0) {
        flaps++;
      }
      lastMove[tenant] = move.step();
    }
    double cost = 0;
    double optimum = 0;
    double worst = 0;
    int optimumMoves = 0;
    int optimumFlaps = 0;
    long over = 0;
    long below = 0;
    for (int i = 0; i < tenants; i++) {
      for (int t = 0; t < steps; t++) {
        double size = course.sizes()[i][t];
        boolean dedicated = course.dedicated()[i][t];
        Duration held = timeline.held(t);
        spent[i] += TierCost.of(size, held).in(dedicated);
        over += !dedicated && size > 1 ? held.toMillis() : 0;
        below += dedicated && size < 1 ? held.toMillis() : 0;
      }
      OfflineOptimum best =
          OfflineOptimum.of(course.sizes()[i], timeline, costs, course.startsDedicated()[i]);
      cost += spent[i];
      optimum += best.cost();
      optimumMoves += best.moves();
      optimumFlaps += flaps(best.dedicated(), timeline, course.startsDedicated()[i]);
      worst = Math.max(worst, ratio(spent[i], best.cost()));
    }
    int peak = 0;
    double keys = 0;
    for (int t = 0; t < steps; t++) {
      int now = 0;
      for (int i = 0; i < tenants; i++) {
        now += course.dedicated()[i][t] ? 1 : 0;
      }
      peak = Math.max(peak, now);
      keys += (double) now * timeline.held(t).toMillis();
    }
    double days = timeline.days();
    double whole = timeline.whole().toMillis();
    double tenantTime = tenants * whole;
    return new RunFigures(
        cost,
        optimum,
        worst,
        tenants * days,
        course.moves().size(),
        optimumMoves,
        flaps,
        optimumFlaps,
        over / tenantTime,
        below / tenantTime,
        peak,
        keys / whole,
        movedPoints / course.meanPoints() / days,
        null);
  }

  /** The same with what became of the moves. */
  public RunFigures with(MadeMoves ofThem) {
    return new RunFigures(
        cost,
        optimum,
        worstRatio,
        tenantDays,
        moves,
        optimumMoves,
        flaps,
        optimumFlaps,
        overInFallback,
        belowInDedicated,
        peakDedicated,
        meanDedicated,
        movedPoints,
        ofThem);
  }

  private static int flaps(boolean[] dedicated, Timeline timeline, boolean startsDedicated) {
    int flaps = 0;
    int lastMove = -1;
    for (int t = 0; t < dedicated.length; t++) {
      if (dedicated[t] != (t > 0 ? dedicated[t - 1] : startsDedicated)) {
        flaps += lastMove >= 0 && timeline.between(lastMove, t).compareTo(FLAP) <= 0 ? 1 : 0;
        lastMove = t;
      }
    }
    return flaps;
  }

  /** Cost over optimum; an optimum below one unit counts as one, unless it was reached. */
  static double ratio(double cost, double optimum) {
    return cost <= optimum ? 1 : Math.max(1, cost / Math.max(1, optimum));
  }

  /** Cost over optimum of all tenants together. */
  public double costRatio() {
    return ratio(cost, optimum);
  }
}
