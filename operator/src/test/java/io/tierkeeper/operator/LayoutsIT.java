package io.tierkeeper.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.qdrant.client.grpc.Collections;
import io.qdrant.client.grpc.CollectionsGrpc;
import io.qdrant.client.grpc.Points;
import io.qdrant.client.grpc.PointsGrpc;
import io.tierkeeper.api.v1alpha1.TenantTier;
import io.tierkeeper.api.v1alpha1.TierMove;
import io.tierkeeper.api.v1alpha1.TieredCollection;
import io.tierkeeper.api.v1alpha1.TieredCollectionStatus;
import io.tierkeeper.lab.qdrant.emulator.calls.Fault;
import io.tierkeeper.operator.config.OperatorOptions;
import io.tierkeeper.qdrant.KeyTemplate;
import io.tierkeeper.qdrant.Point;
import io.tierkeeper.qdrant.PointId;
import io.tierkeeper.qdrant.PointVector;
import io.tierkeeper.qdrant.ReplicaState;
import io.tierkeeper.qdrant.ShardKey;
import io.tierkeeper.qdrant.ShardSelector;
import io.tierkeeper.qdrant.Upsert;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Layouts that people have, with the whole operator: what it cannot govern is named and nothing is moved. */
@NullUnmarked
class LayoutsIT {

  private static final Duration SOON = Duration.ofSeconds(40);

  @TempDir
  Path audit;

  private long nextPoint = 1_000_000;

  @Test
  void shardKeysThatAreHashBucketsAreNoTenants() throws Exception {
    try (OperatorWorld world = new OperatorWorld(audit)) {
      for (String bucket : List.of("key_0", "key_1")) {
        world
            .port()
            .createShardKey(
                OperatorWorld.COLLECTION,
                new KeyTemplate(
                    ShardKey.of(bucket),
                    world.qdrant.peers().get(0).peerId(),
                    ReplicaState.ACTIVE));
        for (int tenant = 0; tenant < 4; tenant++) {
          write(world, ShardKey.of(bucket), 50, "tenant-" + tenant);
        }
      }
      world.write("acme", 60);
      world.write("globex", 40);
      write(world, OperatorWorld.FALLBACK, 300, "key_1");
      world.applyPolicy("Auto");
      world.applyCollection("brisk", "");
      world.applyTenant("acme", "acme", "");
      world.applyTenant("bucket", "key_1", "");
      try (TierkeeperOperator operator = world.start()) {
        await().atMost(SOON).untilAsserted(() -> {
          TieredCollectionStatus status = world.collection().orElseThrow().getStatus();
          assertThat(status).isNotNull();
          assertThat(status.topTenants()).isNotNull();
          assertThat(status.dedicated()).isZero();
          assertThat(status.topTenants())
              .extracting(TieredCollectionStatus.TopTenant::tenant)
              .containsExactly("acme", "globex");
          assertThat(Double.parseDouble(status.topTenants().get(0).observedMass()))
              .isEqualTo(0.075);
          Condition points = condition(status.conditions(), "PointsAssigned");
          assertThat(points.getStatus()).isEqualTo("False");
          assertThat(points.getReason()).isEqualTo("ShardKeyHoldsOthers");
          assertThat(points.getMessage()).contains("key_0 (200 points)", "key_1 (200 points)");
          assertThat(world.tenant("bucket").orElseThrow().getStatus()).isNotNull();
          Condition refused =
              condition(world.tenant("bucket").orElseThrow().getStatus().conditions(), "Ready");
          assertThat(refused.getStatus()).isEqualTo("False");
          assertThat(refused.getReason()).isEqualTo("ShardKeyHoldsOthers");
          assertThat(refused.getMessage()).contains("key_1", "200 points");
          assertThat(OperatorWorld.condition(
                  world.tenant("acme").orElseThrow().getStatus().conditions(), "Ready"))
              .startsWith("True");
        });
        // The last of the first statuses may still be written.
        AtomicReference<String> last = new AtomicReference<>("");
        await().during(Duration.ofSeconds(3)).atMost(SOON).until(() -> {
          String now = world.version();
          return now.equals(last.getAndSet(now));
        });
        assertThat(world.moves()).isEmpty();
      }
    }
  }

