package io.tierkeeper.simulation.trace;

import io.tierkeeper.governance.decision.Direction;
import java.time.Duration;
import java.util.List;

/**
 * What the tenants of a collection hold, step by step. Arrays have one entry for each of {@link #tenants} and a last one
 * for all other tenants, which are never moved.
 */
public interface Trace {
  /** The tenants that may move, in the order of their names. */
  List<String> tenants();

  /** When its steps are. */
  Timeline timeline();

  /** How long a move takes; what a measurement shows meanwhile is the trace's affair. */
  Duration moveTime(Direction direction);

  /** Whether a tenant has a shard key of its own when the trace begins. */
  default boolean startsDedicated(int tenant) {
    return false;
  }

  /**
   * What every tenant holds in a step, in points.
   *
   * @param step 0 to the number of steps - 1; asked for in order
   * @param dedicated which tenants have a shard key of their own, before anything is decided in this step
   * @param points filled with points, >= 0
   */
  void truth(int step, boolean[] dedicated, double[] points);

  /**
   * What a measurement shows of that.
   *
   * @param truth as {@link #truth} filled it
   * @param moving which tenants are being moved
   * @param points filled with points, >= 0
   * @return false when no measurement can be taken in this step
   */
  boolean measured(int step, double[] truth, boolean[] moving, double[] points);
}
