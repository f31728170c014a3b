package io.tierkeeper.audit.history;

import io.tierkeeper.audit.MoveData;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Follows the moves of one trail, event by event in their order: which tenants are being moved, and how long each move
 * took until its tenant was served from the other tier.
 */
public final class MoveSpans {

  private final Map<String, String> atWork = new HashMap<>();
  private final Map<String, Instant> started = new HashMap<>();
  private final Map<String, List<Duration>> took = new HashMap<>();

  /** Takes in the next event of any move. */
  public void follow(Instant time, MoveData move) {
    switch (move.event()) {
      case STARTED -> {
        atWork.put(move.move(), move.tenant());
        started.put(move.move(), time);
      }
      case CUTOVER -> served(time, move);
      case FINISHED -> {
        atWork.remove(move.move());
        served(time, move);
      }
      case ABORTED, FAILED -> {
        atWork.remove(move.move());
        started.remove(move.move());
      }
      case PLANNED, STEP_INTENDED, STEP_DONE, PROGRESS, VERIFIED, RETAINED, CLEANED, OTHER -> {
        // A step within a move changes neither its begin nor its end.
      }
    }
  }

  private void served(Instant time, MoveData move) {
    Instant from = started.remove(move.move());
    if (from != null) {
      took.computeIfAbsent(move.direction(), direction -> new ArrayList<>())
          .add(Duration.between(from, time));
    }
  }

  /** Whether a move of the tenant has started and not ended. */
  public boolean moving(String tenant) {
    return atWork.containsValue(tenant);
  }

  /** The median time until the tenant was served from the other tier; empty where no move in this direction ended. */
  public Optional<Duration> medianTime(String direction) {
    List<Duration> all =
        took.getOrDefault(direction, List.of()).stream().sorted().toList();
    return all.isEmpty() ? Optional.empty() : Optional.of(all.get(all.size() / 2));
  }
}
