package io.tierkeeper.lab.workload;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Bounds for the number of points that a count may return. The order in which each pair of counters is written and read
 * makes a race widen the bounds, never narrow them.
 */
final class CountBounds {

  private final AtomicLong surelyLive = new AtomicLong();
  private final AtomicLong deletesInvoked = new AtomicLong();
  private final AtomicLong possiblyLive = new AtomicLong();
  private final AtomicLong insertsInvoked = new AtomicLong();

  /** The counters when a count was invoked. */
  final class Invocation {
    private final long deletesBefore = deletesInvoked.get();
    private final long sure = surelyLive.get();
    private final long insertsBefore = insertsInvoked.get();
    private final long possible = possiblyLive.get();

    private Invocation() {}

    /** Acknowledged and live at the invocation, without those whose deletion was invoked since; ask at the return. */
    long atLeast() {
      return sure - (deletesInvoked.get() - deletesBefore);
    }

    /** Invoked and live at the return; ask then. */
    long atMost() {
      return possible + insertsInvoked.get() - insertsBefore;
    }
  }

  Invocation invoke() {
    return new Invocation();
  }

  /** Points that are acknowledged and not being deleted. */
  long acknowledged() {
    return surelyLive.get();
  }

  void insertsInvoked(int points) {
    possiblyLive.addAndGet(points);
    insertsInvoked.addAndGet(points);
  }

  /** One point is known to be applied. */
  void applied() {
    surelyLive.incrementAndGet();
  }

  /** @param known how many of the points were known to be applied */
  void deletesInvoked(long known) {
    surelyLive.addAndGet(-known);
    deletesInvoked.addAndGet(known);
  }

  void deletesAcknowledged(int points) {
    possiblyLive.addAndGet(-points);
  }
}
