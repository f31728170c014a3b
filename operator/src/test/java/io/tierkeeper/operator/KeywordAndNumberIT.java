package io.tierkeeper.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.list;
import static org.assertj.core.groups.Tuple.tuple;
import static org.awaitility.Awaitility.await;

import io.qdrant.client.grpc.Points;
import io.tierkeeper.api.v1alpha1.TenantTierStatus;
import io.tierkeeper.api.v1alpha1.TierMove;
import io.tierkeeper.api.v1alpha1.TieredCollectionStatus;
import io.tierkeeper.api.v1alpha1.TieredCollectionStatus.TopTenant;
import io.tierkeeper.audit.DecisionData;
import io.tierkeeper.audit.MeasurementData;
import io.tierkeeper.audit.MoveData;
import io.tierkeeper.audit.history.AuditLine;
import io.tierkeeper.audit.history.TrailHistory;
import io.tierkeeper.evaluation.history.ReplayReport;
import io.tierkeeper.evaluation.history.TrailReplay;
import io.tierkeeper.qdrant.KeyTemplate;
import io.tierkeeper.qdrant.ReplicaState;
import io.tierkeeper.qdrant.ShardKey;
import io.tierkeeper.qdrant.TenantId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The keyword 7 and the number 7 in one collection, with the whole operator: measured, decided on and moved apart. */
@NullUnmarked
class KeywordAndNumberIT {

  private static final Duration SOON = Duration.ofSeconds(40);
  private static final Duration MOVED = Duration.ofSeconds(90);

  @TempDir
  Path audit;

  @ParameterizedTest
  @CsvSource({
    "KEYWORD, tierkeeper/number/7, kb-tierkeeper-number-7",
    "INTEGER, tierkeeper/keyword/7, kb-tierkeeper-keyword-7"
  })
  void bothAreEvaluatedAndMoved(TenantId.Kind index, String otherName, String otherPrefix)
      throws Exception {
    TenantId own = index == TenantId.Kind.KEYWORD ? TenantId.of("7") : TenantId.of(7);
    TenantId other = index == TenantId.Kind.KEYWORD ? TenantId.of(7) : TenantId.of("7");
    try (OperatorWorld world = new OperatorWorld(audit)) {
      if (index == TenantId.Kind.INTEGER) {
        world.index(Points.FieldType.FieldTypeInteger);
      }
      world
          .port()
          .createShardKey(
              OperatorWorld.COLLECTION,
              new KeyTemplate(
                  ShardKey.of(other), world.qdrant.peers().get(0).peerId(), ReplicaState.ACTIVE));
      world.write(own, 300);
      world.write(other, 20);
      world.write(index == TenantId.Kind.KEYWORD ? TenantId.of("small") : TenantId.of(8), 80);
      world.applyPolicy("Auto");
      world.applyCollection("brisk", "");
      tenant(world, "own", own);
      tenant(world, "other", other);
      try (TierkeeperOperator operator = world.start()) {
        await().atMost(SOON).untilAsserted(() -> {
          assertThat(status(world, "own").tier()).isEqualTo("Fallback");
          assertThat(status(world, "own").points()).isEqualTo(300);
          assertThat(status(world, "other").tier()).isEqualTo("Dedicated");
          assertThat(status(world, "other").points()).isEqualTo(20);
        });
        // Statuses of tenants are written before that of the collection.
        await()
            .atMost(SOON)
            .untilAsserted(() -> assertThat(world.collection().orElseThrow().getStatus())
                .isNotNull()
                .extracting(TieredCollectionStatus::topTenants, list(TopTenant.class))
                .filteredOn(row -> row.tenant().endsWith("7"))
                .extracting(TopTenant::tenant, TopTenant::points)
                .containsExactly(tuple("7", 300L), tuple(otherName, 20L)));

        succeeds(world, "kb-7-promote-");
        await()
            .atMost(SOON)
            .untilAsserted(() -> assertThat(world.tier("own")).isEqualTo("Dedicated"));
        assertThat(world.shardKeys()).contains(ShardKey.of(own), ShardKey.of(other));
        succeeds(world, otherPrefix + "-demote-");
        await()
            .atMost(SOON)
            .untilAsserted(() -> assertThat(world.tier("other")).isEqualTo("Fallback"));
        assertThat(world.shardKeys())
            .containsExactlyInAnyOrder(OperatorWorld.FALLBACK, ShardKey.of(own));
        await().atMost(SOON).untilAsserted(() -> {
          assertThat(status(world, "own").points()).isEqualTo(300);
          assertThat(status(world, "other").points()).isEqualTo(20);
        });
      }
      // After a restart both are remembered by their names in the trail; the replay shows it.
      world.write(own, 60);
      world.write(other, 60);
      try (TierkeeperOperator operator = world.start()) {
        await().atMost(SOON).untilAsserted(() -> {
          assertThat(status(world, "own").points()).isEqualTo(360);
          assertThat(status(world, "other").points()).isEqualTo(80);
        });
      }
      assertThat(world.qdrant.violations()).isEmpty();
    }
    List<AuditLine> lines;
    try (Stream<AuditLine> all = TrailHistory.of(List.of(audit)).lines()) {
      lines = all.toList();
    }
    assertThat(subjects(lines, MeasurementData.class)).containsExactly("collection/kb");
    assertThat(lines)
        .filteredOn(line -> line.data() instanceof MeasurementData)
        .allSatisfy(line ->
            assertThat(((MeasurementData) line.data()).top().tenants()).contains("7", otherName));
    assertThat(subjects(lines, DecisionData.class)).contains("tenant/7", "tenant/" + otherName);
    assertThat(lines)
        .filteredOn(line -> line.data() instanceof MoveData)
        .allSatisfy(line -> assertThat(((MoveData) line.data()).tenant())
            .isEqualTo(((MoveData) line.data()).direction().equals("Promote") ? "7" : otherName));
    TrailReplay replay = new TrailReplay();
    lines.forEach(replay::take);
    ReplayReport report = replay.report();
    assertThat(report.differences()).isEmpty();
    assertThat(report.whole()).isTrue();
  }

