package io.tierkeeper.simulation.quality;

import io.tierkeeper.governance.decision.Direction;
import io.tierkeeper.simulation.trace.Trace;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Moves that serve at once and keep their tenant busy for as long as the trace says. */
final class PromptMoves implements TenantMoves {
  private final Trace trace;
  private final Map<Integer, Instant> ends = new TreeMap<>();

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
    ends.entrySet().removeIf(move -> {
      boolean over = !move.getValue().isAfter(now);
      if (over) {
        ended.add(new Ended(move.getKey(), true));
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
    ends.put(tenant, now.plus(trace.moveTime(direction)));
  }
}
