package io.tierkeeper.operator;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.qdrant.client.grpc.Collections;
import io.qdrant.client.grpc.CollectionsGrpc;
import io.qdrant.client.grpc.Points;
import io.qdrant.client.grpc.PointsGrpc;
import io.tierkeeper.api.v1alpha1.Crds;
import io.tierkeeper.api.v1alpha1.TenantTier;
import io.tierkeeper.api.v1alpha1.TierMove;
import io.tierkeeper.api.v1alpha1.TierPolicy;
import io.tierkeeper.api.v1alpha1.TieredCollection;
import io.tierkeeper.lab.qdrant.emulator.EmulatedPeer;
import io.tierkeeper.lab.qdrant.emulator.EmulatedQdrant;
import io.tierkeeper.lab.qdrant.emulator.EmulatorOptions;
import io.tierkeeper.lab.testbed.KubernetesBackend;
import io.tierkeeper.lab.testbed.KubernetesBackends;
import io.tierkeeper.lab.testbed.OperatorAccount;
import io.tierkeeper.moves.observe.LayoutObserver;
import io.tierkeeper.operator.config.LeaderElection;
import io.tierkeeper.operator.config.OperatorOptions;
import io.tierkeeper.operator.config.Pace;
import io.tierkeeper.qdrant.QdrantCluster;
import io.tierkeeper.qdrant.QdrantEndpoints;
import io.tierkeeper.qdrant.QdrantWrites;
import io.tierkeeper.qdrant.ShardKey;
import io.tierkeeper.qdrant.TenantId;
import io.tierkeeper.qdrant.grpc.GrpcQdrant;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.NullUnmarked;

/** A namespace of the realest Kubernetes API and an emulated Qdrant with one tiered collection. */
@NullUnmarked
final class OperatorWorld implements AutoCloseable {

  static final String COLLECTION = "knowledge_base";
  static final ShardKey FALLBACK = TestCollection.FALLBACK;

  final KubernetesBackend kubernetes;
  final String namespace;
  final EmulatedQdrant qdrant;
  /** With all rights. */
  final KubernetesClient client;

  /** With the operator's rights, where the API knows rights. */
  final KubernetesClient account;

  final QdrantCluster cluster;
  private final Path audit;
  private final TestCollection collection;
  private long nextPoint = 1;

  OperatorWorld(Path audit) {
    this(audit, KubernetesBackends.realest());
  }

  OperatorWorld(Path audit, KubernetesBackend kubernetes) {
    this(audit, kubernetes, EmulatorOptions.defaults());
  }

  OperatorWorld(Path audit, KubernetesBackend kubernetes, EmulatorOptions emulator) {
    this.audit = audit;
    qdrant = EmulatedQdrant.start(emulator);
    this.kubernetes = kubernetes;
    kubernetes.applyCrds(Crds.all());
    client = kubernetes.client();
    namespace = kubernetes.newNamespace("world");
    account = OperatorAccount.client(kubernetes, namespace);
    cluster = GrpcQdrant.connect(TestCollection.endpoints(qdrant));
    collection = TestCollection.create(port(), COLLECTION);
  }

  QdrantWrites port() {
    return cluster.peers().get(0);
  }

  /** Makes an index of this type on the tenant field, in place of the keyword index. */
  void index(Points.FieldType type) {
    Points.CreateFieldIndexCollection.Builder index = Points.CreateFieldIndexCollection.newBuilder()
        .setCollectionName(COLLECTION)
        .setFieldName("group_id")
        .setFieldType(type)
        .setWait(true);
    if (type == Points.FieldType.FieldTypeUuid) {
      index.setFieldIndexParams(Collections.PayloadIndexParams.newBuilder()
          .setUuidIndexParams(Collections.UuidIndexParams.newBuilder().setIsTenant(true)));
    }
    raw(channel -> PointsGrpc.newBlockingStub(channel).createFieldIndex(index.build()));
  }

  /** Sets options of the collection's strict mode; those that are not set stay as they are. */
  void strict(Collections.StrictModeConfig options) {
    raw(channel -> CollectionsGrpc.newBlockingStub(channel)
        .update(Collections.UpdateCollection.newBuilder()
            .setCollectionName(COLLECTION)
            .setStrictModeConfig(options)
            .build()));
  }

  /** A call that the port does not have. */
  void raw(Consumer<ManagedChannel> call) {
    ManagedChannel channel = ManagedChannelBuilder.forTarget(
            qdrant.peers().get(0).grpcEndpoint().getAuthority())
        .usePlaintext()
        .build();
    try {
      call.accept(channel);
    } finally {
      channel.shutdownNow();
    }
  }

  void write(String tenant, int points) {
    write(TenantId.of(tenant), points);
  }

  void write(TenantId tenant, int points) {
    collection.write(tenant, nextPoint, points);
    nextPoint += points;
  }

  long count(String tenant) {
    return collection.count(tenant);
  }

  long countIn(ShardKey key, String tenant) {
    return collection.countIn(key, tenant);
  }

  /** The shard keys of the collection on any peer. */
  java.util.Set<ShardKey> shardKeys() {
    return new LayoutObserver(cluster).observe(COLLECTION).keys();
  }

  void apply(String yaml) {
    client
        .load(new java.io.ByteArrayInputStream(
            yaml.getBytes(java.nio.charset.StandardCharsets.UTF_8)))
        .items()
        .forEach(item -> client
            .resource(item)
            .inNamespace(namespace)
            .patch(new PatchContext.Builder()
                .withPatchType(PatchType.SERVER_SIDE_APPLY)
                .withFieldManager("test")
                .withForce(true)
                .build()));
  }

