package io.tierkeeper.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.tierkeeper.api.v1alpha1.TieredCollection;
import io.tierkeeper.api.v1alpha1.TieredCollectionStatus;
import io.tierkeeper.audit.ProvisionData;
import io.tierkeeper.audit.history.AuditLine;
import io.tierkeeper.audit.history.TrailHistory;
import io.tierkeeper.audit.verify.AuditVerifier;
import io.tierkeeper.evaluation.history.TrailReplay;
import io.tierkeeper.lab.qdrant.emulator.calls.Fault;
import io.tierkeeper.qdrant.CollectionDescription;
import io.tierkeeper.qdrant.CollectionDescription.IndexedField;
import io.tierkeeper.qdrant.CollectionTemplate;
import io.tierkeeper.qdrant.ShardKey;
import io.tierkeeper.qdrant.settings.Quantization;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code spec.provision} with the whole operator. */
@NullUnmarked
class ProvisionIT {

  private static final Duration SOON = Duration.ofSeconds(40);
  private static final String THROUGHPUT = """
      provision:
        profile: HighThroughput
        vectorSize: 4
        replicationFactor: 2
        payloadIndexes:
          - {field: source, type: Keyword}
          - {field: created_at, type: Datetime}
      """;

  @TempDir
  Path directory;

  @Test
  void createsAMissingCollectionRecordsEachCallAndGovernsIt() throws Exception {
    try (OperatorWorld world = missing("one")) {
      world.applyPolicy("Auto");
      world.applyCollection("brisk", THROUGHPUT);
      TieredCollection before = world.collection().orElseThrow();
      try (TierkeeperOperator operator = world.start()) {
        await().atMost(SOON).untilAsserted(() -> {
          assertThat(condition(world, "Provisioned")).isEqualTo("True Provisioned");
          assertThat(condition(world, "Ready")).isEqualTo("True Ready");
        });
        assertThat(message(world, "Provisioned"))
            .contains("Collection knowledge_base has the settings of spec.provision", "INT8 4 MB");
        world.write("acme", 60);
        await()
            .atMost(SOON)
            .untilAsserted(
                () -> assertThat(world.collection().orElseThrow().getStatus().tenants())
                    .isOne());
      }
      CollectionDescription created = description(world);
      assertThat(created.customSharding()).isTrue();
      assertThat(created.settings().quantization()).isEqualTo(new Quantization.Scalar(0.99f, true));
      assertThat(created.indexedFields())
          .containsEntry("group_id", new IndexedField("keyword", true))
          .containsEntry("source", new IndexedField("keyword", false))
          .containsEntry("created_at", new IndexedField("datetime", false));
      assertThat(world
              .port()
              .view(OperatorWorld.COLLECTION)
              .orElseThrow()
              .replicasOf(OperatorWorld.FALLBACK))
          .hasSize(2);
      assertThat(calls("one"))
          .containsExactly(
              "CreateCollection Intended",
              "CreateCollection Done",
              "CreatePayloadIndex Intended",
              "CreatePayloadIndex Done",
              "CreatePayloadIndex Intended",
              "CreatePayloadIndex Done",
              "CreatePayloadIndex Intended",
              "CreatePayloadIndex Done",
              "CreateShardKey Intended",
              "CreateShardKey Done");
      assertThat(reasons(world)).containsOnlyOnce("CollectionCreated");
      TieredCollection after = world.collection().orElseThrow();
      assertThat(after.getSpec()).isEqualTo(before.getSpec());
      assertThat(after.getMetadata().getGeneration())
          .as("the operator writes no spec")
          .isEqualTo(before.getMetadata().getGeneration());
      assertThat(AuditVerifier.verify(List.of(directory.resolve("one")), null).ok())
          .isTrue();
      TrailReplay replay = new TrailReplay();
      lines("one").forEach(replay::take);
      assertThat(replay.report().differences()).isEmpty();
    }
  }

