package io.tierkeeper.moves.scan;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Queue;
import java.util.function.Consumer;

/** How much one step may do: some time, and some points in case the clock stands still. */
public final class ScanBudget {

  private static final Duration TIME = Duration.ofSeconds(2);
  private static final int POINTS = 20_000;

  private final InstantSource clock;
  private final Instant until;
  private int points = POINTS;

  public ScanBudget(InstantSource clock) {
    this.clock = clock;
    this.until = clock.instant().plus(TIME);
  }

  /** Takes one point out of it. */
  public void spend() {
    points--;
  }

  public boolean left() {
    return points > 0 && (points % 64 != 0 || clock.instant().isBefore(until));
  }

  /** Works through a queue, one point of the budget for each; false where the budget ends before the queue. */
  public <T> boolean drain(Queue<T> queue, Consumer<? super T> each) {
    while (!queue.isEmpty()) {
      if (!left()) {
        return false;
      }
      each.accept(queue.remove());
      spend();
    }
    return true;
  }
}
