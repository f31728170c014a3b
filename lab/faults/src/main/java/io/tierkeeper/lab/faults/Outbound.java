package io.tierkeeper.lab.faults;

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
 * Everything that a process writes to the outside, to Qdrant, Kubernetes, the audit trail or a webhook, passes through
 * here: each write has a name and a number, and mishaps befall those that a plan has chosen. The list of writes is thus
 * made by the steps themselves, and a new one cannot be forgotten.
 */
final class Outbound {

  /**
   * One planned mishap.
   *
   * @param in how many writes from now, or from the strike before it in a plan; the next one is 1
   */
  record Strike(int in, Mishap mishap) {
    Strike {
      if (in < 1) {
        throw new IllegalArgumentException("in is " + in + ", allowed: 1 and more");
      }
    }
  }

  /** The process is gone. */
  static final class Killed extends Error {
    private static final long serialVersionUID = 1L;

    Killed() {
      super("killed by the plan", null, false, false);
    }
  }

  /** What the receiver of a write does. */
  @FunctionalInterface
  interface Effect<T> {
    T perform() throws Exception;
  }

  /** How a kind of write tells its caller that something went wrong; each returns what is to be thrown. */
  interface Complaints {

    /** It may or may not have had its effect. */
    Exception unknown(String write);

    /** It had none. */
    Exception refused(String write);

    /** Whether a write can take effect when its process has given it up: on a disk of one's own it cannot. */
    default boolean travels() {
      return true;
    }

    /** The same for a disk of one's own. */
    default Complaints onOwnDisk() {
      Complaints same = this;
      return new Complaints() {
        @Override
        public Exception unknown(String write) {
          return same.unknown(write);
        }

        @Override
        public Exception refused(String write) {
          return same.refused(write);
        }

        @Override
        public boolean travels() {
          return false;
        }
      };
    }
  }

  /** What a mishap does that befalls the surroundings of the process rather than its write. */
  @FunctionalInterface
  interface Surroundings {
    void befall(Mishap mishap);
  }

  private static final Duration LONGEST_ON_THE_WIRE = Duration.ofSeconds(1);
  private static final Duration LONGER_THAN_ANYBODY_WAITS = Duration.ofSeconds(25);
  private static final Duration STANDSTILL = Duration.ofMinutes(3);

  private final Scheduler processes;
  private final SplittableRandom random;
  private final Surroundings surroundings;
  private final Deque<Strike> plan = new ArrayDeque<>();
  private final List<String> writes = new ArrayList<>();
  private final List<String> struck = new ArrayList<>();
  private final Map<String, Integer> counts = new HashMap<>();
  private int untilNext;

  Outbound(Scheduler processes, SplittableRandom random, Surroundings surroundings) {
    this.processes = processes;
    this.random = random;
    this.surroundings = surroundings;
  }

  /** Replaces what is planned: the first strike counts from now, each further one from the one before it. */
  void plan(List<Strike> strikes) {
    plan.clear();
    plan.addAll(strikes);
    untilNext = strikes.isEmpty() ? 0 : strikes.getFirst().in();
  }

  /** The names of all writes so far, in order, each with the number of its occurrence. */
  List<String> writes() {
    return List.copyOf(writes);
  }

  /** What has befallen so far, in order. */
  List<String> struck() {
    return List.copyOf(struck);
  }

  /**
   * A write of the process.
   *
   * @param name the receiver and what is written, as {@code qdrant deleteShardKey}
   */
  <T extends @Nullable Object> T write(String name, Complaints complaints, Effect<T> effect)
      throws Exception {
    String numbered = name + " " + counts.merge(name, 1, Integer::sum);
    writes.add(numbered);
    if (plan.isEmpty() || --untilNext > 0) {
      return effect.perform();
    }
    Mishap mishap = plan.remove().mishap();
    untilNext = plan.isEmpty() ? 0 : plan.element().in();
    struck.add(mishap.words() + " at " + numbered);
    return befall(mishap, numbered, complaints, effect);
  }

  private <T extends @Nullable Object> T befall(
      Mishap mishap, String write, Complaints complaints, Effect<T> effect) throws Exception {
    switch (mishap) {
      case DEATH_BEFORE_SENDING -> throw new Killed();
      case DEATH_AFTER_SENDING -> {
        if (!complaints.travels()) {
          unheard(effect);
          throw new Killed();
        }
        onTheWire(write, effect);
        throw new Killed();
      }
      case DEATH_AFTER_THE_ANSWER -> {
        unheard(effect);
        throw new Killed();
      }
      case ANSWER_LOST -> {
        effect.perform();
        throw complaints.unknown(write);
      }
      case LATE -> {
        if (!complaints.travels()) {
          effect.perform();
        } else {
          onTheWire(write, effect);
        }
        throw complaints.unknown(write);
      }
      case CALL_LOST -> throw complaints.unknown(write);
      case REFUSED -> throw complaints.refused(write);
      case DOUBLED -> {
        if (complaints.travels()) {
          effect.perform();
        }
        return effect.perform();
      }
      case SLOW -> {
        if (!complaints.travels()) {
          processes.sleep(LONGER_THAN_ANYBODY_WAITS);
          return effect.perform();
        }
        processes.fork("late: " + write, () -> {
          processes.sleep(LONGER_THAN_ANYBODY_WAITS.dividedBy(2));
          unheard(effect);
        });
        processes.sleep(LONGER_THAN_ANYBODY_WAITS);
        throw complaints.unknown(write);
      }
      case STANDSTILL -> {
        processes.sleep(STANDSTILL);
        return effect.perform();
      }
      case PEER_KILLED, PEER_PAUSED, DISK_FULL, CLOCK_AHEAD, CLOCK_BACK -> {
        surroundings.befall(mishap);
        return effect.perform();
      }
    }
    throw new IllegalStateException("unreachable: " + mishap);
  }

  private void onTheWire(String write, Effect<?> effect) {
    processes.fork("on the wire: " + write, () -> {
      processes.sleep(Duration.ofNanos(random.nextLong(LONGEST_ON_THE_WIRE.toNanos())));
      unheard(effect);
    });
  }

  /** Performs what nobody waits for: a refusal of it reaches nobody. */
  private static void unheard(Effect<?> effect) {
    try {
      effect.perform();
    } catch (Exception e) {
      // Nobody is left to be told.
    }
  }
}
