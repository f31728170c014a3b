package io.tierkeeper.simulation.trace;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** When the steps of a trace are; each lasts until the next one, the last until the end. */
public final class Timeline {
  private static final double DAY = Duration.ofDays(1).toMillis();

  private final Instant start;
  private final Duration usualStep;
  /** Since the start; one more than there are steps. */
  private final long[] nanos;

  private Timeline(Instant start, Duration usualStep, long[] nanos) {
    this.start = start;
    this.usualStep = usualStep;
    this.nanos = nanos;
  }

  /** Steps of the same length. */
  public static Timeline regular(Instant start, Duration step, int steps) {
    long[] nanos = new long[steps + 1];
    for (int i = 0; i <= steps; i++) {
      nanos[i] = Math.multiplyExact(step.toNanos(), (long) i);
    }
    return new Timeline(start, step, nanos);
  }

  /**
   * Steps at given times.
   *
   * @param times in their order, at least one
   * @param end not before the last of them
   */
  public static Timeline of(List<Instant> times, Instant end) {
    Instant start = times.getFirst();
    long[] nanos = new long[times.size() + 1];
    for (int i = 0; i < times.size(); i++) {
      nanos[i] = Duration.between(start, times.get(i)).toNanos();
    }
    nanos[times.size()] = Duration.between(start, end).toNanos();
    long[] lengths = new long[times.size()];
    for (int i = 0; i < lengths.length; i++) {
      lengths[i] = nanos[i + 1] - nanos[i];
    }
    java.util.Arrays.sort(lengths);
    return new Timeline(start, Duration.ofNanos(lengths[lengths.length / 2]), nanos);
  }

  /** How many steps there are, >= 1. */
  public int steps() {
    return nanos.length - 1;
  }

  /** When a step begins; the number of steps gives the end. */
  public Instant at(int step) {
    return start.plusNanos(nanos[step]);
  }

  /** How long a step lasts. */
  public Duration held(int step) {
    return between(step, step + 1);
  }

  /** The time from the beginning of one step to that of another. */
  public Duration between(int from, int to) {
    return Duration.ofNanos(nanos[to] - nanos[from]);
  }

  /** From the first step to the end. */
  public Duration whole() {
    return between(0, steps());
  }

  /** The same in days. */
  public double days() {
    return whole().toMillis() / DAY;
  }

  /** The length of the steps; where it differs, the median. */
  public Duration usualStep() {
    return usualStep;
  }
}
