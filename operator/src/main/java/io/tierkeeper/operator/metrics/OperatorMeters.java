package io.tierkeeper.operator.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** The operator's own meters; all of a collection go when the collection goes. */
public final class OperatorMeters {

  private static final Duration LONGEST_MOVE = Duration.ofDays(3650);

  private static final Duration[] UP_TO_TEN_SECONDS =
      millis(1, 2, 5, 10, 25, 50, 100, 250, 1_000, 10_000);
  private static final Duration[] UP_TO_A_MINUTE =
      millis(50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000);
  private static final Duration[] UP_TO_A_WEEK = {
    Duration.ofSeconds(10),
    Duration.ofMinutes(1),
    Duration.ofMinutes(5),
    Duration.ofMinutes(15),
    Duration.ofHours(1),
    Duration.ofHours(4),
    Duration.ofHours(12),
    Duration.ofDays(1),
    Duration.ofDays(2),
    Duration.ofDays(7)
  };

  /** Tenants with a series of their own. */
  public static final int TOP_TENANTS = 20;

  /** The outcome of a move that was aborted because it was requested. */
  public static final String ABORT_REQUESTED = "AbortRequested";

  private final MeterRegistry registry;
  private final InstantSource clock;
  private final Timer evaluation;
  private final Counter movedPoints;
  private final Timer waitingApproval;
  private final Counter differences;
  private final Counter flapBudget;
  private final Timer auditAppend;
  private final Map<String, CollectionMeters> collections = new ConcurrentHashMap<>();

  public OperatorMeters(MeterRegistry registry, BooleanSupplier leading) {
    this(registry, leading, InstantSource.system());
  }

  /** @param clock of the ages that gauges show */
  public OperatorMeters(MeterRegistry registry, BooleanSupplier leading, InstantSource clock) {
    this.registry = registry;
    this.clock = clock;
    evaluation = timer(Metric.EVALUATION, Tags.empty(), UP_TO_A_MINUTE);
    movedPoints = counter(Metric.MOVE_POINTS);
    waitingApproval = timer(Metric.MOVE_WAITING_APPROVAL, Tags.empty(), UP_TO_A_WEEK);
    differences = counter(Metric.VERIFICATION_DIFFERENCES);
    flapBudget = counter(Metric.FLAP_BUDGET_EXHAUSTED);
    auditAppend = timer(Metric.AUDIT_APPEND, Tags.empty(), UP_TO_TEN_SECONDS);
    // A supplier is held; an object would be held weakly and its gauge would turn to NaN.
    Gauge.builder(Metric.LEADER.id(), () -> leading.getAsBoolean() ? 1 : 0)
        .description(Metric.LEADER.meaning())
        .register(registry);
  }

  private static Duration[] millis(long... bounds) {
    return Arrays.stream(bounds).mapToObj(Duration::ofMillis).toArray(Duration[]::new);
  }

  /** A histogram; the bounds of its buckets are fixed, so that scrapes of all replicas can be added up. */
  private Timer timer(Metric metric, Tags tags, Duration[] bounds) {
    return Timer.builder(metric.id())
        .description(metric.meaning())
        .tags(tags)
        .serviceLevelObjectives(bounds)
        .register(registry);
  }

  private Counter counter(Metric metric) {
    return Counter.builder(metric.id()).description(metric.meaning()).register(registry);
  }

  /** The meters of one collection. */
  public CollectionMeters of(String namespace, String collection) {
    return collections.computeIfAbsent(
        namespace + "/" + collection, key -> new CollectionMeters(registry, key, clock));
  }

  /** Removes all series of a collection. */
  public void forget(String namespace, String collection) {
    CollectionMeters meters = collections.remove(namespace + "/" + collection);
    if (meters != null) {
      meters.remove();
    }
  }

  public void evaluated(Duration took) {
    evaluation.record(took);
  }

  public void flapBudgetExhausted() {
    flapBudget.increment();
  }

  /** @param waited by two clocks, the API server's and ours, so it may come out below zero */
  public void approvedAfter(Duration waited) {
    waitingApproval.record(waited.isNegative() ? Duration.ZERO : waited);
  }

  public void verified(long differencesFound) {
    differences.increment(differencesFound);
  }

  /** Runs an append to a trail and records how long it took, whether or not it succeeded. */
  public <T> T timedAppend(Supplier<T> append) {
    return Objects.requireNonNull(auditAppend.record(append));
  }

  /** A move ended. */
  public void moveEnded(
      String namespace,
      String collection,
      String direction,
      String outcome,
      Duration took,
      long points) {
    of(namespace, collection).ended(direction, outcome).increment();
    timer(Metric.MOVE, Tags.of("direction", direction), UP_TO_A_WEEK)
        // A start that another client wrote may lie further back than a timer can count.
        .record(took.compareTo(LONGEST_MOVE) > 0 ? LONGEST_MOVE : took);
    movedPoints.increment(points);
  }
}
