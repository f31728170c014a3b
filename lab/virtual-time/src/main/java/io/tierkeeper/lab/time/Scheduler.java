package io.tierkeeper.lab.time;

import java.time.Clock;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Starts processes and lets them wait, and is their clock. Two implementations: {@link #realTime()}, and
 * {@link VirtualScheduler}, which runs one process at a time and advances time only when all of them wait.
 */
public interface Scheduler {

  /** A scheduler of virtual threads, locks and the machine's clock. */
  static Scheduler realTime() {
    return new RealTimeScheduler();
  }

  /** The time of day. */
  Clock clock();

  /** Monotonic time in nanoseconds; its origin is arbitrary. */
  long nanoTime();

  /** Creates a lock with one condition. */
  Monitor monitor();

  /**
   * Starts a process.
   *
   * @param name for error messages and thread dumps
   */
  Handle fork(String name, Runnable process);

  /** Returns after this duration; returns at once when it is zero or negative. */
  void sleep(Duration time);

  /** A process that was started. */
  interface Handle {

    /** Returns when the process has ended. */
    void join() throws InterruptedException;
  }

  /** A reentrant lock with one condition, which guards state that processes share. */
  interface Monitor {

    /** Acquires the lock; reentrant. */
    void lock();

    /** Releases the lock, once for each {@link #lock()}. */
    void unlock();

    /** Wakes all waiting processes; the caller holds the lock. */
    void signalAll();

    /**
     * Releases the lock, waits for {@link #signalAll()} or the timeout, and acquires the lock again; the caller holds it.
     *
     * @param nanos timeout in nanoseconds; {@link Long#MAX_VALUE} waits without one
     * @return the remaining timeout in nanoseconds; 0 or less when it has expired
     */
    long awaitNanos(long nanos) throws InterruptedException;

    /** Runs an action under the lock. */
    default void run(Runnable action) {
      lock();
      try {
        action.run();
      } finally {
        unlock();
      }
    }

    /** Computes a value under the lock. */
    default <T extends @Nullable Object> T get(Supplier<T> value) {
      lock();
      try {
        return value.get();
      } finally {
        unlock();
      }
    }
  }
}
