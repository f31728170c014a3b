package io.tierkeeper.operator.process;

import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReviewBuilder;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.tierkeeper.api.v1alpha1.Crds;
import io.tierkeeper.api.v1alpha1.TenantTier;
import io.tierkeeper.api.v1alpha1.TierMove;
import io.tierkeeper.api.v1alpha1.TieredCollection;
import io.tierkeeper.lab.qdrant.emulator.EmulatedPeer;
import io.tierkeeper.lab.qdrant.emulator.EmulatedQdrant;
import io.tierkeeper.lab.qdrant.emulator.EmulatorOptions;
import io.tierkeeper.lab.qdrant.emulator.cluster.TransferOptions;
import io.tierkeeper.lab.testbed.ApiServer;
import io.tierkeeper.lab.testbed.ApiServerBinaries;
import io.tierkeeper.lab.testbed.Chart;
import io.tierkeeper.lab.testbed.KubernetesBackends;
import io.tierkeeper.operator.TestCollection;
import io.tierkeeper.qdrant.QdrantCluster;
import io.tierkeeper.qdrant.ShardKey;
import io.tierkeeper.qdrant.TenantId;
import io.tierkeeper.qdrant.grpc.GrpcQdrant;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.core.ConditionTimeoutException;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Assumptions;

/**
 * A namespace of a real API server with the chart's account, rights and approval guard, an emulated Qdrant of three peers, and operators
 * as processes. Each operator reaches API and Qdrant through wires of its own: it resolves the peers' names by a hosts
 * file of its own to addresses of the loopback network on which recording proxies listen.
 */
@NullUnmarked
final class RealCluster implements AutoCloseable {
  static final String COLLECTION = "knowledge_base";
  static final String ACCOUNT = "tierkeeper";
  static final String API_KEY = "canary-key-8e27";

  final ApiServer kubernetes;
  final KubernetesClient admin;
  final String namespace;
  final EmulatedQdrant qdrant;
  final List<HasMetadata> rights;
  private final QdrantCluster cluster;
  private final Path directory;
  private final List<Wired> operators = new ArrayList<>();
  private final int grpcPort;
  private final int restPort;
  private final TestCollection collection;
  private long nextPoint = 1;
  private boolean asAdmin;

  /** One operator with its wires. */
  record Wired(
      String name, OperatorProcess process, RecordingProxy api, List<RecordingProxy> qdrant) {
    /** When it last sent a byte to Qdrant; {@link Long#MIN_VALUE} if never. */
    long lastCall() {
      return qdrant.stream().mapToLong(RecordingProxy::lastByte).max().orElseThrow();
    }

    /** When it first sent a byte to Qdrant; {@link Long#MAX_VALUE} if not yet. */
    long firstCall() {
      return qdrant.stream()
          .filter(RecordingProxy::used)
          .mapToLong(RecordingProxy::firstByte)
          .min()
          .orElse(Long.MAX_VALUE);
    }
  }

  RealCluster(Path directory, int pointsPerSecond) throws IOException {
    this(directory, pointsPerSecond, Map.of());
  }

  /** @param values of the chart */
  RealCluster(Path directory, int pointsPerSecond, Map<String, ?> values) throws IOException {
    var server = KubernetesBackends.apiServer();
    Assumptions.assumeTrue(server.isPresent(), ApiServerBinaries.ABSENT);
    kubernetes = server.orElseThrow();
    kubernetes.applyCrds(Crds.all());
    admin = kubernetes.client();
    namespace = kubernetes.newNamespace("operators");
    this.directory = directory;
    rights = Chart.render(namespace, values).stream()
        .filter(object -> object instanceof Role
            || object instanceof RoleBinding
            || object instanceof ServiceAccount
            || object.getKind().startsWith("ValidatingAdmissionPolicy"))
        .toList();
    rights.forEach(object -> admin.resource(object).create());
    qdrant = EmulatedQdrant.start(EmulatorOptions.defaults()
        .withApiKey(API_KEY)
        .withTransfers(TransferOptions.defaults().withPointsPerSecond(pointsPerSecond)));
    cluster = GrpcQdrant.connect(TestCollection.endpoints(qdrant).apiKey(API_KEY));
    collection = TestCollection.create(cluster.peers().get(0), COLLECTION);
    try (RecordingProxy grpc = new RecordingProxy("127.0.0.1", 0, 1);
        RecordingProxy rest = new RecordingProxy("127.0.0.1", 0, 1)) {
      grpcPort = grpc.port();
      restPort = rest.port();
    }
    admin
        .resource(new SecretBuilder()
            .withNewMetadata()
            .withName("qdrant-key")
            .withNamespace(namespace)
            .endMetadata()
            .addToStringData("apiKey", API_KEY)
            .addToStringData(
                "allowedHosts",
                IntStream.range(0, 3)
                    .boxed()
                    .flatMap(i -> Stream.of(grpcPort, restPort)
                        .map(port -> "http://peer" + i + ".qdrant.test:" + port))
                    .collect(Collectors.joining(",")))
            .addToStringData("allowedAddresses", "127.0.0.0/8")
            .build())
        .create();
  }

