package io.tierkeeper.evaluation;

import io.tierkeeper.governance.decision.ActivePause;
import io.tierkeeper.governance.decision.Direction;
import io.tierkeeper.governance.decision.WindowState;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What keeps moves of a collection from starting at an instant.
 *
 * @param pauses of the collection
 * @param windows state of the maintenance windows for each direction
 * @param waitingFor what every move of the collection has to wait for, in words; null for nothing
 */
public record Restrictions(
    List<ActivePause> pauses,
    Map<Direction, WindowState> windows,
    @Nullable String waitingFor) {
  /** Keeps its own list and map. */
  public Restrictions {
    pauses = List.copyOf(pauses);
    windows = Map.copyOf(windows);
  }
}
