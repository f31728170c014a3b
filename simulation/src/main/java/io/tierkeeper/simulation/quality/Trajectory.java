package io.tierkeeper.simulation.quality;

import io.tierkeeper.governance.decision.Decision;
import io.tierkeeper.governance.decision.Direction;
import io.tierkeeper.simulation.trace.RecordedTrail;
import io.tierkeeper.simulation.trace.Timeline;
import io.tierkeeper.simulation.trace.Trace;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What happened to a collection, under a policy or as it was recorded.
 *
 * @param tenants in the order of their names
 * @param timeline when its steps were
 * @param startsDedicated whether each tenant was served by a shard key of its own before the first step
 * @param sizes of each tenant at each step, relative to the promotion size, as they truly were
 * @param dedicated whether each tenant was served by a shard key of its own, at each step after its decisions
 * @param moves in the order in which they were begun
 * @param meanPoints points of the whole collection, averaged over time
 */
public record Trajectory(
    List<String> tenants,
    Timeline timeline,
    boolean[] startsDedicated,
    double[][] sizes,
    boolean[][] dedicated,
    List<Moved> moves,
    double meanPoints) {

  /**
   * One move.
   *
   * @param tenant its position
   * @param step in which it was decided
   * @param points of its tenant at that time
   * @param decision what decided it; null where that is not known
   * @param takenBack whether the tenant stayed where it was
   */
  public record Moved(
      int tenant,
      int step,
      Direction direction,
      double points,
      @Nullable Decision decision,
      boolean takenBack) {

    /** The same, taken back. */
    Moved back() {
      return new Moved(tenant, step, direction, points, decision, true);
    }
  }

  /** A recorded trail: every tenant was where it was recorded. */
  static Trajectory recorded(RecordedTrail trail) {
    Trace trace = trail.trace(0);
    Timeline timeline = trace.timeline();
    int tenants = trail.tenants();
    boolean[] starts = new boolean[tenants];
    boolean[] before = new boolean[tenants];
    for (int i = 0; i < tenants; i++) {
      starts[i] = trace.startsDedicated(i);
      before[i] = starts[i];
    }
    double[][] sizes = new double[tenants][timeline.steps()];
    boolean[][] dedicated = new boolean[tenants][timeline.steps()];
    List<Moved> moves = new ArrayList<>();
    double[] points = new double[tenants + 1];
    double mean = 0;
    for (int step = 0; step < timeline.steps(); step++) {
      boolean[] now = trail.dedicated(step);
      trace.truth(step, now, points);
      double total = Arrays.stream(points).sum();
      mean += total * timeline.held(step).toNanos() / timeline.whole().toNanos();
      for (int i = 0; i < tenants; i++) {
        sizes[i][step] = total == 0 ? 0 : points[i] / total / trail.promotionShare();
        dedicated[i][step] = now[i];
        if (now[i] != before[i]) {
          Direction direction = now[i] ? Direction.PROMOTE : Direction.DEMOTE;
          moves.add(new Moved(i, step, direction, points[i], null, false));
          before[i] = now[i];
        }
      }
    }
    return new Trajectory(trace.tenants(), timeline, starts, sizes, dedicated, moves, mean);
  }
}