  @Test
  void doesNotCreateACollectionAgainThatHadTenants() {
    try (OperatorWorld world = missing("vanished")) {
      world.applyPolicy("Recommend");
      world.applyCollection("brisk", THROUGHPUT);
      try (TierkeeperOperator operator = world.start()) {
        await()
            .atMost(SOON)
            .untilAsserted(() -> assertThat(condition(world, "Ready")).isEqualTo("True Ready"));
        world.write("acme", 60);
        await()
            .atMost(SOON)
            .untilAsserted(
                () -> assertThat(world.collection().orElseThrow().getStatus().tenants())
                    .isOne());
        world.port().deleteCollection(OperatorWorld.COLLECTION);
        await()
            .atMost(SOON)
            .untilAsserted(() ->
                assertThat(condition(world, "Provisioned")).isEqualTo("False ProvisionRefused"));
      }
      assertThat(message(world, "Provisioned")).contains("measured in it (1)", "Restore it");
      // A restart and a later evaluation come to the same.
      int lines = calls("vanished").size();
      try (TierkeeperOperator operator = world.start()) {
        String token = "again";
        world.merge(
            TieredCollection.class,
            world.collection().orElseThrow().getMetadata().getName(),
            "{\"metadata\":{\"annotations\":{\"tierkeeper.io/requestedAt\":\"again\"}}}");
        await()
            .atMost(SOON)
            .untilAsserted(
                () -> assertThat(world.collection().orElseThrow().getStatus().lastHandledRequest())
                    .isEqualTo(token));
      }
      assertThat(condition(world, "Provisioned")).isEqualTo("False ProvisionRefused");
      assertThat(calls("vanished")).hasSize(lines);
      assertThat(world.port().describe(OperatorWorld.COLLECTION)).isEmpty();
    }
  }

  /** The operator starts anew after each fault, as after a crash. */
  @Test
  void continuesACreationThatWasInterruptedAtAnyCall() throws IOException {
    int run = 0;
    for (Fault.Kind kind : List.of(Fault.Kind.LOSE_CALL, Fault.Kind.LOSE_ANSWER)) {
      for (Fault fault : List.of(
          Fault.of(kind, "create_collection", 1),
          Fault.of(kind, "create_field_index", 1),
          Fault.of(kind, "create_field_index", 3),
          Fault.of(kind, "create_shard_key", 1))) {
        String trail = "interrupted-" + run++;
        try (OperatorWorld world = missing(trail)) {
          world.applyPolicy("Recommend");
          world.applyCollection("brisk", THROUGHPUT);
          world.qdrant.faults().add(fault);
          try (TierkeeperOperator operator = world.start()) {
            await()
                .atMost(SOON)
                .untilAsserted(
                    () -> assertThat(world.qdrant.faults().injected()).hasSize(1));
          }
          try (TierkeeperOperator operator = world.start()) {
            await()
                .atMost(SOON)
                .untilAsserted(() -> assertThat(
                        condition(world, "Provisioned") + ", " + condition(world, "Ready"))
                    .as("%s", fault)
                    .isEqualTo("True Provisioned, True Ready"));
          }
          assertThat(world.collection().orElseThrow().getStatus().drift()).isNull();
          assertThat(world.shardKeys()).containsExactly(OperatorWorld.FALLBACK);
          assertThat(
                  AuditVerifier.verify(List.of(directory.resolve(trail)), null).ok())
              .isTrue();
        }
      }
    }
  }

