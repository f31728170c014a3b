package io.tierkeeper.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import io.tierkeeper.api.v1alpha1.TenantTierStatus;
import io.tierkeeper.api.v1alpha1.TierMove;
import io.tierkeeper.api.v1alpha1.TierMoveStatus;
import io.tierkeeper.api.v1alpha1.TieredCollectionStatus;
import io.tierkeeper.audit.history.AuditLine;
import io.tierkeeper.audit.history.TrailHistory;
import io.tierkeeper.evaluation.history.ReplayReport;
import io.tierkeeper.evaluation.history.TrailReplay;
import io.tierkeeper.governance.decision.MeasuredCost;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a move has cost widens the cost band of the next one, with the whole operator. */
@NullUnmarked
class MeasuredCostsIT {

  private static final Duration SOON = Duration.ofSeconds(40);
  private static final double GIVEN = 0.0004;

  /** At half above the promotion size, half the given band is full in less than half a second. */
  private static final String POLICY = """
      apiVersion: tierkeeper.io/v1alpha1
      kind: TierPolicy
      metadata: {name: brisk}
      spec:
        mode: Auto
        approval: {required: []}
        decision: CostBand
        costBand: {promotionCost: "0.0002", demotionCost: "0.0002", addMeasured: true}
        mass: {minSamples: 1}
        promote: {aboveShare: "0.40"}
        demote: {belowShare: "0.20"}
        cooldown: {afterMove: 0s}
        retain: {sourceFor: 0s}
      """;

  @TempDir
  Path audit;

  private OperatorWorld world;

  @BeforeEach
  void start() {
    world = new OperatorWorld(audit);
    world.write("acme", 600);
    world.write("beta", 400);
  }

  @AfterEach
  void stop() {
    world.close();
  }

  @Test
  void aMoveTellsWhatItCostAndTheBandRemembersItWhenTheMoveIsGone() throws Exception {
    world.apply(POLICY);
    world.applyCollection("brisk", "");
    world.applyTenant("kb-acme", "acme", "");
    try (TierkeeperOperator operator = world.start()) {
      await().atMost(SOON).until(() -> world.moveIn("Succeeded").isPresent());
      double cost = cost(world.moveIn("Succeeded").orElseThrow());
      assertThat(cost).isPositive();
      await().atMost(SOON).untilAsserted(() -> {
        assertThat(promotions().moves()).isEqualTo(1);
        assertThat(Double.parseDouble(promotions().mean())).isCloseTo(cost, within(1e-6));
        assertThat(Double.parseDouble(promotions().deviation())).isZero();
      });

      world.moves().forEach(move -> world.client.resource(move).delete());
      await().atMost(SOON).until(() -> world.moves().isEmpty());
      world.write("beta", 10);
      await()
          .atMost(SOON)
          .untilAsserted(() ->
              assertThat(world.collection().orElseThrow().getStatus().tenants()).isEqualTo(2));
      await()
          .atMost(SOON)
          .untilAsserted(() -> assertThat(gate("kb-acme"))
              .contains(String.format(Locale.ROOT, " of %.6f", GIVEN + cost)));
      assertThat(promotions().moves()).isEqualTo(1);
    }
    TrailReplay replay = new TrailReplay();
    try (Stream<AuditLine> lines = TrailHistory.of(List.of(audit)).lines()) {
      lines.forEach(replay::take);
    }
    ReplayReport report = replay.report();
    assertThat(report.differences()).isEmpty();
    assertThat(report.whole()).isTrue();
  }

  private static double cost(TierMove move) {
    TierMoveStatus status = move.getStatus();
    Instant began = Instant.parse(status.startedAt());
    Instant verified = Instant.parse(status.verifiedAt());
    assertThat(verified).isBetween(began, Instant.parse(status.finishedAt()));
    String size = move.getSpec().plan().inputs().get("relativeSize");
    assertThat(Double.parseDouble(size)).isBetween(1.0, 2.0);
    return MeasuredCost.of(Duration.between(began, verified), Double.parseDouble(size));
  }

  private TieredCollectionStatus.MeasuredCost promotions() {
    TieredCollectionStatus status = world.collection().orElseThrow().getStatus();
    assertThat(status.moveCosts()).isNotNull();
    assertThat(status.moveCosts().promotion()).isNotNull();
    return status.moveCosts().promotion();
  }

  private String gate(String name) {
    return world.tenant(name).orElseThrow().getStatus().gates().stream()
        .filter(gate -> gate.name().equals("AccumulatedCost"))
        .map(TenantTierStatus.Gate::current)
        .findFirst()
        .orElse("");
  }
}