  @Test
  void pointsWithoutATenantAreInTheTotalAndReported() throws Exception {
    try (OperatorWorld world = new OperatorWorld(audit)) {
      write(world, OperatorWorld.FALLBACK, 400, null);
      world.write("acme", 100);
      world.applyPolicy("Auto");
      world.applyCollection("brisk", "");
      world.applyTenant("acme", "acme", "");
      try (TierkeeperOperator operator = world.start()) {
        await().atMost(SOON).untilAsserted(() -> {
          TieredCollectionStatus status = world.collection().orElseThrow().getStatus();
          assertThat(status).isNotNull();
          assertThat(status.topTenants()).isNotNull();
          assertThat(Double.parseDouble(status.topTenants().get(0).observedMass()))
              .isEqualTo(0.2);
          Condition points = condition(status.conditions(), "PointsAssigned");
          assertThat(points.getReason()).isEqualTo("PointsWithoutTenant");
          assertThat(points.getMessage()).contains("400 points", "group_id");
        });
        assertThat(world.moves()).isEmpty();
      }
    }
  }

  @Test
  void aPlanIsWithdrawnWhenItsShardKeyTurnsOutToBeNoTenants() throws Exception {
    try (OperatorWorld world = new OperatorWorld(audit)) {
      world.write("acme", 60);
      world.write("globex", 40);
      world.applyPolicy("Auto");
      world.applyCollection("brisk", "");
      world.applyTenant("acme", "acme", "");
      try (TierkeeperOperator operator = world.start()) {
        await()
            .atMost(SOON)
            .untilAsserted(() -> assertThat(world.moveIn("AwaitingApproval")).isPresent());
        world
            .port()
            .createShardKey(
                OperatorWorld.COLLECTION,
                new KeyTemplate(
                    ShardKey.of("acme"),
                    world.qdrant.peers().get(0).peerId(),
                    ReplicaState.ACTIVE));
        write(world, ShardKey.of("acme"), 20, "globex");
        await()
            .atMost(SOON)
            .untilAsserted(() -> assertThat(world.moveIn("Expired"))
                .hasValueSatisfying(move -> assertThat(move.getStatus().message())
                    .contains("TenantTier acme is refused", "shard key acme exists")));
        assertThat(world.moveIn("AwaitingApproval")).isEmpty();
        assertThat(world.countIn(OperatorWorld.FALLBACK, "acme")).isEqualTo(60);
      }
    }
  }

  @Test
  void tenantsOfAUuidIndexAreCreatedAndRefusedInThePayloadsSpelling() throws Exception {
    String upper = "3F2504E0-4F89-41D3-9A0C-0305E82C3301";
    String plain = "9a0c0305e82c33013f2504e04f8941d3";
    try (OperatorWorld world = new OperatorWorld(audit)) {
      world.index(Points.FieldType.FieldTypeUuid);
      world.write(upper, 60);
      world.write(plain, 20);
      world.write("11111111-2222-3333-4444-555555555555", 20);
      world.applyPolicy("Auto");
      world.applyCollection("brisk", "discovery: {mode: Create, createAbovePoints: 50}");
      world.applyTenant("plain", "9a0c0305-e82c-3301-3f25-04e04f8941d3", "tier: Dedicated");
      try (TierkeeperOperator operator = world.start()) {
        await().atMost(SOON).untilAsserted(() -> {
          assertThat(world
                  .client
                  .resources(TenantTier.class)
                  .inNamespace(world.namespace)
                  .list()
                  .getItems())
              .extracting(tier -> tier.getSpec().tenant())
              .contains(upper);
          assertThat(world.tenant("plain").orElseThrow().getStatus()).isNotNull();
          Condition refused =
              condition(world.tenant("plain").orElseThrow().getStatus().conditions(), "Ready");
          assertThat(refused.getReason()).isEqualTo("TenantSpellingDiffers");
          assertThat(refused.getMessage()).contains(plain);
          assertThat(world.moveIn("AwaitingApproval"))
              .hasValueSatisfying(move -> assertThat(move.getSpec().tenant()).isEqualTo(upper));
        });
        assertThat(world.moves()).hasSize(1);
        String move = world.moves().get(0).getMetadata().getName();
        world.merge(TierMove.class, move, "{\"spec\":{\"approved\":true}}");
        await()
            .atMost(Duration.ofSeconds(90))
            .untilAsserted(() -> assertThat(world.moveIn("Succeeded")).isPresent());
        assertThat(world.shardKeys())
            .containsExactlyInAnyOrder(OperatorWorld.FALLBACK, ShardKey.of(upper));
        assertThat(world.count(upper)).isEqualTo(60);
      }
    }
  }

