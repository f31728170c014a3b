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
  private final Map<String, GaugeSeries> series = new HashMap<>();
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
    gauge("tierkeeper.tenants", Tags.of("tier", "Fallback"), () -> fallbackTenants);
    gauge("tierkeeper.tenants", Tags.of("tier", "Dedicated"), () -> dedicatedTenants);
    gauge("tierkeeper.coherence", Tags.empty(), () -> coherence);
    gauge("tierkeeper.tenants.to.cover.90", Tags.empty(), () -> cover);
    gauge("tierkeeper.measurement.age.seconds", Tags.empty(), () -> seconds(now()) - measuredAt);
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
    for (String direction : List.of("Promote", "Demote")) {
      OUTCOMES.forEach(outcome -> ended(direction, outcome));
    }
  }

  /** The counter of moves that ended so. */
  Counter ended(String direction, String outcome) {
    return registry.counter(
        "tierkeeper.moves", "collection", collection, "direction", direction, "outcome", outcome);
  }

  private Number ofTrail(Function<TrailGauges, Number> value) {
    TrailGauges current = trail;
    return current == null ? Double.NaN : value.apply(current);
  }

  private void gauge(String name, Tags tags, Supplier<Number> value) {
    own.add(Gauge.builder(name, value).tags(tags.and("collection", collection)).register(registry));
  }

  private synchronized GaugeSeries series(String name) {
    return series.computeIfAbsent(
        name, key -> new GaugeSeries(registry, key, Tags.of("collection", collection)));
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
    tenantSeries("mass", top, TenantGauges::dampedMass);
    tenantSeries("observed.mass", top, TenantGauges::observedMass);
    tenantSeries("alpha.star", top, TenantGauges::alphaStar);
    tenantSeries("penalty", top, TenantGauges::penalty);
    tenantSeries("points", top, TenantGauges::points);
    Map<Tags, Double> tiers = new HashMap<>();
    Map<Tags, Double> thresholds = new HashMap<>();
    for (TenantGauges tenant : top) {
      Tags name = Tags.of("tenant", tenant.tenant());
      tiers.put(name.and("tier", tenant.tier().label()), 1.0);
      put(thresholds, name.and("direction", "Promote"), tenant.promoteAbove());
      put(thresholds, name.and("direction", "Demote"), tenant.demoteBelow());
    }
    series("tierkeeper.tenant.tier").setNumbers(tiers);
    series("tierkeeper.tenant.threshold").setNumbers(thresholds);
  }

  private void tenantSeries(
      String name, List<TenantGauges> tenants, Function<TenantGauges, Number> value) {
    Map<Tags, Double> numbers = new HashMap<>();
    for (TenantGauges tenant : tenants) {
      double number = value.apply(tenant).doubleValue();
      if (!Double.isNaN(number)) {
        numbers.put(Tags.of("tenant", tenant.tenant()), number);
      }
    }
    series("tierkeeper.tenant." + name).setNumbers(numbers);
  }

  private static void put(Map<Tags, Double> numbers, Tags tags, OptionalDouble value) {
    if (value.isPresent()) {
      numbers.put(tags, value.getAsDouble());
    }
  }

  /** What the policy allows from now on. */
  public void limits(CollectionLimits now) {
    limits = now;
    series("tierkeeper.dedicated.limit").setOne(now.maxDedicated());
  }

  /** What the policy allows; null before the first evaluation. */
  public @Nullable CollectionLimits limits() {
    return limits;
  }

  /** Whether the collection is suspended: it is not measured then, and no measurement is missing. */
  public void suspended(boolean suspended) {
    series("tierkeeper.suspended").setOne(suspended ? 1 : 0);
    CollectionLimits current = limits;
    series("tierkeeper.measurement.stale.after.seconds")
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
    series("tierkeeper.fallback.bytes").setOne(bytes.isPresent() ? bytes.getAsLong() : Double.NaN);
    series("tierkeeper.fallback.peer.memory.bytes")
        .setOne(peerMemory.isPresent() ? peerMemory.getAsLong() : Double.NaN);
  }

  /** How many tenants would be moved if their flap budget were not exhausted. */
  public void flapping(long tenants) {
    series("tierkeeper.flapping.tenants").setOne(tenants);
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
    series("tierkeeper.pauses.active").setNumbers(active);
    series("tierkeeper.pause.end.timestamp.seconds").setNumbers(ends);
  }

  /**
   * Replaces the series of moves that have not ended.
   *
   * @param moves read while no other call of this method does
   */
  public synchronized void moves(Supplier<List<MoveGauges>> moves) {
    List<MoveGauges> open = moves.get();
    count(open, "phase", MoveGauges::phase, "tierkeeper.moves.open");
    oldest(
        open, "phase", MoveGauges::phase, MoveGauges::created, "tierkeeper.move.open.age.seconds");
    List<MoveGauges> stalled =
        open.stream().filter(move -> move.stalled() != null).toList();
    count(stalled, "reason", CollectionMeters::stallReason, "tierkeeper.moves.stalled");
    oldest(
        stalled,
        "reason",
        CollectionMeters::stallReason,
        move -> move.stalled() == null ? move.created() : move.stalled().since(),
        "tierkeeper.move.stalled.age.seconds");
    series("tierkeeper.approval.expiry.timestamp.seconds")
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
    series("tierkeeper.tenant.move").setNumbers(tenants);
    series("tierkeeper.tenant.move.approved.timestamp.seconds").setNumbers(approvals);
  }

  private static String stallReason(MoveGauges move) {
    return move.stalled() == null ? "" : move.stalled().reason();
  }

  private void count(
      List<MoveGauges> moves, String label, Function<MoveGauges, String> by, String name) {
    Map<Tags, Double> counts = new HashMap<>();
    moves.stream()
        .collect(Collectors.groupingBy(by, Collectors.counting()))
        .forEach((value, count) -> counts.put(Tags.of(label, value), count.doubleValue()));
    series(name).setNumbers(counts);
  }

  private void oldest(
      List<MoveGauges> moves,
      String label,
      Function<MoveGauges, String> by,
      Function<MoveGauges, Instant> since,
      String name) {
    Map<Tags, DoubleSupplier> ages = new HashMap<>();
    moves.stream()
        .collect(Collectors.groupingBy(
            by, Collectors.mapping(since, Collectors.minBy(Comparator.naturalOrder()))))
        .forEach((value, first) -> first.ifPresent(from -> ages.put(
            Tags.of(label, value),
            () -> Math.max(0, Duration.between(from, now()).toMillis() / 1000.0))));
    series(name).set(ages);
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
        .find("tierkeeper.moves")
        .tag("collection", collection)
        .meters()
        .forEach(registry::remove);
  }
}
