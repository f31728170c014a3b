package io.tierkeeper.lab.time;

import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/** Runs each process on a virtual thread, by the machine's clock. */
final class RealTimeScheduler implements Scheduler {

  @Override
  public Clock clock() {
    return Clock.systemUTC();
  }

  @Override
  public long nanoTime() {
    return System.nanoTime();
  }

  @Override
  public Monitor monitor() {
    return new Locked();
  }

  @Override
  public Handle fork(String name, Runnable process) {
    Thread thread = Thread.ofVirtual().name(name).start(process);
    return thread::join;
  }

  @Override
  public void sleep(Duration time) {
    long end = System.nanoTime() + time.toNanos();
    for (long left = time.toNanos(); left > 0; left = end - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  private static final class Locked implements Monitor {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    @Override
    public void lock() {
      lock.lock();
    }

    @Override
    public void unlock() {
      lock.unlock();
    }

    @Override
    public void signalAll() {
      changed.signalAll();
    }

    @Override
    public long awaitNanos(long nanos) throws InterruptedException {
      return changed.awaitNanos(nanos);
    }
  }
}
