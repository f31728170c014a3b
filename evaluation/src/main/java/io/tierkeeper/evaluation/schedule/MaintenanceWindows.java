package io.tierkeeper.evaluation.schedule;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * All windows of a policy.
 *
 * <p>No windows at all means always open. Once there is one, a direction is open only in the windows that name it, so a
 * policy whose windows all say {@code [Promote]} never demotes.
 */
public record MaintenanceWindows(List<MaintenanceWindow> windows) {

  /** No windows: always open. */
  public static final MaintenanceWindows ALWAYS_OPEN = new MaintenanceWindows(List.of());

  private static final Duration HORIZON = Duration.ofDays(8);

  /** Keeps its own list. */
  public MaintenanceWindows {
    windows = List.copyOf(windows);
  }

  /**
   * Whether a direction is open, and when that ends.
   *
   * @param open whether a move may begin
   * @param nextEdge when {@code open} changes next, windows that touch or overlap taken together; empty when it stays
   *     open for more than eight days, or never opens again
   */
  public record State(boolean open, Optional<Instant> nextEdge) {}

  /** The state at an instant for {@code Promote} or {@code Demote}. */
  public State stateAt(Instant instant, String direction) {
    if (windows.isEmpty()) {
      return new State(true, Optional.empty());
    }
    List<MaintenanceWindow> concerned =
        windows.stream().filter(window -> window.concerns(direction)).toList();
    Optional<Instant> closes = closesAfter(instant, concerned);
    if (closes.isEmpty()) {
      return new State(false, nextOpening(instant, concerned));
    }
    Instant horizon = instant.plus(HORIZON);
    Instant edge = closes.get();
    while (edge.isBefore(horizon)) {
      Optional<Instant> later = closesAfter(edge, concerned);
      if (later.isEmpty()) {
        return new State(true, Optional.of(edge));
      }
      edge = later.get();
    }
    return new State(true, Optional.empty());
  }

  private static Optional<Instant> closesAfter(Instant instant, List<MaintenanceWindow> windows) {
    return windows.stream()
        .flatMap(window -> window.closesAfter(instant).stream())
        .max(Comparator.naturalOrder());
  }

  private static Optional<Instant> nextOpening(Instant instant, List<MaintenanceWindow> windows) {
    return windows.stream()
        .flatMap(window -> window.opens().next(instant).stream())
        .min(Comparator.naturalOrder());
  }
}