  @Test
  void strictModeIsNamedFromTheFirstEvaluationOnAndHoldsPlansBack() throws Exception {
    Collections.StrictModeConfig tooStrict = Collections.StrictModeConfig.newBuilder()
        .setEnabled(true)
        .setUnindexedFilteringRetrieve(false)
        .setUnindexedFilteringUpdate(false)
        .setMaxQueryLimit(100)
        .setMaxTimeout(5)
        .build();
    try (OperatorWorld world = new OperatorWorld(audit)) {
      world.write("acme", 60);
      world.write("globex", 40);
      world.strict(tooStrict);
      world.applyPolicy("Auto");
      world.applyCollection("brisk", "");
      world.applyTenant("acme", "acme", "");
      try (TierkeeperOperator operator = world.start()) {
        await().atMost(SOON).untilAsserted(() -> {
          assertThat(world.collection().orElseThrow().getStatus()).isNotNull();
          Condition layout =
              condition(world.collection().orElseThrow().getStatus().conditions(), "LayoutValid");
          assertThat(layout.getStatus()).isEqualTo("False");
          assertThat(layout.getReason()).isEqualTo("StrictModeTooStrict");
          assertThat(layout.getMessage())
              .contains(
                  "unindexed_filtering_retrieve is false",
                  "unindexed_filtering_update is false",
                  "max_query_limit is 100, required: 256 or more",
                  "max_timeout is 5, required: 9 or more");
        });
        assertThat(world.moves()).isEmpty();
        world.strict(Collections.StrictModeConfig.newBuilder().setEnabled(false).build());
        await()
            .atMost(SOON)
            .untilAsserted(() -> assertThat(world.moveIn("AwaitingApproval")).isPresent());
        world.strict(tooStrict);
        await()
            .atMost(SOON)
            .untilAsserted(() -> assertThat(OperatorWorld.condition(
                    world.collection().orElseThrow().getStatus().conditions(), "LayoutValid"))
                .isEqualTo("False StrictModeTooStrict"));
        world.merge(
            TierMove.class,
            world.moves().get(0).getMetadata().getName(),
            "{\"spec\":{\"approved\":true}}");
        await()
            .atMost(SOON)
            .untilAsserted(() -> assertThat(world.moveIn("Pending"))
                .hasValueSatisfying(
                    move -> assertThat(move.getStatus().message()).contains("max_timeout is 5")));
        assertThat(world.shardKeys()).containsExactly(OperatorWorld.FALLBACK);

        // What the condition requires is enough for a move.
        world.raw(channel -> PointsGrpc.newBlockingStub(channel)
            .createFieldIndex(Points.CreateFieldIndexCollection.newBuilder()
                .setCollectionName(OperatorWorld.COLLECTION)
                .setFieldName("tierkeeper_move")
                .setFieldType(Points.FieldType.FieldTypeKeyword)
                .setWait(true)
                .build()));
        world.strict(Collections.StrictModeConfig.newBuilder()
            .setEnabled(true)
            .setUnindexedFilteringRetrieve(false)
            .setUnindexedFilteringUpdate(true)
            .setSearchAllowExact(true)
            .setMaxQueryLimit(256)
            .setMaxTimeout(9)
            .setFilterMaxConditions(64)
            .setConditionMaxSize(1000)
            .setUpsertMaxBatchsize(256)
            .setReadRateLimit(6000)
            .setWriteRateLimit(6000)
            .build());
        await()
            .atMost(Duration.ofSeconds(90))
            .untilAsserted(() -> assertThat(world.moveIn("Succeeded")).isPresent());
        assertThat(world.count("acme")).isEqualTo(60);
        world.merge(TenantTier.class, "acme", "{\"spec\":{\"tier\":\"Fallback\"}}");
        await()
            .atMost(SOON)
            .untilAsserted(() -> assertThat(world.moveIn("AwaitingApproval")).isPresent());
        world.merge(
            TierMove.class,
            world.moveIn("AwaitingApproval").orElseThrow().getMetadata().getName(),
            "{\"spec\":{\"approved\":true}}");
        await()
            .atMost(Duration.ofSeconds(90))
            .untilAsserted(
                () -> assertThat(world.shardKeys()).containsExactly(OperatorWorld.FALLBACK));
        assertThat(world.count("acme")).isEqualTo(60);
      }
    }
  }

