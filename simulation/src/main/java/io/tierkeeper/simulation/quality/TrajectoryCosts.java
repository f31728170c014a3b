package io.tierkeeper.simulation.quality;

import io.tierkeeper.governance.decision.CostBand;
import io.tierkeeper.governance.decision.FlapBudget;
import io.tierkeeper.governance.decision.TierCost;
import io.tierkeeper.simulation.quality.Trajectory.Moved;
import io.tierkeeper.simulation.trace.Timeline;
import java.time.Duration;
import java.util.Arrays;

/** Computes what a trajectory cost, tenant by tenant, and the optimum for the same sizes. */
final class TrajectoryCosts {
  private final Trajectory trajectory;
  private final CostBand costs;
  private final Timeline timeline;
  private final double[] spent;
  private int flaps;
  private double movedPoints;
  private double cost;
  private double optimum;
  private double worst;
  private int optimumMoves;
  private int optimumFlaps;
  private long over;
  private long below;
  private int peak;
  private double keys;

  TrajectoryCosts(Trajectory trajectory, CostBand costs) {
    this.trajectory = trajectory;
    this.costs = costs;
    timeline = trajectory.timeline();
    spent = new double[trajectory.tenants().size()];
  }

  RunFigures figures() {
    moves();
    for (int i = 0; i < spent.length; i++) {
      tenant(i);
    }
    keys();
    double days = timeline.days();
    double whole = timeline.whole().toMillis();
    double tenantTime = spent.length * whole;
    return new RunFigures(
        cost,
        optimum,
        worst,
        spent.length * days,
        trajectory.moves().size(),
        optimumMoves,
        flaps,
        optimumFlaps,
        new RunFigures.TierUse(over / tenantTime, below / tenantTime, peak, keys / whole),
        movedPoints / trajectory.meanPoints() / days,
        null);
  }

  private void moves() {
    int[] last = new int[spent.length];
    Arrays.fill(last, -1);
    for (Moved move : trajectory.moves()) {
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
      flaps += flap(last[tenant], move.step()) ? 1 : 0;
      last[tenant] = move.step();
    }
  }

  private void tenant(int i) {
    double[] sizes = trajectory.sizes()[i];
    for (int t = 0; t < sizes.length; t++) {
      boolean dedicated = trajectory.dedicated()[i][t];
      Duration held = timeline.held(t);
      spent[i] += TierCost.of(sizes[t], held).in(dedicated);
      over += !dedicated && sizes[t] > 1 ? held.toMillis() : 0;
      below += dedicated && sizes[t] < 1 ? held.toMillis() : 0;
    }
    boolean starts = trajectory.startsDedicated()[i];
    OfflineOptimum best = OfflineOptimum.of(sizes, timeline, costs, starts);
    cost += spent[i];
    optimum += best.cost();
    optimumMoves += best.moves();
    optimumFlaps += flaps(best.dedicated(), starts);
    worst = Math.max(worst, RunFigures.ratio(spent[i], best.cost()));
  }

  private int flaps(boolean[] dedicated, boolean starts) {
    int found = 0;
    int last = -1;
    boolean before = starts;
    for (int t = 0; t < dedicated.length; t++) {
      if (dedicated[t] != before) {
        found += flap(last, t) ? 1 : 0;
        last = t;
      }
      before = dedicated[t];
    }
    return found;
  }

  /** Whether a move in a step is a flap, with the opposite one in an earlier step; -1 for none. */
  private boolean flap(int before, int step) {
    return before >= 0 && timeline.between(before, step).compareTo(FlapBudget.FLAP) <= 0;
  }

  private void keys() {
    for (int t = 0; t < timeline.steps(); t++) {
      int now = 0;
      for (boolean[] dedicated : trajectory.dedicated()) {
        now += dedicated[t] ? 1 : 0;
      }
      peak = Math.max(peak, now);
      keys += (double) now * timeline.held(t).toMillis();
    }
  }
}
