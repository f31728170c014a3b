package io.tierkeeper.lab.time;

import java.time.Clock;
import java.time.Duration;

/**
 * Where processes run and wait, and what time they have: real threads in real time, or the turns of a {@link Simulator},
 * which runs one process at a time and lets time pass only when all of them wait.
 */
public interface Processes {

  /** Virtual threads, locks, and the machine's clock. */
  static Processes realTime() {
    return new RealTime();
  }

  /** The time of day. */
  Clock clock();

  /** A monotonic time in nanoseconds. */
  long nanoTime();

  /** A lock with one condition. */
  Monitor monitor();

  /** Starts a process. */
  Handle fork(String name, Runnable process);

  /** Returns when the time is over. */
  void sleep(Duration time);

  /** A process that was started. */
  interface Handle {

    /** Returns when the process has ended. */
    void join() throws InterruptedException;
  }

  /** Guards what processes share; the one that holds it may wait until another says that something has changed. */
  interface Monitor {

    /** Waits until nobody else holds it. Whoever holds it may take it again. */
    void lock();

    /** Gives it back, once for each {@link #lock()}. */
    void unlock();

    /** Wakes everybody who waits; only for the holder. */
    void signalAll();

    /**
     * Gives it back, waits for {@link #signalAll()} or the end of the time, and takes it again; only for the holder.
     *
     * @return what is left of the time in nanoseconds; 0 or less when it is over
     */
    long awaitNanos(long nanos) throws InterruptedException;
  }
}
