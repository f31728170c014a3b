package io.tierkeeper.operator.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.tierkeeper.moves.MovePhase;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.DoubleSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What a collection shows; read by gauges, written by its evaluations and moves. */
public final class CollectionMeters {

  /** Ends of moves whose counters exist from the start: a counter that begins at one has no increase. */
  private static final List<String> OUTCOMES = Stream.concat(
          Stream.of(OperatorMeters.ABORT_REQUESTED),
          Arrays.stream(MovePhase.values()).filter(MovePhase::ended).map(MovePhase::apiName))
      .toList();

  private final MeterRegistry registry;
  private final String collection;
  private final InstantSource clock;
  private final List<Meter> own = new ArrayList<>();
  private final Map<Metric, GaugeSeries> series = new EnumMap<>(Metric.class);
  private volatile double fallbackTenants = Double.NaN;
  private volatile double dedicatedTenants = Double.NaN;
  private volatile double coherence = Double.NaN;
  private volatile double cover = Double.NaN;
  private volatile double measuredAt = Double.NaN;
  private volatile double foreign;
  private volatile double sequence;
  private volatile @Nullable TrailGauges trail;
  private volatile @Nullable CollectionLimits limits;

  CollectionMeters(MeterRegistry registry, String collection, InstantSource clock) {
    this.registry = registry;
    this.collection = collection;
    this.clock = clock;
    gauge(Metric.TENANTS, Tags.of("tier", "Fallback"), () -> fallbackTenants);
    gauge(Metric.TENANTS, Tags.of("tier", "Dedicated"), () -> dedicatedTenants);
    gauge(Metric.COHERENCE, Tags.empty(), () -> coherence);
    gauge(Metric.TENANTS_TO_COVER_90, Tags.empty(), () -> cover);
    gauge(Metric.MEASUREMENT_AGE, Tags.empty(), () -> seconds(now()) - measuredAt);
    gauge(Metric.FOREIGN_MOVER_WAITING, Tags.empty(), () -> foreign);
    gauge(Metric.AUDIT_SEQUENCE, Tags.empty(), () -> sequence);
    gauge(
        Metric.AUDIT_HEALTHY,
        Tags.empty(),
        () -> ofTrail(open -> open.healthy().getAsBoolean() ? 1 : 0));
    gauge(Metric.AUDIT_BYTES, Tags.empty(), () -> ofTrail(open -> open.bytes().get()));
    gauge(Metric.AUDIT_FILES, Tags.empty(), () -> ofTrail(open -> open.files().get()));
    gauge(
        Metric.AUDIT_FREE, Tags.empty(), () -> ofTrail(open -> open.freeBytes().get()));
    for (String direction : List.of("Promote", "Demote")) {
      OUTCOMES.forEach(outcome -> ended(direction, outcome));
    }
  }

  /** The counter of moves that ended so. */
  Counter ended(String direction, String outcome) {
    return Counter.builder(Metric.MOVES.id())
        .description(Metric.MOVES.meaning())
        .tags("collection", collection, "direction", direction, "outcome", outcome)
        .register(registry);
  }

  private Number ofTrail(Function<TrailGauges, Number> value) {
    TrailGauges current = trail;
    return current == null ? Double.NaN : value.apply(current);
  }

  private void gauge(Metric metric, Tags tags, Supplier<Number> value) {
    own.add(Gauge.builder(metric.id(), value)
        .description(metric.meaning())
        .tags(tags.and("collection", collection))
        .register(registry));
  }

  private synchronized GaugeSeries series(Metric metric) {
    return series.computeIfAbsent(
        metric, key -> new GaugeSeries(registry, key, Tags.of("collection", collection)));
  }

  private Instant now() {
    return clock.instant();
  }

  private static double seconds(Instant instant) {
    return instant.toEpochMilli() / 1000.0;
  }

  /** What the last measurement found. */
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

