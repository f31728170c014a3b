package io.tierkeeper.operator.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The operator's own meters; all of a collection go when the collection goes. */
public final class OperatorMeters {

  private static final Duration LONGEST_MOVE = Duration.ofDays(3650);

  /** Tenants with a series of their own. */
  public static final int TOP_TENANTS = 20;

  private final MeterRegistry registry;
  private final Timer evaluation;
  private final Counter movedPoints;
  private final Timer waitingApproval;
  private final Counter differences;
  private final Counter flapBudget;
  private final Timer auditAppend;
  private final Map<String, CollectionMeters> collections = new ConcurrentHashMap<>();

  public OperatorMeters(MeterRegistry registry, BooleanSupplier leading) {
    this.registry = registry;
    evaluation = registry.timer("tierkeeper.evaluation.seconds");
    movedPoints = registry.counter("tierkeeper.move.points");
    waitingApproval = registry.timer("tierkeeper.move.waiting.approval.seconds");
    differences = registry.counter("tierkeeper.verification.differences");
    flapBudget = registry.counter("tierkeeper.flap.budget.exhausted");
    auditAppend = registry.timer("tierkeeper.audit.append.seconds");
    // A supplier is held; an object would be held weakly and its gauge would turn to NaN.
    Gauge.builder("tierkeeper.leader", () -> leading.getAsBoolean() ? 1 : 0).register(registry);
  }

  /** The meters of one collection. */
  public CollectionMeters of(String namespace, String collection) {
    return collections.computeIfAbsent(namespace + "/" + collection, CollectionMeters::new);
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
    registry
        .counter(
            "tierkeeper.moves",
            "collection",
            namespace + "/" + collection,
            "direction",
            direction,
            "outcome",
            outcome)
        .increment();
    registry
        .timer("tierkeeper.move.seconds", "direction", direction)
        // A start that another client wrote may lie further back than a timer can count.
        .record(took.compareTo(LONGEST_MOVE) > 0 ? LONGEST_MOVE : took);
    movedPoints.increment(points);
  }

  /**
   * What the gauges of a trail read.
   *
   * @param healthy whether the next line can be written, as far as is known
   * @param bytes of its files; NaN where the directory cannot be read
   * @param files of the trail; NaN where the directory cannot be read
   * @param freeBytes of the volume; NaN where it cannot be read
   */
  public record TrailGauges(
      BooleanSupplier healthy,
      Supplier<Number> bytes,
      Supplier<Number> files,
      Supplier<Number> freeBytes) {}

  /** What a collection shows; read by gauges, written by its evaluations. */
  public final class CollectionMeters {
    private final String collection;
    private final List<Meter> own = new ArrayList<>();
    private final MultiGauge masses;
    private final MultiGauge pauses;
    private volatile double fallbackTenants = Double.NaN;
    private volatile double dedicatedTenants = Double.NaN;
    private volatile double coherence = Double.NaN;
    private volatile double cover = Double.NaN;
    private volatile double measuredAt = Double.NaN;
    private volatile double foreign;
    private volatile double sequence;
    private volatile @Nullable TrailGauges trail;

    CollectionMeters(String collection) {
      this.collection = collection;
      masses = MultiGauge.builder("tierkeeper.tenant.mass")
          .tag("collection", collection)
          .register(registry);
      pauses = MultiGauge.builder("tierkeeper.pauses.active")
          .tag("collection", collection)
          .register(registry);
      gauge("tierkeeper.tenants", Tags.of("tier", "Fallback"), () -> fallbackTenants);
      gauge("tierkeeper.tenants", Tags.of("tier", "Dedicated"), () -> dedicatedTenants);
      gauge("tierkeeper.coherence", Tags.empty(), () -> coherence);
      gauge("tierkeeper.tenants.to.cover.90", Tags.empty(), () -> cover);
      gauge(
          "tierkeeper.measurement.age.seconds",
          Tags.empty(),
          () -> System.currentTimeMillis() / 1000.0 - measuredAt);
      gauge("tierkeeper.foreign.mover.waiting", Tags.empty(), () -> foreign);
      gauge("tierkeeper.audit.sequence", Tags.empty(), () -> sequence);
      gauge(
          "tierkeeper.audit.healthy",
          Tags.empty(),
          () -> ofTrail(open -> open.healthy().getAsBoolean() ? 1 : 0));
      gauge(
          "tierkeeper.audit.bytes",
          Tags.empty(),
          () -> ofTrail(open -> open.bytes().get()));
      gauge(
          "tierkeeper.audit.files",
          Tags.empty(),
          () -> ofTrail(open -> open.files().get()));
      gauge(
          "tierkeeper.audit.free.bytes",
          Tags.empty(),
          () -> ofTrail(open -> open.freeBytes().get()));
    }

    private Number ofTrail(Function<TrailGauges, Number> value) {
      TrailGauges current = trail;
      return current == null ? Double.NaN : value.apply(current);
    }

    private void gauge(String name, Tags tags, Supplier<Number> value) {
      own.add(
          Gauge.builder(name, value).tags(tags.and("collection", collection)).register(registry));
    }

    public void composition(
        long tenants,
        long dedicated,
        double coherenceNow,
        int toCover90,
        long measuredAtEpochSecond) {
      fallbackTenants = tenants - dedicated;
      dedicatedTenants = dedicated;
      coherence = coherenceNow;
      cover = toCover90;
      measuredAt = measuredAtEpochSecond;
    }

    /** Replaces the series of the biggest tenants; at most {@link #TOP_TENANTS} are kept. */
    public void masses(Map<String, Double> byTenant) {
      masses.register(
          byTenant.entrySet().stream()
              .limit(TOP_TENANTS)
              .map(row -> MultiGauge.Row.of(Tags.of("tenant", row.getKey()), row.getValue()))
              .toList(),
          true);
    }

    /** Replaces the series of running pauses by their owners. */
    public void pauses(Map<String, Long> byOwner) {
      pauses.register(
          byOwner.entrySet().stream()
              .map(row -> MultiGauge.Row.of(Tags.of("owner", row.getKey()), row.getValue()))
              .toList(),
          true);
    }

    public void foreignMover(boolean waiting) {
      foreign = waiting ? 1 : 0;
    }

    /** While a collection cannot be evaluated. */
    public void foreignMoverUnknown() {
      foreign = Double.NaN;
    }

    public void auditSequence(long last) {
      sequence = last;
    }

    /** What the gauges of the trail read from now on, whether or not an evaluation succeeds. */
    public void trail(TrailGauges trail) {
      this.trail = trail;
    }

    private void remove() {
      masses.register(List.of(), true);
      pauses.register(List.of(), true);
      own.forEach(registry::remove);
      registry
          .find("tierkeeper.moves")
          .tag("collection", collection)
          .meters()
          .forEach(registry::remove);
    }
  }
}
