package io.tierkeeper.operator.trigger;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Bounds how often a collection is evaluated: any number of changes of TenantTiers, policies and requests come to one evaluation
 * after the gap, and one that fails from outside is repeated at growing intervals. A change at rest is evaluated at once.
 */
public final class EvaluationDamper {

  private static final Duration FIRST_RETRY = Duration.ofSeconds(30);
  private static final Duration LONGEST_RETRY = Duration.ofMinutes(5);

  /** Evaluations of a large collection take at most a quarter of the time. */
  private static final int REST_FOR_EACH = 3;

  private static final Duration LONGEST_GAP = Duration.ofSeconds(10);

  /** @param failures of the evaluations since the last one that was complete */
  private record Last(Instant ended, Duration gap, int failures) {}

  private final InstantSource clock;
  private final Duration gap;
  private final Map<String, Last> lasts = new ConcurrentHashMap<>();

  /** @param gap the least time between the end of an evaluation and the next one */
  public EvaluationDamper(InstantSource clock, Duration gap) {
    this.clock = clock;
    this.gap = gap;
  }

  /** How long the next evaluation must wait; empty where it need not. */
  public Optional<Duration> tooEarly(String collection) {
    Last last = lasts.get(collection);
    if (last == null) {
      return Optional.empty();
    }
    Duration rest = last.gap().minus(Duration.between(last.ended(), clock.instant()));
    // A clock that was set back must not hold evaluations up.
    return rest.isPositive() && rest.compareTo(last.gap()) <= 0
        ? Optional.of(rest)
        : Optional.empty();
  }

  /**
   * An evaluation has ended; one that ended by an exception is none, so that the host's own retry applies.
   *
   * @param took how long it took
   * @param complete whether the collection was measured and judged
   * @return when to evaluate again without any request; empty where only the schedule does
   */
  public Optional<Duration> ended(String collection, Duration took, boolean complete) {
    Last before = lasts.get(collection);
    int failures = complete ? 0 : before == null ? 1 : before.failures() + 1;
    Duration rest = min(took.multipliedBy(REST_FOR_EACH), LONGEST_GAP);
    lasts.put(
        collection, new Last(clock.instant(), rest.compareTo(gap) > 0 ? rest : gap, failures));
    return complete
        ? Optional.empty()
        : Optional.of(
            min(FIRST_RETRY.multipliedBy(1L << Math.min(failures - 1, 8)), LONGEST_RETRY));
  }

  /** Releases what is kept of a collection. */
  public void forget(String collection) {
    lasts.remove(collection);
  }

  private static Duration min(Duration one, Duration other) {
    return one.compareTo(other) <= 0 ? one : other;
  }
}