  @Test
  void anAliasIsRefusedWithTheNameOfItsCollection() throws Exception {
    try (OperatorWorld world = new OperatorWorld(audit)) {
      world.raw(channel -> {
        CollectionsGrpc.CollectionsBlockingStub collections =
            CollectionsGrpc.newBlockingStub(channel);
        collections.updateAliases(Collections.ChangeAliases.newBuilder()
            .addActions(Collections.AliasOperations.newBuilder()
                .setCreateAlias(Collections.CreateAlias.newBuilder()
                    .setCollectionName(OperatorWorld.COLLECTION)
                    .setAliasName("current")))
            .build());
      });
      world.write("acme", 60);
      world.write("globex", 40);
      world.applyPolicy("Auto");
      world.applyCollection("brisk", "");
      TieredCollection second = new TieredCollection();
      second.setMetadata(new ObjectMetaBuilder()
          .withName("another")
          .withNamespace(world.namespace)
          .build());
      second.setSpec(world.collection().orElseThrow().getSpec());
      second = Serialization.unmarshal(
          Serialization.asYaml(second).replace("knowledge_base", "current"),
          TieredCollection.class);
      world.client.resource(second).create();
      try (TierkeeperOperator operator = world.start()) {
        await().atMost(SOON).untilAsserted(() -> {
          assertThat(another(world).getStatus()).isNotNull();
          Condition layout = condition(another(world).getStatus().conditions(), "LayoutValid");
          assertThat(layout.getStatus()).isEqualTo("False");
          assertThat(layout.getReason()).isEqualTo("CollectionIsAlias");
          assertThat(layout.getMessage())
              .contains("current is an alias of collection knowledge_base");
          assertThat(world.collection().orElseThrow().getStatus()).isNotNull();
          assertThat(OperatorWorld.condition(
                  world.collection().orElseThrow().getStatus().conditions(), "Ready"))
              .isEqualTo("True Ready");
        });
      }
    }
  }

  @Test
  void aMoveOfMorePointsThanTheMemoryAllowsIsNotPlanned() throws Exception {
    try (OperatorWorld world = new OperatorWorld(audit)) {
      world.write("acme", 300);
      world.write("globex", 200);
      world.applyPolicy("Auto");
      world.applyCollection("brisk", "");
      world.applyTenant("acme", "acme", "");
      try (TierkeeperOperator operator = TierkeeperOperator.start(
          world.account, world.options().withRoom(new OperatorOptions.MoveRoom(64 << 10, null)))) {
        await()
            .atMost(SOON)
            .until(() -> world.tenant("acme").orElseThrow().getStatus() != null
                && OperatorWorld.condition(
                        world.tenant("acme").orElseThrow().getStatus().conditions(), "Ready")
                    .equals("False TooManyPoints"));
        assertThat(condition(world.tenant("acme").orElseThrow().getStatus().conditions(), "Ready")
                .getMessage())
            .contains("The tenant has 300 points; allowed: at most 256");
        assertThat(world.moves()).isEmpty();
      }
    }
  }

