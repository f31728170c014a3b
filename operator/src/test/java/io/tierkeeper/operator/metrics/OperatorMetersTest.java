package io.tierkeeper.operator.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.tierkeeper.governance.TierState;
import io.tierkeeper.operator.health.ApiRefusals;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What the scraped text shows, and for how long. */
class OperatorMetersTest {

  private static final Path PAGE = Path.of("../docs/metrics.md");
  private static final String REMEDY =
      "write it again with: mvn -pl operator -am test -Dtest=OperatorMetersTest -Dsurefire.failIfNoSpecifiedTests=false -Ddocs.write=true";
  private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private Instant now = NOW;
  private final OperatorMeters meters = new OperatorMeters(registry, () -> true, () -> now);
  private final CollectionMeters kb = meters.of("vectors", "kb");

  @Test
  void showsOpenAndStalledMovesByStateAndAgeWhileTheyAre() {
    kb.moves(() -> List.of(
        move("acme", "AwaitingApproval", 7200, null),
        move("beta", "AwaitingApproval", 600, null),
        move(
            "gamma", "Copying", 60, new MoveGauges.Stall("PlacementStuck", NOW.minusSeconds(30)))));
    now = NOW.plusSeconds(10);

    assertThat(value("tierkeeper_moves_open", "phase=\"AwaitingApproval\"")).isEqualTo(2);
    assertThat(value("tierkeeper_moves_open", "phase=\"Copying\"")).isEqualTo(1);
    assertThat(value("tierkeeper_move_open_age_seconds", "phase=\"AwaitingApproval\""))
        .isEqualTo(7210);
    assertThat(value("tierkeeper_moves_stalled", "reason=\"PlacementStuck\"")).isEqualTo(1);
    assertThat(value("tierkeeper_move_stalled_age_seconds", "reason=\"PlacementStuck\""))
        .isEqualTo(40);
    assertThat(value("tierkeeper_approval_expiry_timestamp_seconds", "kb"))
        .isEqualTo(NOW.plusSeconds(3600).getEpochSecond());
    assertThat(value("tierkeeper_tenant_move", "phase=\"Copying\",tenant=\"gamma\""))
        .isEqualTo(1);
    assertThat(lines("tierkeeper_tenant_move_approved_timestamp_seconds")).hasSize(1);

    kb.moves(List::of);
    assertThat(lines("tierkeeper_moves_open")).isEmpty();
    assertThat(lines("tierkeeper_moves_stalled")).isEmpty();
    assertThat(lines("tierkeeper_move_stalled_age_seconds")).isEmpty();
    assertThat(lines("tierkeeper_approval_expiry_timestamp_seconds")).isEmpty();
    assertThat(lines("tierkeeper_tenant_move")).isEmpty();
  }

  @Test
  void boundsTheSeriesOfTenantsAndOfMovesThatWait() {
    kb.tenants(IntStream.range(0, 500).mapToObj(i -> tenant("t" + i)).toList());
    kb.moves(() -> IntStream.range(0, 500)
        .mapToObj(i -> move("t" + i, "AwaitingApproval", i, null))
        .toList());

    for (String name :
        List.of("mass", "observed_mass", "alpha_star", "penalty", "points", "tier")) {
      assertThat(lines("tierkeeper_tenant_" + name)).as(name).hasSize(OperatorMeters.TOP_TENANTS);
    }
    assertThat(lines("tierkeeper_tenant_threshold")).hasSize(2 * OperatorMeters.TOP_TENANTS);
    assertThat(lines("tierkeeper_tenant_move")).hasSize(OperatorMeters.TOP_TENANTS);
    kb.tenants(List.of(tenant("t3")));
    assertThat(lines("tierkeeper_tenant_mass")).singleElement().asString().contains("t3");
  }

  @Test
  void showsAMoveThatWorksBeforeThoseThatWait() {
    kb.moves(() -> Stream.concat(
            IntStream.range(0, 50).mapToObj(i -> move("t" + i, "AwaitingApproval", 900, null)),
            Stream.of(move("acme", "Verifying", 5, null)))
        .toList());
    assertThat(lines("tierkeeper_tenant_move")).anyMatch(line -> line.contains("\"acme\""));
  }

  @Test
  void countsTheAgeOfAMeasurementFromTheFirstAttemptAndExpectsNoneWhileSuspended() {
    assertThat(value("tierkeeper_measurement_age_seconds", "kb")).isNaN();
    kb.limits(new CollectionLimits(Duration.ofMinutes(10), 200, Duration.ofHours(24)));
    kb.suspended(false);
    kb.measurementWanted();
    now = NOW.plusSeconds(700);
    kb.measurementWanted();
    assertThat(value("tierkeeper_measurement_age_seconds", "kb")).isEqualTo(700);
    assertThat(value("tierkeeper_measurement_stale_after_seconds", "kb")).isEqualTo(600);
    assertThat(value("tierkeeper_dedicated_limit", "kb")).isEqualTo(200);

    kb.suspended(true);
    assertThat(lines("tierkeeper_measurement_stale_after_seconds")).isEmpty();
    assertThat(value("tierkeeper_suspended", "kb")).isEqualTo(1);
  }

  @Test
  void showsPausesWithTheLastEndOfEachOwner() {
    kb.pauses(Map.of("sre", List.of(NOW.plusSeconds(60), NOW.plusSeconds(600))));
    assertThat(value("tierkeeper_pauses_active", "owner=\"sre\"")).isEqualTo(2);
    assertThat(value("tierkeeper_pause_end_timestamp_seconds", "owner=\"sre\""))
        .isEqualTo(NOW.plusSeconds(600).getEpochSecond());
    kb.pauses(Map.of());
    assertThat(lines("tierkeeper_pauses_active")).isEmpty();
    assertThat(lines("tierkeeper_pause_end_timestamp_seconds")).isEmpty();
  }