  /** What the last evaluation made of it. */
  public void mass(MassGauges mass) {
    series(Metric.POINTS).setOne(mass.points());
    series(Metric.EFFECTIVE_TENANTS).setOne(mass.effectiveTenants());
    series(Metric.TIER_MASS)
        .setNumbers(Map.of(
            Tags.of("tier", "Fallback"), mass.warmMass(),
            Tags.of("tier", "Dedicated"), mass.hotMass()));
    series(Metric.COHERENCE_PRODUCT)
        .setNumbers(Map.of(
            Tags.of("window", "1h"), mass.coherenceHour(),
            Tags.of("window", "24h"), mass.coherenceDay()));
  }

  /** A measurement was wanted; where there has been none, its age counts from the first time. */
  public void measurementWanted() {
    if (Double.isNaN(measuredAt)) {
      measuredAt = seconds(now());
    }
  }

  /**
   * Replaces the series of single tenants; at most {@link OperatorMeters#TOP_TENANTS} are kept.
   *
   * @param tenants the biggest first
   */
  public void tenants(List<TenantGauges> tenants) {
    List<TenantGauges> top = tenants.stream().limit(OperatorMeters.TOP_TENANTS).toList();
    tenantSeries(Metric.TENANT_MASS, top, TenantGauges::dampedMass);
    tenantSeries(Metric.TENANT_OBSERVED_MASS, top, TenantGauges::observedMass);
    tenantSeries(Metric.TENANT_ALPHA_STAR, top, TenantGauges::alphaStar);
    tenantSeries(Metric.TENANT_PENALTY, top, TenantGauges::penalty);
    tenantSeries(Metric.TENANT_POINTS, top, TenantGauges::points);
    Map<Tags, Double> tiers = new HashMap<>();
    Map<Tags, Double> thresholds = new HashMap<>();
    for (TenantGauges tenant : top) {
      Tags name = Tags.of("tenant", tenant.tenant());
      tiers.put(name.and("tier", tenant.tier().label()), 1.0);
      put(thresholds, name.and("direction", "Promote"), tenant.promoteAbove());
      put(thresholds, name.and("direction", "Demote"), tenant.demoteBelow());
    }
    series(Metric.TENANT_TIER).setNumbers(tiers);
    series(Metric.TENANT_THRESHOLD).setNumbers(thresholds);
  }

  private void tenantSeries(
      Metric metric, List<TenantGauges> tenants, Function<TenantGauges, Number> value) {
    Map<Tags, Double> numbers = new HashMap<>();
    for (TenantGauges tenant : tenants) {
      double number = value.apply(tenant).doubleValue();
      if (!Double.isNaN(number)) {
        numbers.put(Tags.of("tenant", tenant.tenant()), number);
      }
    }
    series(metric).setNumbers(numbers);
  }

  private static void put(Map<Tags, Double> numbers, Tags tags, OptionalDouble value) {
    if (value.isPresent()) {
      numbers.put(tags, value.getAsDouble());
    }
  }

  /** What the policy allows from now on. */
  public void limits(CollectionLimits now) {
    limits = now;
    series(Metric.DEDICATED_LIMIT).setOne(now.maxDedicated());
  }

  /** What the policy allows; null before the first evaluation. */
  public @Nullable CollectionLimits limits() {
    return limits;
  }

  /** Whether the collection is suspended: it is not measured then, and no measurement is missing. */
  public void suspended(boolean suspended) {
    series(Metric.SUSPENDED).setOne(suspended ? 1 : 0);
    CollectionLimits current = limits;
    series(Metric.MEASUREMENT_STALE_AFTER)
        .setOne(
            suspended || current == null ? Double.NaN : current.staleAfter().toMillis() / 1000.0);
  }

  /**
   * How big the fallback is, and the memory of the smallest peer that holds it.
   *
   * @param bytes of the dense vectors in it; empty where their size is unknown
   * @param peerMemory in bytes; empty where no peer has a limit or says so
   */
  public void fallback(OptionalLong bytes, OptionalLong peerMemory) {
    series(Metric.FALLBACK_BYTES).setOne(bytes.isPresent() ? bytes.getAsLong() : Double.NaN);
    series(Metric.FALLBACK_PEER_MEMORY)
        .setOne(peerMemory.isPresent() ? peerMemory.getAsLong() : Double.NaN);
  }

