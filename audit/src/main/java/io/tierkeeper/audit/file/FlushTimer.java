package io.tierkeeper.audit.file;

import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** One daemon thread that flushes soon after a grouped line, and asks now and then for a checkpoint. */
final class FlushTimer implements AutoCloseable {

  /** What the timer calls; flush is true when grouped lines have waited long enough. */
  @FunctionalInterface
  interface Tick {
    void tick(boolean flush);
  }

  private static final int CHECKS_PER_INTERVAL = 10;

  private final Tick tick;
  private final long groupMillis;
  private final ScheduledThreadPoolExecutor executor;
  private final AtomicBoolean flushIsComing = new AtomicBoolean();

  FlushTimer(Tick tick, AuditOptions options) {
    this.tick = tick;
    groupMillis = options.groupTime().toMillis();
    executor = new ScheduledThreadPoolExecutor(
        1, task -> Thread.ofPlatform().daemon().name("audit-flush").unstarted(task));
    executor.setRemoveOnCancelPolicy(true);
    executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    long checkMillis =
        Math.max(1, options.checkpoints().interval().toMillis() / CHECKS_PER_INTERVAL);
    schedule(() -> tick.tick(false), checkMillis, checkMillis);
  }

  /** Flushes after the group's time, together with what comes until then. */
  void flushSoon() {
    if (flushIsComing.compareAndSet(false, true)) {
      schedule(
          () -> {
            flushIsComing.set(false);
            tick.tick(true);
          },
          groupMillis,
          0);
    }
  }

  private void schedule(Runnable task, long delayMillis, long periodMillis) {
    @Nullable
    Object ignored = periodMillis > 0
        ? executor.scheduleWithFixedDelay(task, delayMillis, periodMillis, TimeUnit.MILLISECONDS)
        : executor.schedule(task, delayMillis, TimeUnit.MILLISECONDS);
  }

  @Override
  public void close() {
    executor.shutdown();
  }
}