  private static List<String> subjects(List<AuditLine> lines, Class<?> type) {
    return lines.stream()
        .filter(line -> type.isInstance(line.data()))
        .map(AuditLine::subject)
        .distinct()
        .toList();
  }

  /** Approves the move whose name begins so, and waits for its end. */
  private static void succeeds(OperatorWorld world, String prefix) {
    await()
        .atMost(SOON)
        .untilAsserted(
            () -> assertThat(names(world)).anySatisfy(name -> assertThat(name).startsWith(prefix)));
    String name =
        names(world).stream().filter(it -> it.startsWith(prefix)).findFirst().orElseThrow();
    world.merge(TierMove.class, name, "{\"spec\":{\"approved\":true}}");
    await()
        .atMost(MOVED)
        .untilAsserted(() -> assertThat(world.moves())
            .filteredOn(move -> move.getMetadata().getName().equals(name))
            .allSatisfy(move -> assertThat(move.getStatus().phase()).isEqualTo("Succeeded")));
  }

  private static List<String> names(OperatorWorld world) {
    return world.moves().stream().map(move -> move.getMetadata().getName()).toList();
  }

  private static TenantTierStatus status(OperatorWorld world, String name) {
    return Objects.requireNonNullElse(
        world.tenant(name).orElseThrow().getStatus(), TenantTierStatus.empty());
  }

  private static void tenant(OperatorWorld world, String name, TenantId tenant) {
    world.apply("""
        apiVersion: tierkeeper.io/v1alpha1
        kind: TenantTier
        metadata: {name: %s}
        spec: {collectionRef: {name: kb}, %s}
        """.formatted(
            name,
            tenant.kind() == TenantId.Kind.KEYWORD
                ? "tenant: \"" + tenant + "\""
                : "tenantInteger: " + tenant));
  }
}
