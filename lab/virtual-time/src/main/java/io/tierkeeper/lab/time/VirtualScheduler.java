package io.tierkeeper.lab.time;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Runs processes one at a time in virtual time. The next process is drawn by seed from those that are ready; when none is
 * ready, the clock jumps to the earliest timeout. So the same seed gives the same run, whatever the load of the machine,
 * and an hour of waiting takes no time.
 *
 * <p>Processes are threads that hand control to each other. State that they share needs no locks as long as they wait
 * through this class only.
 */
public final class VirtualScheduler implements Scheduler {

  private static final Instant START_TIME = Instant.parse("2026-03-01T00:00:00Z");

  /** Ends a process that still waits when the first process has ended. */
  private static final class Stopped extends Error {
    private static final long serialVersionUID = 1L;

    Stopped() {
      super("the first process has ended", null, false, false);
    }
  }

  private static final class Process {
    private final String name;
    private final long number;
    private @Nullable Thread thread;
    private volatile boolean running;
    private long wakeAt = Long.MAX_VALUE;
    private boolean ended;

    Process(String name, long number) {
      this.name = name;
      this.number = number;
    }
  }

  private final SplittableRandom random;
  private final List<Process> ready = new ArrayList<>();
  private final PriorityQueue<Process> sleepers = new PriorityQueue<>(
      Comparator.<Process>comparingLong(p -> p.wakeAt).thenComparingLong(p -> p.number));
  private final List<Process> all = new ArrayList<>();
  private final CarrierThread carrier = CarrierThread.ofThisThread();
  private final Monitor ends = monitor();
  private @Nullable Process current;
  private @Nullable Throwable failure;
  private volatile boolean over;
  private boolean stopping;
  private long now;
  private long switches;

  private VirtualScheduler(long seed) {
    this.random = new SplittableRandom(seed);
  }

  /** The first process; it may start others. */
  public interface Body {
    void run(VirtualScheduler scheduler) throws Exception;
  }

  /**
   * Runs the first process to its end; processes that still wait then are stopped.
   *
   * @param seed determines the order of the processes and {@link #random()}
   * @return number of switches between processes
   * @throws IllegalStateException with the seed and the first failure of any process, or when all processes wait without
   *     a timeout
   */
  public static long run(long seed, Body body) {
    VirtualScheduler scheduler = new VirtualScheduler(seed);
    Process first = scheduler.add("first", () -> {
      try {
        body.run(scheduler);
      } catch (Exception e) {
        scheduler.fail(e);
      }
      scheduler.stopping = true;
    });
    scheduler.ready.remove(first);
    scheduler.current = first;
    scheduler.resume(first);
    scheduler.carrier.runUntil(() -> scheduler.over);
    if (scheduler.failure != null) {
      throw new IllegalStateException("seed " + seed + ": " + scheduler.failure, scheduler.failure);
    }
    return scheduler.switches;
  }

  @Override
  public Clock clock() {
    return new Clock() {
      @Override
      public ZoneId getZone() {
        return ZoneOffset.UTC;
      }

      @Override
      public Clock withZone(ZoneId zone) {
        return Clock.fixed(instant(), zone);
      }

      @Override
      public Instant instant() {
        return START_TIME.plusNanos(now);
      }
    };
  }

  @Override
  public long nanoTime() {
    return now;
  }

  /** Random numbers of this run, determined by the seed. */
  public SplittableRandom random() {
    return random;
  }

  @Override
  public Handle fork(String name, Runnable body) {
    Process process = add(name, body);
    return () -> {
      ends.lock();
      try {
        while (!process.ended) {
          ends.awaitNanos(Long.MAX_VALUE);
        }
      } finally {
        ends.unlock();
      }
    };
  }

  @Override
  public void sleep(Duration time) {
    Process me = me();
    me.wakeAt = now + Math.max(0, time.toNanos());
    sleepers.add(me);
    yieldControl();
  }

  @Override
  public Monitor monitor() {
    return new VirtualMonitor();
  }

  private Process me() {
    if (current == null) {
      throw new IllegalStateException("only a process of this scheduler can wait in it");
    }
    return current;
  }