  /** Without an election both believe that they lead. */
  @Test
  void twoOperatorsAtOnceCreateOneCollection() {
    try (OperatorWorld world = missing("first")) {
      world.applyPolicy("Recommend");
      world.applyCollection("brisk", THROUGHPUT);
      try (TierkeeperOperator one = world.start();
          TierkeeperOperator two = TierkeeperOperator.start(
              world.account,
              world
                  .options()
                  .withInstance("two")
                  .withAuditDirectory(directory.resolve("second")))) {
        await()
            .atMost(SOON)
            .untilAsserted(
                () -> assertThat(condition(world, "Provisioned")).isEqualTo("True Provisioned"));
      }
      assertThat(world.shardKeys()).containsExactly(OperatorWorld.FALLBACK);
      assertThat(Stream.of("first", "second")
              .flatMap(trail -> calls(trail).stream())
              .filter("CreateShardKey Done"::equals))
          .hasSize(1);
    }
  }

  @Test
  void reportsDriftAndChangesOnlyWhatApplySays() {
    try (OperatorWorld world = new OperatorWorld(directory.resolve("drift"))) {
      world.write("acme", 60);
      world.applyPolicy("Recommend");
      world.applyCollection("brisk", THROUGHPUT);
      CollectionDescription before = description(world);
      try (TierkeeperOperator operator = world.start()) {
        await().atMost(SOON).untilAsserted(() -> {
          assertThat(condition(world, "Provisioned")).isEqualTo("False SettingsDiffer");
          assertThat(condition(world, "Ready")).isEqualTo("True Ready");
        });
        assertThat(message(world, "Provisioned"))
            .contains("hnsw.efConstruct: wanted 256, found 100", "builds the graphs");
        assertThat(drift(world))
            .contains(
                "hnsw.m 32 0",
                "quantization.type Scalar None",
                "payloadIndexes[source] Keyword none",
                "payloadIndexes[created_at] Datetime none");
        assertThat(reasons(world)).containsOnlyOnce("SettingsDiffer");
        assertThat(description(world)).isEqualTo(before);

        world.applyCollection("brisk", THROUGHPUT + "  apply: Additive\n");
        await()
            .atMost(SOON)
            .untilAsserted(
                () -> assertThat(description(world).indexedFields()).containsKey("created_at"));
        assertThat(description(world).settings()).isEqualTo(before.settings());
        await()
            .atMost(SOON)
            .untilAsserted(() -> assertThat(drift(world))
                .isNotEmpty()
                .noneMatch(difference -> difference.startsWith("payloadIndexes")));

        world.applyCollection("brisk", THROUGHPUT + "  apply: Quantize\n");
        await()
            .atMost(SOON)
            .untilAsserted(() -> assertThat(description(world).settings().quantization())
                .isEqualTo(new Quantization.Scalar(0.99f, true)));
        assertThat(description(world).settings().hnsw())
            .isEqualTo(before.settings().hnsw());

        world.applyCollection(
            "brisk", THROUGHPUT + "  apply: Quantize\n  quantization: {type: \"None\"}\n");
        await()
            .atMost(SOON)
            .untilAsserted(() -> assertThat(description(world).settings().quantization())
                .isEqualTo(Quantization.NONE));
      }
      assertThat(calls("drift"))
          .containsExactly(
              "CreatePayloadIndex Intended",
              "CreatePayloadIndex Done",
              "CreatePayloadIndex Intended",
              "CreatePayloadIndex Done",
              "ChangeQuantization Intended",
              "ChangeQuantization Done",
              "ChangeQuantization Intended",
              "ChangeQuantization Done");
      assertThat(reasons(world)).contains("CollectionChanged");
      assertThat(world.count("acme")).isEqualTo(60);
    }
  }

