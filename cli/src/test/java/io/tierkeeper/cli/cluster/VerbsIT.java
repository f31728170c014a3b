package io.tierkeeper.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.tierkeeper.api.v1alpha1.TierMove;
import io.tierkeeper.lab.qdrant.emulator.EmulatedPeer;
import io.tierkeeper.lab.qdrant.emulator.EmulatedQdrant;
import io.tierkeeper.lab.qdrant.emulator.EmulatorOptions;
import io.tierkeeper.lab.testbed.KubernetesBackends;
import io.tierkeeper.lab.testbed.OperatorAccount;
import io.tierkeeper.operator.TierkeeperOperator;
import io.tierkeeper.operator.config.LeaderElection;
import io.tierkeeper.operator.config.OperatorOptions;
import io.tierkeeper.operator.config.Pace;
import io.tierkeeper.qdrant.CollectionTemplate;
import io.tierkeeper.qdrant.Filter;
import io.tierkeeper.qdrant.KeyTemplate;
import io.tierkeeper.qdrant.Point;
import io.tierkeeper.qdrant.PointId;
import io.tierkeeper.qdrant.PointVector;
import io.tierkeeper.qdrant.QdrantCluster;
import io.tierkeeper.qdrant.QdrantEndpoints;
import io.tierkeeper.qdrant.QdrantWrites;
import io.tierkeeper.qdrant.ReplicaState;
import io.tierkeeper.qdrant.ShardKey;
import io.tierkeeper.qdrant.ShardSelector;
import io.tierkeeper.qdrant.Upsert;
import io.tierkeeper.qdrant.grpc.GrpcQdrant;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A user promotes a tenant with the verbs alone, on the realest Kubernetes API, with the operator and an emulated Qdrant. */
@NullUnmarked
class VerbsIT {

  private static final Duration SOON = Duration.ofSeconds(90);
  private static final ShardKey FALLBACK = ShardKey.of("default");

  @TempDir
  Path directory;

  @Test
  void walksFromStatusToAnApprovedPromotion() {
    try (EmulatedQdrant qdrant = EmulatedQdrant.start(EmulatorOptions.defaults());
        QdrantCluster cluster = GrpcQdrant.connect(endpoints(qdrant))) {
      QdrantWrites port = cluster.peers().getFirst();
      fill(port);
      VerbWorld world = new VerbWorld(directory, KubernetesBackends.realest());
      assertThat(world.run("status").err())
          .isEqualTo("No TieredCollections found in namespace " + world.namespace + ".\n");
      apply(world, qdrant);
      assertThat(world.run("status").code()).isEqualTo(3);
      try (TierkeeperOperator operator = TierkeeperOperator.start(
          OperatorAccount.client(world.kubernetes, world.namespace), options(qdrant, world))) {
        await("the plan to wait for approval", () -> phase(world).equals("AwaitingApproval"));
        assertThat(world.run("status").out())
            .contains("approve with: tierkeeper approve kb-acme-promote-");
        assertThat(world.run("plan", "acme").out())
            .startsWith("Promote tenant acme of collection kb")
            .contains("  next      tierkeeper approve kb-acme-promote-");
        assertThat(world.run("explain", "acme").out())
            .contains("ShareAbovePromote")
            .contains("last decisions:")
            .contains("MovePlanned");
        String hash = move(world).getSpec().planHash();
        String message = move(world).getStatus().message();
        String name = move(world).getMetadata().getName();
        assertThat(message).contains("kubectl tier approve " + name + ", ");
        VerbWorld.Ran approved = world.run("approve", name, "--yes", "--plan-hash", hash);
        assertThat(approved.err()).isEmpty();
        assertThat(approved.out()).contains(" approved by ").contains(hash);

        await("the old copy to be retained", () -> phase(world).equals("Retaining"));
        assertThat(move(world).getStatus().approval().by())
            .isEqualTo(move(world).getMetadata().getAnnotations().get("tierkeeper.io/approved-by"));
        String until = move(world).getStatus().undo().until();
        assertThat(world.run("retain", "acme", "--extend", "3h").code()).isZero();
        await(
            "the retention to be longer",
            () -> !until.equals(move(world).getStatus().undo().until()));
        assertThat(move(world).getStatus().undo().until())
            .isEqualTo(move(world).getSpec().retainUntil());
        String extended = move(world).getStatus().undo().until();

        assertThat(world.run("retain", "acme", "--end", "--yes").code()).isZero();
        await("the move to succeed", () -> phase(world).equals("Succeeded"));
        // The next evaluation writes the tier into the status of the TenantTier.
        Pattern settled = Pattern.compile("TenantTier/kb-acme +Settled +Dedicated");
        await(
            "the tenant to be settled",
            () -> settled.matcher(world.run("status").out()).find());
        assertThat(world.run("status").code()).isZero();
        assertThat(world.run("undo", "kb-acme").code()).isEqualTo(1);

        assertThat(world.run("pause", "--for", "1h", "--reason", "test").code()).isZero();
        await("the pause to be shown", () -> world.run("status").out().contains("Paused by "));
        assertThat(world.run("resume").code()).isZero();

        world.run("retry", "kb");
        await(
            "the request to be answered",
            () -> world
                .collection()
                .getMetadata()
                .getAnnotations()
                .get("tierkeeper.io/requestedAt")
                .equals(world.collection().getStatus().lastHandledRequest()));
        assertThat(VerbWorld.plain(
                "audit", "tail", directory.resolve("audit").toString(), "--lines", "200"))
            .contains("Approved: ")
            .contains("Move finished: ")
            .containsPattern("Retention changed: \\S+ until " + extended
                + ", before until \\S+, by \\S+\n[^\0]*"
                + "Retention changed: \\S+ until \\S+, before until " + extended
                + ", by \\S+\n[^\0]*"
                + "Move finished: ");
      }
      assertThat(qdrant.violations()).isEmpty();
    }
  }

