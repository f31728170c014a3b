package io.tierkeeper.simulation.quality;

import io.tierkeeper.governance.decision.Direction;
import io.tierkeeper.governance.decision.TierCost;
import io.tierkeeper.simulation.trace.Timeline;
import io.tierkeeper.simulation.trace.Trace;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalInt;

/** How many evaluations a policy takes to promote a tenant after its size has jumped. */
public final class Reaction {
  /** Long enough for what the default policy remembers to settle. */
  private static final int BEFORE = 200;

  private static final int AFTER = 3000;
  private static final double POINTS = 10_000;
  private static final Instant START = Instant.parse("2026-01-05T00:00:00Z");

  private Reaction() {}

  /**
   * Evaluations from the jump to the decision, the one that sees the jump counted.
   *
   * @param from size before, relative to the promotion size, below 1
   * @param to size afterwards
   * @return empty if it is not promoted in a month
   */
  public static OptionalInt evaluations(
      Candidate candidate, double promotionShare, double from, double to) {
    Trajectory trajectory =
        PolicySimulation.run(candidate, new Jump(promotionShare, from, to), promotionShare);
    return trajectory.moves().stream()
        .mapToInt(Trajectory.Moved::step)
        .filter(step -> step >= BEFORE)
        .map(step -> step - BEFORE + 1)
        .findFirst();
  }

  private record Jump(double promotionShare, double from, double to) implements Trace {
    @Override
    public List<String> tenants() {
      return List.of("t");
    }

    @Override
    public Timeline timeline() {
      return Timeline.regular(START, TierCost.UNIT_TIME, BEFORE + AFTER);
    }

    @Override
    public Duration moveTime(Direction direction) {
      return TierCost.UNIT_TIME;
    }

    @Override
    public void truth(int step, boolean[] dedicated, double[] points) {
      points[0] = POINTS * (step < BEFORE ? from : to);
      points[1] = POINTS / promotionShare - points[0];
    }

    @Override
    public boolean measured(int step, double[] truth, boolean[] moving, double[] points) {
      System.arraycopy(truth, 0, points, 0, truth.length);
      return true;
    }
  }
}