  /** But for the addresses and the number of replicas, which depend on the Qdrant. */
  @Test
  void theExampleRunsAsWritten() throws Exception {
    try (OperatorWorld world = missing("example")) {
      Path example = Path.of("..", "examples", "provision");
      world.apply(Files.readString(example.resolve("policy.yaml")));
      String endpoints = world.qdrant.peers().stream()
          .map(peer -> "\"" + peer.grpcEndpoint() + "\"")
          .collect(Collectors.joining(", ", "endpoints: [", "]"));
      String collections = Files.readString(example.resolve("collection.yaml"))
          .replace("endpoints: [\"http://qdrant-headless.qdrant:6334\"]", endpoints);
      assertThat(collections).contains(endpoints);
      world.apply(collections);
      try (TierkeeperOperator operator = world.start()) {
        for (String name : List.of("documents", "catalog")) {
          await().atMost(SOON).untilAsserted(() -> {
            TieredCollection collection = world
                .client
                .resources(TieredCollection.class)
                .inNamespace(world.namespace)
                .withName(name)
                .get();
            assertThat(collection.getStatus()).isNotNull();
            assertThat(collection.getStatus().drift()).isNull();
            assertThat(OperatorWorld.condition(collection.getStatus().conditions(), "Provisioned"))
                .isEqualTo("True Provisioned");
            assertThat(OperatorWorld.condition(collection.getStatus().conditions(), "Ready"))
                .isEqualTo("True Ready");
          });
        }
      }
      CollectionDescription catalog = world.port().describe("catalog").orElseThrow();
      assertThat(catalog.settings().vectors()).containsOnlyKeys("text");
      assertThat(catalog.settings().sparseVectors().get("words").idf()).isTrue();
      assertThat(catalog.indexedFields().get("tenant_id"))
          .isEqualTo(new IndexedField("uuid", true));
    }
  }

  @Test
  void creationThatIsRefusedIsReportedUntilItIsCorrected() {
    try (OperatorWorld world = missing("refused")) {
      world.applyPolicy("Recommend");
      world.applyCollection("brisk", "provision: {vectorSize: 4, replicationFactor: 9}");
      try (TierkeeperOperator operator = world.start()) {
        await().atMost(SOON).untilAsserted(() -> {
          assertThat(condition(world, "Provisioned")).isEqualTo("False ProvisionRefused");
          assertThat(condition(world, "Ready")).isEqualTo("False ProvisionRefused");
          assertThat(condition(world, "Stalled")).isEqualTo("True ProvisionRefused");
        });
        assertThat(message(world, "Ready"))
            .contains("spec.provision.replicationFactor: 9; allowed: at most 3");
        assertThat(world.port().describe(OperatorWorld.COLLECTION)).isEmpty();
        world.applyCollection("brisk", "provision: {vectorSize: 4, replicationFactor: 3}");
        await()
            .atMost(SOON)
            .untilAsserted(() -> assertThat(condition(world, "Ready")).isEqualTo("True Ready"));
      }
    }
  }

  @Test
  void aSuspendedCollectionIsNotCreated() {
    try (OperatorWorld world = missing("suspended")) {
      world.applyPolicy("Recommend");
      world.applyCollection("brisk", "suspend: true\n" + THROUGHPUT);
      try (TierkeeperOperator operator = world.start()) {
        await()
            .atMost(SOON)
            .untilAsserted(() -> assertThat(condition(world, "LayoutValid"))
                .isEqualTo("False QdrantCollectionNotFound"));
        assertThat(world.port().describe(OperatorWorld.COLLECTION)).isEmpty();
        world.applyCollection("brisk", THROUGHPUT);
        await()
            .atMost(SOON)
            .untilAsserted(
                () -> assertThat(condition(world, "Provisioned")).isEqualTo("True Provisioned"));
      }
    }
  }

