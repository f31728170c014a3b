package io.tierkeeper.lab.workload;

import io.tierkeeper.lab.time.Scheduler;
import java.time.Duration;

/** Pauses, holds and stops the clients of one tenant. */
final class ClientGate {

  private final Scheduler.Monitor monitor;
  private volatile boolean stopped;
  private int writesInFlight;
  private int wakeUps;
  private boolean held;

  ClientGate(Scheduler scheduler) {
    monitor = scheduler.monitor();
  }

  /** Waits while writers are held; false when the clients have been stopped. */
  boolean beginWrite() {
    monitor.lock();
    try {
      while (held && !stopped) {
        monitor.awaitNanos(Long.MAX_VALUE);
      }
      writesInFlight += stopped ? 0 : 1;
      return !stopped;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      monitor.unlock();
    }
  }

  void endWrite() {
    monitor.lock();
    try {
      writesInFlight--;
      monitor.signalAll();
    } finally {
      monitor.unlock();
    }
  }

  /** Waits for this duration, until {@link #wake} or until the clients are stopped. */
  void pause(Duration duration) {
    monitor.lock();
    try {
      long left = duration.toNanos();
      int before = wakeUps;
      while (!stopped && before == wakeUps && left > 0) {
        left = monitor.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      monitor.unlock();
    }
  }

  /** Ends all pauses that clients are in. */
  void wake() {
    monitor.lock();
    try {
      wakeUps++;
      monitor.signalAll();
    } finally {
      monitor.unlock();
    }
  }

  /** Returns when no write is in flight; none begins until {@link #release}. */
  void hold() throws InterruptedException {
    monitor.lock();
    try {
      held = true;
      while (writesInFlight > 0) {
        monitor.awaitNanos(Long.MAX_VALUE);
      }
    } finally {
      monitor.unlock();
    }
  }

  void release() {
    monitor.lock();
    try {
      held = false;
      monitor.signalAll();
    } finally {
      monitor.unlock();
    }
  }

  boolean stopped() {
    return stopped;
  }

  void stop() {
    monitor.lock();
    try {
      stopped = true;
      monitor.signalAll();
    } finally {
      monitor.unlock();
    }
  }
}