  private Process add(String name, Runnable body) {
    Process process = new Process(name, all.size());
    process.thread = carrier.unstarted(name, () -> {
      awaitControl(process);
      try {
        if (!stopping) {
          body.run();
        }
      } catch (Stopped e) {
        // Expected: the run is over.
      } catch (Throwable e) {
        fail(e);
      }
      end(process);
    });
    all.add(process);
    ready.add(process);
    process.thread.start();
    return process;
  }

  private void fail(Throwable e) {
    if (failure == null && !(e instanceof Stopped)) {
      failure = e;
    }
    stopping = true;
  }

  private void end(Process process) {
    process.ended = true;
    if (stopping) {
      // The remaining processes are woken one after the other, so that each ends where it waits.
      Process next = null;
      for (Process other : all) {
        if (!other.ended) {
          next = other;
          break;
        }
      }
      current = next;
      if (next == null) {
        over = true;
        carrier.wake();
      } else {
        resume(next);
      }
      return;
    }
    for (Process waiting : List.copyOf(((VirtualMonitor) ends).waiters)) {
      ((VirtualMonitor) ends).waiters.remove(waiting);
      wake(waiting);
    }
    current = next();
    resume(current);
  }

  /** Makes a waiting process ready. */
  private void wake(Process process) {
    if (process.wakeAt != Long.MAX_VALUE) {
      sleepers.remove(process);
      process.wakeAt = Long.MAX_VALUE;
    }
    ready.add(process);
  }

  /** Hands control to the next process, and returns when this one is scheduled again. */
  private void yieldControl() {
    Process me = me();
    if (stopping) {
      throw new Stopped();
    }
    Process next = next();
    current = next;
    if (next != me) {
      switches++;
      resume(next);
      awaitControl(me);
    }
    if (stopping) {
      throw new Stopped();
    }
  }

  private Process next() {
    if (ready.isEmpty()) {
      Process first = sleepers.peek();
      if (first == null) {
        List<String> names = all.stream().filter(p -> !p.ended).map(p -> p.name).toList();
        fail(new IllegalStateException("all processes wait for ever: " + names));
        return all.stream().filter(p -> !p.ended).findFirst().orElseThrow();
      }
      now = Math.max(now, first.wakeAt);
      while (!sleepers.isEmpty() && sleepers.element().wakeAt <= now) {
        Process awake = sleepers.remove();
        awake.wakeAt = Long.MAX_VALUE;
        ready.add(awake);
      }
    }
    int chosen = ready.size() == 1 ? 0 : random.nextInt(ready.size());
    Process next = ready.get(chosen);
    ready.set(chosen, ready.getLast());
    ready.removeLast();
    return next;
  }

  private static void resume(Process process) {
    process.running = true;
    LockSupport.unpark(process.thread);
  }

  private static void awaitControl(Process process) {
    while (!process.running) {
      LockSupport.park(process);
    }
    process.running = false;
  }

  /** A monitor of processes that run one at a time. */
  private final class VirtualMonitor implements Monitor {
    private final List<Process> waiters = new ArrayList<>();
    private final List<Process> queue = new ArrayList<>();
    private @Nullable Process owner;
    private int depth;

    @Override
    public void lock() {
      Process me = current;
      if (me == null || owner == me) {
        depth++;
        owner = me;
        return;
      }
      while (owner != null) {
        queue.add(me);
        yieldControl();
      }
      owner = me;
      depth = 1;
    }

    @Override
    public void unlock() {
      depth--;
      if (depth == 0) {
        owner = null;
        queue.forEach(VirtualScheduler.this::wake);
        queue.clear();
      }
    }

    @Override
    public void signalAll() {
      for (Process waiter : waiters) {
        wake(waiter);
      }
      waiters.clear();
    }

    @Override
    public long awaitNanos(long nanos) {
      Process me = me();
      int held = depth;
      long until = nanos == Long.MAX_VALUE ? Long.MAX_VALUE : now + Math.max(0, nanos);
      depth = 0;
      owner = null;
      queue.forEach(VirtualScheduler.this::wake);
      queue.clear();
      waiters.add(me);
      if (until != Long.MAX_VALUE) {
        me.wakeAt = until;
        sleepers.add(me);
      }
      try {
        yieldControl();
      } finally {
        waiters.remove(me);
      }
      lock();
      depth = held;
      return until == Long.MAX_VALUE ? Long.MAX_VALUE : until - now;
    }
  }
}