  /** The commands of the conditions lead to a collection that can be tiered. */
  @Test
  void theCommandsOfRefusedLayoutsRepairThem() throws Exception {
    try (OperatorWorld world = missing("commands")) {
      world.port().createCollection(CollectionTemplate.tiered(OperatorWorld.COLLECTION, 4));
      world.port().createShardKey(OperatorWorld.COLLECTION, ShardKey.of("acme"), 1);
      world.applyPolicy("Recommend");
      world.applyCollection("brisk", "");
      try (TierkeeperOperator operator = world.start()) {
        repair(world, "TenantKeyNotIndexed");
        repair(world, "FallbackMissing");
        ready(world);
        world.index(io.qdrant.client.grpc.Points.FieldType.FieldTypeBool);
        repair(world, "TenantKeyNotIndexed");
        ready(world);
        world.raw(channel -> io.qdrant.client.grpc.PointsGrpc.newBlockingStub(channel)
            .createFieldIndex(io.qdrant.client.grpc.Points.CreateFieldIndexCollection.newBuilder()
                .setCollectionName(OperatorWorld.COLLECTION)
                .setFieldName("group_id")
                .setFieldType(io.qdrant.client.grpc.Points.FieldType.FieldTypeInteger)
                .setFieldIndexParams(
                    io.qdrant.client.grpc.Collections.PayloadIndexParams.newBuilder()
                        .setIntegerIndexParams(
                            io.qdrant.client.grpc.Collections.IntegerIndexParams.newBuilder()
                                .setLookup(false)
                                .setRange(true)))
                .build()));
        repair(world, "TenantIndexWithoutLookup");
        ready(world);
      }
    }
  }

  private static void ready(OperatorWorld world) {
    await()
        .atMost(SOON)
        .untilAsserted(
            () -> assertThat(condition(world, "LayoutValid")).isEqualTo("True LayoutValid"));
  }

  private static void repair(OperatorWorld world, String reason)
      throws IOException, InterruptedException {
    await()
        .atMost(SOON)
        .untilAsserted(
            () -> assertThat(condition(world, "LayoutValid")).isEqualTo("False " + reason));
    String message = message(world, "LayoutValid");
    String command = message.substring(message.indexOf("curl"));
    ProcessBuilder bash = new ProcessBuilder("bash", "-ec", command)
        .redirectErrorStream(true)
        .redirectOutput(new File("/dev/null"));
    bash.environment()
        .put("QDRANT", "http://127.0.0.1:" + world.qdrant.peers().get(0).restPort());
    assertThat(bash.start().waitFor()).as("%s", command).isZero();
  }

  // ---- reading

  private OperatorWorld missing(String trail) {
    OperatorWorld world = new OperatorWorld(directory.resolve(trail));
    world.port().deleteCollection(OperatorWorld.COLLECTION);
    return world;
  }

  private static CollectionDescription description(OperatorWorld world) {
    return world.port().describe(OperatorWorld.COLLECTION).orElseThrow();
  }

  private static List<Condition> conditions(OperatorWorld world) {
    TieredCollectionStatus status = world.collection().orElseThrow().getStatus();
    return status == null || status.conditions() == null ? List.of() : status.conditions();
  }

  private static String condition(OperatorWorld world, String type) {
    return OperatorWorld.condition(conditions(world), type);
  }

  private static String message(OperatorWorld world, String type) {
    return conditions(world).stream()
        .filter(condition -> condition.getType().equals(type))
        .findFirst()
        .orElseThrow()
        .getMessage();
  }

  private static List<String> drift(OperatorWorld world) {
    return Objects.requireNonNullElse(
            world.collection().orElseThrow().getStatus().drift(),
            List.<TieredCollectionStatus.Drift>of())
        .stream()
        .map(it -> it.field() + " " + it.wanted() + " " + it.found())
        .toList();
  }

  private static List<String> reasons(OperatorWorld world) {
    return world
        .client
        .resources(Event.class)
        .inNamespace(world.namespace)
        .list()
        .getItems()
        .stream()
        .map(Event::getReason)
        .toList();
  }

  private List<String> calls(String trail) {
    return lines(trail).stream()
        .filter(line -> line.data() instanceof ProvisionData)
        .map(line -> ((ProvisionData) line.data()).provision())
        .map(call -> call.action() + " " + call.event().word())
        .toList();
  }

  private List<AuditLine> lines(String trail) {
    try (Stream<AuditLine> lines =
        TrailHistory.of(List.of(directory.resolve(trail))).lines()) {
      return new ArrayList<>(lines.toList());
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