  /** How many tenants would be moved if their flap budget were not exhausted. */
  public void flapping(long tenants) {
    series(Metric.FLAPPING_TENANTS).setOne(tenants);
  }

  /**
   * Replaces the series of running pauses.
   *
   * @param byOwner the ends of each owner's pauses
   */
  public void pauses(Map<String, List<Instant>> byOwner) {
    Map<Tags, Double> active = new HashMap<>();
    Map<Tags, Double> ends = new HashMap<>();
    byOwner.forEach((owner, pauses) -> {
      Tags tags = Tags.of("owner", owner);
      active.put(tags, (double) pauses.size());
      pauses.stream().max(Comparator.naturalOrder()).ifPresent(end -> ends.put(tags, seconds(end)));
    });
    series(Metric.PAUSES_ACTIVE).setNumbers(active);
    series(Metric.PAUSE_END).setNumbers(ends);
  }

  /**
   * Replaces the series of moves that have not ended.
   *
   * @param moves read while no other call of this method does
   */
  public synchronized void moves(Supplier<List<MoveGauges>> moves) {
    List<MoveGauges> open = moves.get();
    count(open, "phase", MoveGauges::phase, Metric.MOVES_OPEN);
    oldest(open, "phase", MoveGauges::phase, MoveGauges::created, Metric.MOVE_OPEN_AGE);
    List<MoveGauges> stalled =
        open.stream().filter(move -> move.stalled() != null).toList();
    count(stalled, "reason", CollectionMeters::stallReason, Metric.MOVES_STALLED);
    oldest(
        stalled,
        "reason",
        CollectionMeters::stallReason,
        move -> move.stalled() == null ? move.created() : move.stalled().since(),
        Metric.MOVE_STALLED_AGE);
    series(Metric.APPROVAL_EXPIRY)
        .setOne(open.stream()
            .flatMap(move -> Stream.ofNullable(move.expires()))
            .mapToDouble(CollectionMeters::seconds)
            .min()
            .orElse(Double.NaN));
    Map<Tags, Double> tenants = new HashMap<>();
    Map<Tags, Double> approvals = new HashMap<>();
    // Those that wait may be as many as there are tenants.
    open.stream()
        .sorted(Comparator.comparing(MoveGauges::waits).thenComparing(MoveGauges::created))
        .limit(OperatorMeters.TOP_TENANTS)
        .forEach(move -> {
          Tags tags = Tags.of("tenant", move.tenant(), "direction", move.direction());
          tenants.put(tags.and("phase", move.phase()), 1.0);
          if (move.approved() != null) {
            approvals.put(tags, seconds(move.approved()));
          }
        });
    series(Metric.TENANT_MOVE).setNumbers(tenants);
    series(Metric.TENANT_MOVE_APPROVED).setNumbers(approvals);
  }

  private static String stallReason(MoveGauges move) {
    return move.stalled() == null ? "" : move.stalled().reason();
  }

  private void count(
      List<MoveGauges> moves, String label, Function<MoveGauges, String> by, Metric metric) {
    Map<Tags, Double> counts = new HashMap<>();
    moves.stream()
        .collect(Collectors.groupingBy(by, Collectors.counting()))
        .forEach((value, count) -> counts.put(Tags.of(label, value), count.doubleValue()));
    series(metric).setNumbers(counts);
  }

  private void oldest(
      List<MoveGauges> moves,
      String label,
      Function<MoveGauges, String> by,
      Function<MoveGauges, Instant> since,
      Metric metric) {
    Map<Tags, DoubleSupplier> ages = new HashMap<>();
    moves.stream()
        .collect(Collectors.groupingBy(
            by, Collectors.mapping(since, Collectors.minBy(Comparator.naturalOrder()))))
        .forEach((value, first) -> first.ifPresent(from -> ages.put(
            Tags.of(label, value),
            () -> Math.max(0, Duration.between(from, now()).toMillis() / 1000.0))));
    series(metric).set(ages);
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

  synchronized void remove() {
    series.values().forEach(each -> each.setNumbers(Map.of()));
    own.forEach(registry::remove);
    registry
        .find(Metric.MOVES.id())
        .tag("collection", collection)
        .meters()
        .forEach(registry::remove);
  }
}
