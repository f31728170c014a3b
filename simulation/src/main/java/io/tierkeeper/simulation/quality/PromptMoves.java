package io.tierkeeper.simulation.quality;

import io.tierkeeper.governance.decision.Direction;
import io.tierkeeper.simulation.trace.Trace;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Moves that serve at once and keep their tenant busy for as long as the trace says. */
final class PromptMoves implements TenantMoves {
  private final Trace trace;
  private final Map<Integer, Busy> under = new TreeMap<>();

  private record Busy(Instant until, Duration took) {}

  PromptMoves(Trace trace) {
    this.trace = trace;
  }

  @Override
  public boolean prompt() {
    return true;
  }

  @Override
  public List<Ended> until(Instant now) {
    List<Ended> ended = new ArrayList<>();
    under.entrySet().removeIf(move -> {
      boolean over = !move.getValue().until().isAfter(now);
      if (over) {
        ended.add(new Ended(move.getKey(), true, move.getValue().took()));
      }
      return over;
    });
    return ended;
  }

  @Override
  public void sized(double[] points) {
    // Nothing here depends on it.
  }

  @Override
  public void begin(int tenant, Direction direction, Instant now) {
    Duration time = trace.moveTime(direction);
    under.put(tenant, new Busy(now.plus(time), time));
  }
}
