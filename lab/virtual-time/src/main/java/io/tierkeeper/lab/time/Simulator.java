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
 * Runs processes one at a time. Which of those that can go on goes on is drawn from a seed, and time passes only when
 * none can: then it jumps to the first one that waits for it. So a run is the same whenever its seed is the same, however
 * busy the machine is, and an hour of waiting takes no time.
 *
 * <p>Processes are threads that hand the turn to each other; what they share needs no locks as long as they wait through
 * this class alone.
 */
public final class Simulator implements Processes {

  private static final Instant BEGINNING = Instant.parse("2026-03-01T00:00:00Z");

  /** Ends a process that still waits when the first one has ended. */
  private static final class Stopped extends Error {
    private static final long serialVersionUID = 1L;

    Stopped() {
      super("the simulation is over", null, false, false);
    }
  }

  private static final class Process {
    private final String name;
    private final long number;
    private @Nullable Thread thread;
    private volatile boolean turn;
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
  private final Carrier carrier = Carrier.ofThisThread();
  private final Monitor ends = monitor();
  private @Nullable Process current;
  private @Nullable Throwable failure;
  private volatile boolean over;
  private boolean stopping;
  private long now;
  private long switches;

  private Simulator(long seed) {
    this.random = new SplittableRandom(seed);
  }

  /** What a simulation does first; it may start further processes. */
  public interface Body {
    void run(Simulator simulator) throws Exception;
  }

  /**
   * Runs a simulation until its first process ends; the others are then stopped where they wait.
   *
   * @return how often the turn was handed over
   * @throws IllegalStateException with the failure of whichever process failed first, or where all wait for ever
   */
  public static long run(long seed, Body body) {
    Simulator simulator = new Simulator(seed);
    Process first = simulator.add("first", () -> {
      try {
        body.run(simulator);
      } catch (Exception e) {
        simulator.fail(e);
      }
      simulator.stopping = true;
    });
    simulator.ready.remove(first);
    simulator.current = first;
    simulator.give(first);
    simulator.carrier.runUntil(() -> simulator.over);
    if (simulator.failure != null) {
      throw new IllegalStateException("seed " + seed + ": " + simulator.failure, simulator.failure);
    }
    return simulator.switches;
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
        return BEGINNING.plusNanos(now);
      }
    };
  }

  @Override
  public long nanoTime() {
    return now;
  }

  /** Drawn from the seed like everything else. */
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
    handOver();
  }

  @Override
  public Monitor monitor() {
    return new Guard();
  }

  private Process me() {
    if (current == null) {
      throw new IllegalStateException("only a process of the simulation can wait in it");
    }
    return current;
  }

  private Process add(String name, Runnable body) {
    Process process = new Process(name, all.size());
    process.thread = carrier.unstarted(name, () -> {
      awaitTurn(process);
      try {
        if (!stopping) {
          body.run();
        }
      } catch (Stopped e) {
        // As it should be.
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
      // The rest is woken one after the other, to end where it waits.
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
        give(next);
      }
      return;
    }
    for (Process waiting : List.copyOf(((Guard) ends).waiters)) {
      ((Guard) ends).waiters.remove(waiting);
      wake(waiting);
    }
    current = next();
    give(current);
  }

  /** Makes a process that waits able to go on. */
  private void wake(Process process) {
    if (process.wakeAt != Long.MAX_VALUE) {
      sleepers.remove(process);
      process.wakeAt = Long.MAX_VALUE;
    }
    ready.add(process);
  }

  /** Lets another have the turn, and returns when it is this one's again. */
  private void handOver() {
    Process me = me();
    if (stopping) {
      throw new Stopped();
    }
    Process next = next();
    current = next;
    if (next != me) {
      switches++;
      give(next);
      awaitTurn(me);
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

  private static void give(Process process) {
    process.turn = true;
    LockSupport.unpark(process.thread);
  }

  private static void awaitTurn(Process process) {
    while (!process.turn) {
      LockSupport.park(process);
    }
    process.turn = false;
  }

  /** A monitor among processes that run one at a time. */
  private final class Guard implements Monitor {
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
        handOver();
      }
      owner = me;
      depth = 1;
    }

    @Override
    public void unlock() {
      depth--;
      if (depth == 0) {
        owner = null;
        queue.forEach(Simulator.this::wake);
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
      queue.forEach(Simulator.this::wake);
      queue.clear();
      waiters.add(me);
      if (until != Long.MAX_VALUE) {
        me.wakeAt = until;
        sleepers.add(me);
      }
      try {
        handOver();
      } finally {
        waiters.remove(me);
      }
      lock();
      depth = held;
      return until == Long.MAX_VALUE ? Long.MAX_VALUE : until - now;
    }
  }
}
