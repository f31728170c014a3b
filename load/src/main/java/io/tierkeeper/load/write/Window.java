package io.tierkeeper.load.write;

import io.tierkeeper.qdrant.CollectionDescription.UpdateQueue;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * How many writes may be in flight. The limit grows by one after as many good answers as it allows; it shrinks by one when
 * answers take much longer than they did, to half when the server refuses or fails, and to one while the engine's queue of
 * updates is long.
 */
final class Window {
  /** Update calls that the engine has not applied; more of them only use its memory. */
  static final long MAX_QUEUED = 64;

  /** Points that wait for the optimizer before they can be read. */
  static final long MAX_DEFERRED = 500_000;

  /** Answers that take this many times as long as the fastest ones mean a queue in the server. */
  private static final double SLOW = 4;

  private static final double SMOOTHING = 0.2;

  /** The fastest answer is forgotten so slowly that it is of the last few hundred. */
  private static final double FORGETTING = 1.002;

  private final int max;
  private final LongSupplier nanoTime;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private int limit;
  private int inFlight;
  private int goodSinceChange;
  private boolean queueIsLong;
  private long closedUntil;
  private double fastest = Double.MAX_VALUE;
  private double usual;

  /** @param start the limit at the beginning, at most {@code max} */
  Window(int start, int max, LongSupplier nanoTime) {
    this.limit = start;
    this.max = max;
    this.nanoTime = nanoTime;
    this.closedUntil = nanoTime.getAsLong();
  }

  /** Waits until one more write may begin. */
  void enter() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (true) {
        long closed = closedUntil - nanoTime.getAsLong();
        if (inFlight < allowed() && closed <= 0) {
          inFlight++;
          return;
        }
        if (closed > 0) {
          changed.await(closed, TimeUnit.NANOSECONDS);
        } else {
          changed.await();
        }
      }
    } finally {
      lock.unlock();
    }
  }

  /** How many writes may be in flight now. */
  int allowed() {
    lock.lock();
    try {
      return queueIsLong ? 1 : limit;
    } finally {
      lock.unlock();
    }
  }

  /** Ends a write that the server has acknowledged. */
  void succeeded(long nanos) {
    leave(() -> {
      fastest = Math.min(fastest * FORGETTING, (double) nanos);
      usual = usual == 0 ? nanos : usual + SMOOTHING * (nanos - usual);
      goodSinceChange++;
      if (goodSinceChange < limit) {
        return;
      }
      goodSinceChange = 0;
      limit = usual > SLOW * fastest ? Math.max(1, limit - 1) : Math.min(max, limit + 1);
    });
  }

  /** Ends a write that the server refused for its load or did not answer; none begins for a while. */
  void overloaded(Duration pause) {
    leave(() -> {
      limit = Math.max(1, limit / 2);
      goodSinceChange = 0;
      closedUntil = Math.max(closedUntil, nanoTime.getAsLong() + pause.toNanos());
    });
  }

  /** Ends a write that says nothing about the server's load. */
  void ended() {
    leave(() -> {});
  }

  /** Takes notice of the engine's queue. */
  void queue(UpdateQueue queue) {
    lock.lock();
    try {
      // Half of the limit before it opens again, so that it does not open and close with each
      // batch.
      long length = queueIsLong ? MAX_QUEUED / 2 : MAX_QUEUED;
      long deferred = queueIsLong ? MAX_DEFERRED / 2 : MAX_DEFERRED;
      queueIsLong = queue.length() > length || queue.deferredPoints() > deferred;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void leave(Runnable change) {
    lock.lock();
    try {
      inFlight--;
      change.run();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