  /** Changes a few fields of an object. */
  void merge(Class<? extends HasMetadata> kind, String name, String patch) {
    client
        .resources(kind)
        .inNamespace(namespace)
        .withName(name)
        .patch(PatchContext.of(PatchType.JSON_MERGE), patch);
  }

  void delete(Class<? extends HasMetadata> kind, String name) {
    client.resources(kind).inNamespace(namespace).withName(name).delete();
  }

  void applyPolicy(String mode) {
    apply("""
        apiVersion: tierkeeper.io/v1alpha1
        kind: TierPolicy
        metadata: {name: brisk}
        spec:
          mode: %s
          approval: {required: [Promote, Demote], expiresAfter: 1h}
          mass: {minSamples: 1, staleAfter: 10m}
          promote: {aboveShare: "0.40", stabilizationWindow: 0s}
          demote: {belowShare: "0.20", stabilizationWindow: 0s}
          cooldown: {afterMove: 0s, afterAbort: 0s}
          flapBudget: {maxMoves: 10, period: 1h}
          retain: {sourceFor: 0s, deleteBatch: 1000, deleteOnlyInWindows: false}
          verify: {level: Content, searchProbes: 2, minTopKOverlap: "0.9"}
          dedicated: {replicationFactor: 1, placement: WithFallback}
          demotion: {strategy: Freeze, quietFor: 1s, maxWait: 1h, whenBusy: GiveUp}
        """.formatted(mode));
  }

  void applyCollection(String policy, String extra) {
    String endpoints = qdrant.peers().stream()
        .map(peer -> "\"" + peer.grpcEndpoint() + "\"")
        .collect(Collectors.joining(", ", "[", "]"));
    apply("""
        apiVersion: tierkeeper.io/v1alpha1
        kind: TieredCollection
        metadata: {name: kb}
        spec:
          qdrant: {endpoints: %s, restPort: %d}
          collection: knowledge_base
          tenantKey: group_id
          fallbackShardKey: default
          policyRef: {name: %s}
        %s
        """.formatted(endpoints, qdrant.peers().get(0).restPort(), policy, extra.indent(2)));
  }

  void applyTenant(String name, String tenant, String extra) {
    apply("""
        apiVersion: tierkeeper.io/v1alpha1
        kind: TenantTier
        metadata: {name: %s}
        spec:
          collectionRef: {name: kb}
          tenant: %s
        %s
        """.formatted(name, tenant, extra.indent(2)));
  }

  OperatorOptions options() {
    return OperatorOptions.defaults()
        .withInstance("one")
        .withNamespaces(namespace)
        .withVersion("test")
        .withAuditDirectory(audit)
        .withHttp("127.0.0.1", 0)
        .withPace(Pace.brisk()
            .withEvaluateEvery(Duration.ofMillis(500))
            .withSettle(Duration.ofMillis(300)))
        .withLeaderElection(LeaderElection.disabled())
        // The emulator's peers share a host, so each has a REST port of its own.
        .withQdrant(endpoints -> GrpcQdrant.connect(new QdrantEndpoints(
            endpoints.endpoints(),
            qdrant.peers().stream().map(EmulatedPeer::restPort).toList(),
            endpoints.apiKey(),
            null,
            null,
            null,
            endpoints.deadline())));
  }

  TierkeeperOperator start() {
    return TierkeeperOperator.start(account, options());
  }

  Optional<TenantTier> tenant(String name) {
    return get(TenantTier.class, name);
  }

  Optional<TieredCollection> collection() {
    return get(TieredCollection.class, "kb");
  }

  Optional<TierPolicy> policy() {
    return get(TierPolicy.class, "brisk");
  }

  List<TierMove> moves() {
    return client.resources(TierMove.class).inNamespace(namespace).list().getItems();
  }

  /** The only move in this phase; empty while there is none. */
  Optional<TierMove> moveIn(String phase) {
    return moves().stream()
        .filter(
            move -> move.getStatus() != null && phase.equals(move.getStatus().phase()))
        .findFirst();
  }

  /** Does what a cluster's garbage collector does with moves whose TenantTier is gone, where there is none. */
  void collectGarbage() {
    if (!kubernetes.collectsGarbage()) {
      moves().forEach(move -> client.resource(move).delete());
    }
  }

  String tier(String name) {
    return tenant(name)
        .map(TenantTier::getStatus)
        .map(status -> Objects.requireNonNullElse(status.tier(), ""))
        .orElse("");
  }

  /** {@code True Reason}, or nothing where there is no such condition. */
  static String condition(
      @org.jspecify.annotations.Nullable List<Condition> conditions, String type) {
    return conditions == null
        ? ""
        : conditions.stream()
            .filter(condition -> condition.getType().equals(type))
            .map(condition -> condition.getStatus() + " " + condition.getReason())
            .findFirst()
            .orElse("");
  }

  /** Another text after every write to a resource or an event of this namespace. */
  String version() {
    return Stream.of(
            TierPolicy.class, TieredCollection.class, TenantTier.class, TierMove.class, Event.class)
        .flatMap(kind -> client.resources(kind).inNamespace(namespace).list().getItems().stream())
        .map(object ->
            object.getMetadata().getUid() + "@" + object.getMetadata().getResourceVersion())
        .sorted()
        .collect(Collectors.joining(" "));
  }

  private <T extends HasMetadata> Optional<T> get(Class<T> kind, String name) {
    return Optional.ofNullable(
        client.resources(kind).inNamespace(namespace).withName(name).get());
  }

  @Override
  public void close() {
    cluster.close();
    qdrant.close();
    if (account != client) {
      account.close();
    }
  }
}