  /** Runs {@code tierkeeper release} as the hook of the chart does, under its account and with its rights. */
  OperatorProcess releaseAsHook(String... arguments) throws IOException {
    Chart.hooks(namespace, Map.of()).stream()
        .filter(object -> object instanceof Role || object instanceof RoleBinding)
        .forEach(object -> admin.resource(object).create());
    // Rights take effect a moment later; a pod needs longer to start.
    until(
        Duration.ofSeconds(20),
        () -> admin
            .authorization()
            .v1()
            .subjectAccessReview()
            .create(new SubjectAccessReviewBuilder()
                .withNewSpec()
                .withUser("system:serviceaccount:" + namespace + ":" + ACCOUNT)
                .withNewResourceAttributes()
                .withNamespace(namespace)
                .withGroup("tierkeeper.io")
                .withResource("tieredcollections")
                .withVerb("patch")
                .endResourceAttributes()
                .endSpec()
                .build())
            .getStatus()
            .getAllowed());
    return release(arguments);
  }

  /** Runs {@code tierkeeper release} as an administrator does. */
  OperatorProcess releaseAsAdmin(String... arguments) throws IOException {
    asAdmin = true;
    return release(arguments);
  }

  private OperatorProcess release(String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of("release", "--namespace", namespace));
    command.addAll(List.of(arguments));
    return start("release", Map.of("TIERKEEPER_NAMESPACES", ""), command).process();
  }

  /** Starts an operator under the chart's account. */
  Wired start(String name, Map<String, String> environment) throws IOException {
    return start(name, environment, List.of("operator"));
  }

  private Wired start(String name, Map<String, String> environment, List<String> command)
      throws IOException {
    int number = operators.size() + 2;
    List<RecordingProxy> wires = new ArrayList<>();
    StringBuilder hosts = new StringBuilder("127.0.0.1 localhost\n");
    for (int i = 0; i < qdrant.peers().size(); i++) {
      String address = "127.0." + number + "." + (i + 1);
      EmulatedPeer peer = qdrant.peers().get(i);
      wires.add(new RecordingProxy(address, grpcPort, peer.grpcEndpoint().getPort()));
      wires.add(new RecordingProxy(address, restPort, peer.restPort()));
      hosts.append(address).append(" peer").append(i).append(".qdrant.test\n");
    }
    RecordingProxy api = new RecordingProxy("127.0.0.1", 0, kubernetes.port());
    Path own = Files.createDirectories(directory.resolve(name + number));
    Path hostsFile = Files.writeString(own.resolve("hosts"), hosts);
    Path kubeconfig = Files.writeString(
        own.resolve("kubeconfig"),
        asAdmin
            ? kubernetes.kubeconfig()
            : kubernetes.kubeconfig(kubernetes.tokenOf(namespace, ACCOUNT), api.port()));
    Map<String, String> all = new HashMap<>(Map.of(
        "TIERKEEPER_INSTANCE", name,
        "TIERKEEPER_NAMESPACES", namespace,
        "TIERKEEPER_LEASE_NAMESPACE", namespace,
        "TIERKEEPER_AUDIT_DIR", own.resolve("audit").toString(),
        "TIERKEEPER_HTTP_HOST", "127.0.0.1",
        "TIERKEEPER_HTTP_PORT", "0",
        "TIERKEEPER_EVALUATE_EVERY", "0.5s",
        "TIERKEEPER_SETTLE", "0.3s",
        "TIERKEEPER_LONGEST_RETRY", "1s"));
    all.putAll(environment);
    Wired wired = new Wired(
        name, OperatorProcess.start(own, hostsFile, kubeconfig, all, command), api, wires);
    operators.add(wired);
    return wired;
  }

  void write(String tenant, int points) {
    collection.write(TenantId.of(tenant), nextPoint, points);
    nextPoint += points;
  }

  long countIn(ShardKey key, String tenant) {
    return collection.countIn(key, tenant);
  }

  /** One collection, one tenant, and a policy that moves by itself at once. */
  void applyManifests(String policy, String collection) {
    String endpoints = IntStream.range(0, qdrant.peers().size())
        .mapToObj(i -> "\"http://peer" + i + ".qdrant.test:" + grpcPort + "\"")
        .collect(Collectors.joining(", ", "[", "]"));
    apply("""
        apiVersion: tierkeeper.io/v1alpha1
        kind: TierPolicy
        metadata: {name: brisk}
        spec:
          mode: Auto
          approval: {required: [], expiresAfter: 1h}
          mass: {minSamples: 1, staleAfter: 10m}
          promote: {aboveShare: "0.40", stabilizationWindow: 0s}
          demote: {belowShare: "0.20", stabilizationWindow: 0s}
          cooldown: {afterMove: 0s, afterAbort: 0s}
          flapBudget: {maxMoves: 10, period: 1h}
          retain: {sourceFor: 0s, deleteBatch: 1000, deleteOnlyInWindows: false}
          verify: {level: Content, searchProbes: 2, minTopKOverlap: "0.9"}
          dedicated: {replicationFactor: 1, placement: WithFallback}
          demotion: {strategy: Freeze, quietFor: 1s, maxWait: 1h, whenBusy: GiveUp}
        %s
        """.formatted(policy.indent(2)));
    apply("""
        apiVersion: tierkeeper.io/v1alpha1
        kind: TieredCollection
        metadata: {name: kb}
        spec:
          qdrant: {endpoints: %s, restPort: %d, credentialsRef: {name: qdrant-key}}
          collection: knowledge_base
          tenantKey: group_id
          fallbackShardKey: default
          policyRef: {name: brisk}
        %s
        """.formatted(endpoints, restPort, collection.indent(2)));
    apply("""
        apiVersion: tierkeeper.io/v1alpha1
        kind: TenantTier
        metadata: {name: kb-acme}
        spec: {collectionRef: {name: kb}, tenant: acme}
        """);
  }

  void apply(String yaml) {
    admin
        .load(new java.io.ByteArrayInputStream(
            yaml.getBytes(java.nio.charset.StandardCharsets.UTF_8)))
        .items()
        .forEach(item -> admin
            .resource(item)
            .inNamespace(namespace)
            .patch(new PatchContext.Builder()
                .withPatchType(PatchType.SERVER_SIDE_APPLY)
                .withFieldManager("test")
                .withForce(true)
                .build()));
  }

  Optional<Lease> lease() {
    return Optional.ofNullable(
        admin.leases().inNamespace(namespace).withName("tierkeeper").get());
  }

  String leader() {
    return lease()
        .map(lease -> Objects.requireNonNullElse(lease.getSpec().getHolderIdentity(), ""))
        .orElse("");
  }

  void awaitLeader(String name, Duration longest) {
    until(longest, () -> leader().equals(name));
  }

  /** Waits; a failure tells what there is instead. */
  void until(Duration longest, Callable<Boolean> wanted) {
    try {
      await().atMost(longest).until(wanted);
    } catch (ConditionTimeoutException e) {
      String found = Stream.of(
              admin.resources(TieredCollection.class),
              admin.resources(TenantTier.class),
              admin.resources(TierMove.class))
          .flatMap(kind -> kind.inNamespace(namespace).list().getItems().stream())
          .map(object -> object.getMetadata().getName() + ": " + object.getStatus())
          .collect(Collectors.joining("\n"));
      throw new AssertionError(
          "in vain for " + longest + "; leader " + leader() + "\n" + found + "\n" + logs(), e);
    }
  }

  List<TierMove> moves() {
    return admin.resources(TierMove.class).inNamespace(namespace).list().getItems();
  }

  /**
   * Removes the finalizers of the moves in other namespaces, whose operators do not run any more: they would hold a definition
   * that is deleted.
   */
  void releaseOthers() {
    admin.resources(TierMove.class).inAnyNamespace().list().getItems().stream()
        .filter(move -> !move.getMetadata().getNamespace().equals(namespace)
            && !move.getMetadata().getFinalizers().isEmpty())
        .forEach(move -> {
          String account =
              "system:serviceaccount:" + move.getMetadata().getNamespace() + ":" + ACCOUNT;
          try (KubernetesClient client = kubernetes.as(account, "system:masters")) {
            client.resource(move).edit(held -> {
              held.getMetadata().setFinalizers(List.of());
              return held;
            });
          }
        });
  }

  boolean anyMoveIn(String... phases) {
    return moves().stream()
        .anyMatch(move -> move.getStatus() != null
            && List.of(phases).contains(move.getStatus().phase()));
  }

  String tier() {
    TenantTier tenant = admin
        .resources(TenantTier.class)
        .inNamespace(namespace)
        .withName("kb-acme")
        .get();
    return tenant.getStatus() == null ? "" : String.valueOf(tenant.getStatus().tier());
  }

  /** What the operators printed, for the message of a failed test. */
  String logs() {
    return operators.stream()
        .map(wired -> "== " + wired.name() + "\n" + wired.process().warnings())
        .collect(Collectors.joining("\n"));
  }

  @Override
  public void close() {
    for (Wired wired : operators) {
      wired.process().close();
      wired.api().close();
      wired.qdrant().forEach(RecordingProxy::close);
    }
    // For a while they look as if their operators were running.
    admin.leases().inNamespace(namespace).delete();
    cluster.close();
    qdrant.close();
  }
}
