package io.tierkeeper.lab.faults.inject;

import io.tierkeeper.lab.time.Scheduler;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Everything that a process writes to the outside passes through here: each write has a name and a number, and faults are
 * injected into those that a plan has chosen. The list of writes is thus made by the run itself, and a new one cannot be
 * forgotten.
 */
public final class FaultInjector {

  /** What the receiver of a write does. */
  @FunctionalInterface
  public interface Effect<T> {
    T perform() throws Exception;
  }

  /** Injects the faults of the process's environment rather than of its writes. */
  @FunctionalInterface
  public interface Environment {
    void inject(FaultKind fault);
  }

  private static final Duration LONGEST_ON_THE_WIRE = Duration.ofSeconds(1);
  private static final Duration LONGER_THAN_ANY_TIMEOUT = Duration.ofSeconds(25);
  private static final Duration STANDSTILL = Duration.ofMinutes(3);

  private final Scheduler processes;
  private final SplittableRandom random;
  private final Environment environment;
  private final Deque<PlannedFault> plan = new ArrayDeque<>();
  private final List<String> writes = new ArrayList<>();
  private final List<String> injected = new ArrayList<>();
  private final Map<String, Integer> counts = new HashMap<>();
  private int untilNext;

  public FaultInjector(Scheduler processes, SplittableRandom random, Environment environment) {
    this.processes = processes;
    this.random = random;
    this.environment = environment;
  }

  /** Replaces what is planned: the first fault counts from now, each further one from the one before it. */
  public void plan(List<PlannedFault> faults) {
    plan.clear();
    plan.addAll(faults);
    untilNext = faults.isEmpty() ? 0 : faults.getFirst().in();
  }

  /** The names of all writes so far, in order, each with the number of its occurrence. */
  public List<String> writes() {
    return List.copyOf(writes);
  }

  /** The faults that have been injected so far, in order. */
  public List<String> injected() {
    return List.copyOf(injected);
  }

  /**
   * Makes a write of the process, or injects the fault that is planned for it.
   *
   * @param what is written, as {@code deleteShardKey}
   */
  public <T extends @Nullable Object> T write(InjectionPoint point, String what, Effect<T> effect)
      throws Exception {
    String name = point.name(what);
    String numbered = name + " " + counts.merge(name, 1, Integer::sum);
    writes.add(numbered);
    if (plan.isEmpty() || --untilNext > 0) {
      return effect.perform();
    }
    FaultKind fault = plan.remove().kind();
    untilNext = plan.isEmpty() ? 0 : plan.element().in();
    injected.add(fault.words() + " at " + numbered);
    return inject(fault, numbered, point, effect);
  }

  private <T extends @Nullable Object> T inject(
      FaultKind fault, String write, InjectionPoint point, Effect<T> effect) throws Exception {
    switch (fault) {
      case DEATH_BEFORE_SENDING -> throw new ProcessKilled();
      case DEATH_AFTER_SENDING -> {
        if (!point.remote()) {
          unanswered(effect);
          throw new ProcessKilled();
        }
        onTheWire(write, effect);
        throw new ProcessKilled();
      }
      case DEATH_AFTER_THE_ANSWER -> {
        unanswered(effect);
        throw new ProcessKilled();
      }
      case ANSWER_LOST -> {
        effect.perform();
        throw point.unknown(write);
      }
      case LATE -> {
        if (!point.remote()) {
          effect.perform();
        } else {
          onTheWire(write, effect);
        }
        throw point.unknown(write);
      }
      case CALL_LOST -> throw point.unknown(write);
      case REFUSED -> throw point.refused(write);
      case DOUBLED -> {
        if (point.remote()) {
          effect.perform();
        }
        return effect.perform();
      }
      case SLOW -> {
        if (!point.remote()) {
          processes.sleep(LONGER_THAN_ANY_TIMEOUT);
          return effect.perform();
        }
        processes.fork("late: " + write, () -> {
          processes.sleep(LONGER_THAN_ANY_TIMEOUT.dividedBy(2));
          unanswered(effect);
        });
        processes.sleep(LONGER_THAN_ANY_TIMEOUT);
        throw point.unknown(write);
      }
      case STANDSTILL -> {
        processes.sleep(STANDSTILL);
        return effect.perform();
      }
      case PEER_KILLED, PEER_PAUSED, DISK_FULL, CLOCK_AHEAD, CLOCK_BACK -> {
        environment.inject(fault);
        return effect.perform();
      }
    }
    throw new IllegalStateException("unreachable: " + fault);
  }

  private void onTheWire(String write, Effect<?> effect) {
    processes.fork("on the wire: " + write, () -> {
      processes.sleep(Duration.ofNanos(random.nextLong(LONGEST_ON_THE_WIRE.toNanos())));
      unanswered(effect);
    });
  }

  /** Performs a write whose process is gone or has given it up: its refusal has no receiver. */
  private static void unanswered(Effect<?> effect) {
    try {
      effect.perform();
    } catch (Exception e) {
      // There is no receiver.
    }
  }
}