  @Test
  void retriesAStalledMoveOnceItsCauseIsRemoved() {
    try (EmulatedQdrant qdrant = EmulatedQdrant.start(EmulatorOptions.defaults());
        QdrantCluster cluster = GrpcQdrant.connect(endpoints(qdrant))) {
      QdrantWrites port = cluster.peers().getFirst();
      fill(port);
      VerbWorld world = new VerbWorld(directory, KubernetesBackends.realest());
      apply(world, qdrant);
      try (TierkeeperOperator operator = TierkeeperOperator.start(
          OperatorAccount.client(world.kubernetes, world.namespace), options(qdrant, world))) {
        await("the plan to wait for approval", () -> phase(world).equals("AwaitingApproval"));
        world.run("approve", "acme", "--yes");
        await("the old copy to be retained", () -> phase(world).equals("Retaining"));
        PointId foreign = PointId.of(5_000);
        port.upsert(Upsert.of(
            "knowledge_base",
            ShardSelector.key(ShardKey.of("acme")),
            List.of(new Point(
                foreign,
                Map.of("group_id", "small0"),
                Map.of("", new PointVector.Dense(new float[] {1, 2, 3, 4}))))));
        assertThat(world.run("undo", "acme", "--yes").code()).isZero();
        await("the undo to stall", () -> world.run("status").code() == 4);
        assertThat(world.run("status").out()).contains("5000").contains("Resolve with: ");

        port.delete(
            "knowledge_base",
            ShardSelector.key(ShardKey.of("acme")),
            Filter.ids(List.of(foreign)),
            true);
        assertThat(world.run("retry", "acme").out()).contains(" tries its step again now. ");
        // By itself the move looks again 30 seconds after it stalled.
        Awaitility.await("the undo to continue")
            .atMost(Duration.ofSeconds(20))
            .until(() -> world.run("status").code() != 4);
        await("the undo to end", () -> phase(world).equals("Aborted"));
      }
    }
  }

  private static void await(String what, java.util.concurrent.Callable<Boolean> holds) {
    Awaitility.await(what).atMost(SOON).until(holds);
  }

  private static TierMove move(VerbWorld world) {
    return world
        .client
        .resources(TierMove.class)
        .inNamespace(world.namespace)
        .list()
        .getItems()
        .getFirst();
  }

