package io.tierkeeper.simulation.trace;

import io.tierkeeper.governance.decision.Direction;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;

/**
 * The trace of one collection, from its audit trail. It happened once: there are no seeds, and whatever a policy does
 * to it changes nothing of what the tenants bring.
 */
public final class RecordedTrail implements TraceSource {
  /** A move whose duration is not in the trail. */
  private static final Duration USUAL_MOVE = Duration.ofMinutes(1);

  private final String name;
  private final boolean weighted;
  private final double promotionShare;
  private final List<String> tenants;
  private final Timeline timeline;
  private final double[][] points;
  private final boolean[] startsDedicated;
  private final boolean[][] dedicated;
  private final Map<Direction, Duration> moveTimes;

  /**
   * The content of a trail.
   *
   * @param weighted whether points count by the weights of their tenants
   * @param tenants in the order of their names
   * @param points by step and tenant, and after the tenants all others
   * @param startsDedicated by tenant
   * @param dedicated where each tenant was, by step and tenant
   * @param moveTimes the medians of those in the trail
   */
  RecordedTrail(
      String name,
      boolean weighted,
      double promotionShare,
      List<String> tenants,
      Timeline timeline,
      double[][] points,
      boolean[] startsDedicated,
      boolean[][] dedicated,
      Map<Direction, Duration> moveTimes) {
    this.name = name;
    this.weighted = weighted;
    this.promotionShare = promotionShare;
    this.tenants = List.copyOf(tenants);
    this.timeline = timeline;
    this.points = points;
    this.startsDedicated = startsDedicated;
    this.dedicated = dedicated;
    this.moveTimes = Map.copyOf(moveTimes);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String description() {
    return "Recorded" + (weighted ? " in weighted points" : "")
        + ". Every tenant may move; pins, pauses, thresholds of TenantTiers and other movers of that time are left out,"
        + " which replay --policy keeps.";
  }

  @Override
  public double promotionShare() {
    return promotionShare;
  }

  @Override
  public int tenants() {
    return tenants.size();
  }

  @Override
  public double days() {
    return timeline.days();
  }

  @Override
  public String extent() {
    return timeline.steps() + " steps from "
        + timeline.at(0).truncatedTo(ChronoUnit.SECONDS) + " to "
        + timeline.at(timeline.steps()).truncatedTo(ChronoUnit.SECONDS);
  }

  @Override
  public boolean seeded() {
    return false;
  }

  /** Which tenants had a shard key of their own in a step, as it was. */
  public boolean[] dedicated(int step) {
    return dedicated[step].clone();
  }

  /** The one trace there is, whatever the seed. */
  @Override
  public Trace trace(long seed) {
    return new Trace() {
      @Override
      public List<String> tenants() {
        return tenants;
      }

      @Override
      public Timeline timeline() {
        return timeline;
      }

      @Override
      public Duration moveTime(Direction direction) {
        return moveTimes.getOrDefault(direction, USUAL_MOVE);
      }

      @Override
      public boolean startsDedicated(int tenant) {
        return startsDedicated[tenant];
      }

      @Override
      public void truth(int step, boolean[] moved, double[] filled) {
        System.arraycopy(points[step], 0, filled, 0, filled.length);
      }

      @Override
      public boolean measured(int step, double[] truth, boolean[] moving, double[] filled) {
        System.arraycopy(truth, 0, filled, 0, filled.length);
        return true;
      }
    };
  }
}
