package io.tierkeeper.simulation.quality;

import io.tierkeeper.governance.decision.Direction;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Makes the moves that a policy decides on, in the time of the trace. */
public interface TenantMoves {

  /**
   * A move that has ended.
   *
   * @param tenant its position
   * @param succeeded whether the tenant is in the other tier; otherwise it is where it was
   * @param took how long it was under way
   */
  record Ended(int tenant, boolean succeeded, Duration took) {}

  /**
   * Whether a tenant is served from its new place as soon as its move begins: then what a move costs is all in its price,
   * and every one succeeds.
   */
  boolean prompt();

  /** Advances the time, and returns the moves that have ended since the last call. */
  List<Ended> until(Instant now);

  /** What every tenant holds from now on, in points; the last entry is all other tenants. */
  void sized(double[] points);

  /** Begins a move of a tenant that is not being moved. */
  void begin(int tenant, Direction direction, Instant now);
}