  private static String phase(VerbWorld world) {
    return world
        .client
        .resources(TierMove.class)
        .inNamespace(world.namespace)
        .list()
        .getItems()
        .stream()
        .findFirst()
        .flatMap(move -> Optional.ofNullable(move.getStatus()))
        .map(status -> String.valueOf(status.phase()))
        .orElse("");
  }

  private static QdrantEndpoints endpoints(EmulatedQdrant qdrant) {
    return QdrantEndpoints.plain(
        qdrant.peers().stream().map(EmulatedPeer::grpcEndpoint).toList(),
        qdrant.peers().stream().map(EmulatedPeer::restPort).toList());
  }

  private OperatorOptions options(EmulatedQdrant qdrant, VerbWorld world) {
    return OperatorOptions.defaults()
        .withInstance("one")
        .withNamespaces(world.namespace)
        .withVersion("test")
        .withAuditDirectory(directory.resolve("audit"))
        .withHttp("127.0.0.1", 0)
        .withPace(Pace.brisk()
            .withEvaluateEvery(Duration.ofMillis(500))
            .withSettle(Duration.ofMillis(300)))
        .withLeaderElection(LeaderElection.disabled())
        // The emulator's peers share a host, so each has a REST port of its own.
        .withQdrant(given -> GrpcQdrant.connect(new QdrantEndpoints(
            given.endpoints(),
            qdrant.peers().stream().map(EmulatedPeer::restPort).toList(),
            given.apiKey(),
            null,
            null,
            null,
            given.deadline())));
  }

  private static void fill(QdrantWrites port) {
    port.createCollection(CollectionTemplate.tiered("knowledge_base", 4));
    port.createShardKey(
        "knowledge_base", new KeyTemplate(FALLBACK, port.status().peerId(), ReplicaState.ACTIVE));
    port.createTenantIndex("knowledge_base", "group_id");
    write(port, "acme", 1, 300);
    for (int i = 0; i < 10; i++) {
      write(port, "small" + i, 1_000 + 100L * i, 20);
    }
  }

  private static void write(QdrantWrites port, String tenant, long first, int points) {
    port.upsert(Upsert.of(
        "knowledge_base",
        ShardSelector.withFallback(ShardKey.of(tenant), FALLBACK),
        LongStream.range(first, first + points)
            .mapToObj(id -> new Point(
                PointId.of(id),
                Map.of("group_id", tenant, "n", id),
                Map.of("", new PointVector.Dense(new float[] {1, id % 7, id % 11, id % 13}))))
            .toList()));
  }

  private static void apply(VerbWorld world, EmulatedQdrant qdrant) {
    String endpoints = qdrant.peers().stream()
        .map(peer -> "\"" + peer.grpcEndpoint() + "\"")
        .collect(Collectors.joining(", ", "[", "]"));
    for (String yaml :
        List.of("""
        apiVersion: tierkeeper.io/v1alpha1
        kind: TierPolicy
        metadata: {name: standard}
        spec:
          mode: Approve
          mass: {minSamples: 1}
          promote: {aboveShare: "0.40", stabilizationWindow: 0s}
          demote: {belowShare: "0.20", stabilizationWindow: 0s}
          cooldown: {afterMove: 0s, afterAbort: 0s}
          retain: {sourceFor: 1h, deleteOnlyInWindows: false}
          dedicated: {replicationFactor: 1, placement: WithFallback}
          demotion: {quietFor: 0s}
        """, """
        apiVersion: tierkeeper.io/v1alpha1
        kind: TieredCollection
        metadata: {name: kb}
        spec:
          qdrant: {endpoints: %s, restPort: %d}
          collection: knowledge_base
          tenantKey: group_id
          fallbackShardKey: default
          policyRef: {name: standard}
        """.formatted(endpoints, qdrant.peers().getFirst().restPort()), """
        apiVersion: tierkeeper.io/v1alpha1
        kind: TenantTier
        metadata: {name: kb-acme}
        spec: {collectionRef: {name: kb}, tenant: acme}
        """)) {
      world.store(yaml);
    }
  }
}