  @Test
  void showsTheMassOfTiersAndTheCoherenceOfWindows() {
    assertThat(lines("tierkeeper_points")).as("before the first evaluation").isEmpty();
    kb.mass(new MassGauges(500, 3.2, 0.4, 0.6, 0.99, 0.9));
    assertThat(value("tierkeeper_points", "kb")).isEqualTo(500);
    assertThat(value("tierkeeper_effective_tenants", "kb")).isEqualTo(3.2);
    assertThat(value("tierkeeper_tier_mass", "tier=\"Fallback\"")).isEqualTo(0.4);
    assertThat(value("tierkeeper_tier_mass", "tier=\"Dedicated\"")).isEqualTo(0.6);
    assertThat(value("tierkeeper_coherence_product", "window=\"1h\"")).isEqualTo(0.99);
    assertThat(value("tierkeeper_coherence_product", "window=\"24h\"")).isEqualTo(0.9);
  }

  @Test
  void showsNoSizeThatIsUnknown() {
    kb.fallback(OptionalLong.of(400), OptionalLong.empty());
    assertThat(value("tierkeeper_fallback_bytes", "kb")).isEqualTo(400);
    assertThat(lines("tierkeeper_fallback_peer_memory_bytes")).isEmpty();
  }

  /** An increase of a counter that begins at one is nothing to Prometheus. */
  @Test
  void hasACounterForEachEndOfAMoveBeforeTheFirst() {
    assertThat(value("tierkeeper_moves_total", "direction=\"Promote\",outcome=\"Aborted\""))
        .isZero();
    meters.moveEnded("vectors", "kb", "Promote", "Aborted", Duration.ofSeconds(90), 0);
    assertThat(value("tierkeeper_moves_total", "direction=\"Promote\",outcome=\"Aborted\""))
        .isEqualTo(1);
  }

  @Test
  void hasHistogramsWithBuckets() {
    meters.evaluated(Duration.ofMillis(300));
    meters.approvedAfter(Duration.ofMinutes(3));
    meters.timedAppend(() -> "appended");
    meters.moveEnded("vectors", "kb", "Demote", "Succeeded", Duration.ofMinutes(2), 10);
    for (String name : List.of(
        "tierkeeper_evaluation_seconds",
        "tierkeeper_move_waiting_approval_seconds",
        "tierkeeper_audit_append_seconds",
        "tierkeeper_move_seconds")) {
      assertThat(lines(name + "_bucket")).as(name).hasSizeGreaterThan(8);
    }
    assertThat(value("tierkeeper_evaluation_seconds_bucket", "le=\"0.25\"")).isZero();
    assertThat(value("tierkeeper_evaluation_seconds_bucket", "le=\"0.5\"")).isEqualTo(1);
  }

  @Test
  void leavesNothingOfACollectionThatIsGone() {
    showEverything();
    assertThat(registry.scrape()).contains("vectors/kb");
    meters.forget("vectors", "kb");
    assertThat(registry.scrape()).doesNotContain("vectors/kb");
  }

  /** The page is written of a scrape, so what is not published is not on it. */
  @Test
  void publishesEveryMetricAndNoOther() {
    showEverything();
    assertThat(MetricsPage.ids(registry.scrape()))
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(Metric.values()).map(MetricsPage::id).toList());
  }

  @Test
  void thePageHasEveryMetricWithItsLabels() throws IOException {
    showEverything();
    String page = MetricsPage.of(registry.scrape());
    if (Boolean.getBoolean("docs.write")) {
      Files.writeString(PAGE, page);
    }
    assertThat(PAGE).as(REMEDY).exists();
    assertThat(Files.readString(PAGE)).as(REMEDY).isEqualTo(page);
  }

  private void showEverything() {
    new ApiRefusals(() -> now, registry);
    kb.tenants(List.of(tenant("acme")));
    kb.moves(() -> List.of(
        move("beta", "AwaitingApproval", 60, null),
        move("acme", "Copying", 60, new MoveGauges.Stall("PlacementStuck", NOW))));
    kb.limits(new CollectionLimits(Duration.ofMinutes(10), 200, Duration.ofHours(24)));
    kb.suspended(false);
    kb.mass(new MassGauges(500, 3.2, 0.4, 0.6, 0.99, 0.9));
    kb.flapping(1);
    kb.pauses(Map.of("sre", List.of(NOW)));
    kb.fallback(OptionalLong.of(1), OptionalLong.of(2));
    meters.moveEnded("vectors", "kb", "Demote", "Succeeded", Duration.ofMinutes(2), 10);
  }

  private static MoveGauges move(
      String tenant, String phase, long age, MoveGauges.@Nullable Stall stall) {
    boolean waits = phase.equals("AwaitingApproval");
    return new MoveGauges(
        tenant,
        "Promote",
        phase,
        NOW.minusSeconds(age),
        waits ? null : NOW,
        waits ? NOW.plusSeconds(3600) : null,
        stall,
        waits);
  }

  private static TenantGauges tenant(String name) {
    return new TenantGauges(
        name,
        TierState.FALLBACK,
        100,
        0.2,
        0.18,
        0.5,
        0.1,
        OptionalDouble.of(0.15),
        OptionalDouble.of(0.05));
  }

  private List<String> lines(String name) {
    return registry
        .scrape()
        .lines()
        .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
        .toList();
  }

  private double value(String name, String part) {
    return lines(name).stream()
        .filter(line -> line.contains(part))
        .map(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .findFirst()
        .orElseThrow(() -> new AssertionError(name + " " + part + " in\n" + registry.scrape()));
  }
}