  @Test
  void aMeasurementThatFailsIsReportedWithItsCause() throws Exception {
    try (OperatorWorld world = new OperatorWorld(audit)) {
      world.write("acme", 10);
      for (int call = 1; call <= 1000; call++) {
        world.qdrant.faults().add(Fault.of(Fault.Kind.LOSE_CALL, "facet", call));
      }
      world.applyPolicy("Recommend");
      world.applyCollection("brisk", "");
      world.applyTenant("acme", "acme", "");
      try (TierkeeperOperator operator = world.start()) {
        await().atMost(SOON).untilAsserted(() -> {
          assertThat(world.collection().orElseThrow().getStatus()).isNotNull();
          List<Condition> conditions =
              world.collection().orElseThrow().getStatus().conditions();
          for (String type : List.of("Ready", "MeasurementsFresh")) {
            Condition condition = condition(conditions, type);
            assertThat(condition.getStatus()).isEqualTo("False");
            assertThat(condition.getReason()).isEqualTo("NotMeasured");
            assertThat(condition.getMessage())
                .startsWith("No measurement has been made yet.")
                .contains("The measurement failed: ", "lost the call of facet");
          }
          assertThat(world.tenant("acme").orElseThrow().getStatus()).isNotNull();
          assertThat(condition(world.tenant("acme").orElseThrow().getStatus().conditions(), "Ready")
                  .getMessage())
              .contains("MeasurementsFresh of TieredCollection kb");
        });
        world.qdrant.faults().clear();
        await()
            .atMost(SOON)
            .untilAsserted(() -> assertThat(OperatorWorld.condition(
                    world.collection().orElseThrow().getStatus().conditions(), "Ready"))
                .isEqualTo("True Ready"));
      }
    }
  }

  @Test
  void oneOfTwoTieredCollectionsOfACollectionIsRefused() throws Exception {
    try (OperatorWorld world = new OperatorWorld(audit)) {
      world.write("acme", 60);
      world.write("globex", 140);
      world.applyPolicy("Recommend");
      world.applyCollection("brisk", "");
      // Creation timestamps are in seconds.
      await().pollDelay(Duration.ofMillis(1100)).until(() -> true);
      TieredCollection second = new TieredCollection();
      second.setMetadata(new ObjectMetaBuilder()
          .withName("another")
          .withNamespace(world.namespace)
          .build());
      second.setSpec(world.collection().orElseThrow().getSpec());
      world.client.resource(second).create();
      world.apply("""
          apiVersion: tierkeeper.io/v1alpha1
          kind: TenantTier
          metadata: {name: globex}
          spec: {collectionRef: {name: another}, tenant: globex}
          """);
      try (TierkeeperOperator operator = world.start()) {
        await().atMost(SOON).untilAsserted(() -> {
          assertThat(world.collection().orElseThrow().getStatus()).isNotNull();
          assertThat(OperatorWorld.condition(
                  world.collection().orElseThrow().getStatus().conditions(), "Ready"))
              .isEqualTo("True Ready");
          TieredCollectionStatus status = another(world).getStatus();
          assertThat(status).isNotNull();
          Condition layout = condition(status.conditions(), "LayoutValid");
          assertThat(layout.getStatus()).isEqualTo("False");
          assertThat(layout.getReason()).isEqualTo("Conflict");
          assertThat(layout.getMessage()).contains(world.namespace + "/kb", "knowledge_base");
        });
        assertThat(world.moves()).isEmpty();
        world.delete(TieredCollection.class, "kb");
        await()
            .atMost(SOON)
            .untilAsserted(() -> assertThat(
                    OperatorWorld.condition(another(world).getStatus().conditions(), "Ready"))
                .isEqualTo("True Ready"));
      }
    }
  }

  private static TieredCollection another(OperatorWorld world) {
    return world
        .client
        .resources(TieredCollection.class)
        .inNamespace(world.namespace)
        .withName("another")
        .get();
  }

  private static Condition condition(List<Condition> conditions, String type) {
    return conditions.stream()
        .filter(condition -> condition.getType().equals(type))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no condition " + type));
  }

  private void write(OperatorWorld world, ShardKey key, int points, @Nullable Object tenant) {
    List<Point> batch = new ArrayList<>();
    for (int i = 0; i < points; i++) {
      Map<String, Object> payload = new HashMap<>(Map.of("n", nextPoint));
      if (tenant != null) {
        payload.put("group_id", tenant);
      }
      batch.add(new Point(
          PointId.of(nextPoint++),
          payload,
          Map.of("", new PointVector.Dense(new float[] {1, i % 7, i % 11, i % 13}))));
    }
    world.port().upsert(Upsert.of(OperatorWorld.COLLECTION, ShardSelector.key(key), batch));
  }
}
