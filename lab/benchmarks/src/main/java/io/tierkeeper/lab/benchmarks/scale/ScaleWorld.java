package io.tierkeeper.lab.benchmarks.scale;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.tierkeeper.api.v1alpha1.Crds;
import io.tierkeeper.lab.qdrant.emulator.EmulatedPeer;
import io.tierkeeper.lab.qdrant.emulator.EmulatedQdrant;
import io.tierkeeper.lab.qdrant.emulator.EmulatorOptions;
import io.tierkeeper.lab.testbed.ApiServer;
import io.tierkeeper.lab.testbed.ApiServerBinaries;
import io.tierkeeper.lab.testbed.Chart;
import io.tierkeeper.qdrant.CollectionTemplate;
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
import io.tierkeeper.qdrant.TenantId;
import io.tierkeeper.qdrant.Upsert;
import io.tierkeeper.qdrant.grpc.GrpcQdrant;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntConsumer;

/** A real API server with the chart's account and rights, and an emulated Qdrant with one collection, both outside of the operator. */
final class ScaleWorld implements AutoCloseable {

  static final String NAMESPACE = "default";
  static final String ACCOUNT = "tierkeeper";
  private static final String API_KEY = "scale";
  private static final String COLLECTION = "knowledge_base";
  private static final String FIELD = "group_id";
  private static final ShardKey FALLBACK = ShardKey.of("default");
  private static final int BATCH = 1_000;
  private static final int WRITERS = 16;

  /** The biggest tenants have so many points, then half, a third and so on; all others have one. */
  private static final int BIGGEST = 2_000;

  private final ApiServer server;
  private final EmulatedQdrant qdrant;
  private final KubernetesClient client;
  private final List<HasMetadata> chart;
  private boolean closed;

  ScaleWorld() {
    server = ApiServer.start(ApiServerBinaries.find(System.getenv())
        .orElseThrow(() -> new IllegalStateException(ApiServerBinaries.ABSENT)));
    qdrant = EmulatedQdrant.start(EmulatorOptions.defaults().withPeers(1).withApiKey(API_KEY));
    server.applyCrds(Crds.all());
    client = new KubernetesClientBuilder()
        .withConfig(server.client().getConfiguration())
        .build();
    chart = Chart.render(NAMESPACE, Map.of());
    chart.stream()
        .filter(object -> object instanceof Role
            || object instanceof RoleBinding
            || object instanceof ServiceAccount
            || object.getKind().startsWith("ValidatingAdmissionPolicy"))
        .forEach(object -> client.resource(object).create());
  }

  ApiServer server() {
    return server;
  }

  KubernetesClient client() {
    return client;
  }

  List<HasMetadata> chart() {
    return chart;
  }

  /** A kubeconfig with the rights that the chart grants. */
  void kubeconfig(Path directory) throws IOException {
    Files.writeString(
        directory.resolve("kubeconfig"),
        server.kubeconfig(server.tokenOf(NAMESPACE, ACCOUNT), server.port()));
  }

  /** Fills the collection in Qdrant. */
  void tenants(int count, IntConsumer progress) {
    EmulatedPeer peer = qdrant.peers().get(0);
    try (QdrantCluster cluster = GrpcQdrant.connect(
        QdrantEndpoints.plain(List.of(peer.grpcEndpoint()), List.of(peer.restPort()))
            .apiKey(API_KEY))) {
      QdrantWrites port = cluster.peers().get(0);
      port.createCollection(CollectionTemplate.tiered(COLLECTION, 1));
      port.createShardKey(
          COLLECTION, new KeyTemplate(FALLBACK, port.status().peerId(), ReplicaState.ACTIVE));
      port.createTenantIndex(COLLECTION, FIELD);
      List<Point> batch = new ArrayList<>(BATCH);
      long next = 1;
      for (int tenant = 0; tenant < count; tenant++) {
        TenantId id = TenantId.of(tenant(tenant));
        for (int i = 0; i < Math.max(1, BIGGEST / (tenant + 1)); i++) {
          batch.add(new Point(
              PointId.of(next++),
              Map.of(FIELD, id.payload()),
              Map.of("", new PointVector.Dense(new float[] {1}))));
          if (batch.size() == BATCH) {
            port.upsert(Upsert.of(COLLECTION, ShardSelector.key(FALLBACK), List.copyOf(batch)));
            batch.clear();
            progress.accept(tenant);
          }
        }
      }
      port.upsert(Upsert.of(COLLECTION, ShardSelector.key(FALLBACK), List.copyOf(batch)));
    }
  }

  /** Creates TenantTiers for the first tenants, with a policy and a TieredCollection. */
  void tenantTiers(int count, IntConsumer progress) throws InterruptedException {
    EmulatedPeer peer = qdrant.peers().get(0);
    client
        .resource(new SecretBuilder()
            .withNewMetadata()
            .withName("qdrant")
            .withNamespace(NAMESPACE)
            .endMetadata()
            .addToStringData("apiKey", API_KEY)
            .addToStringData("allowedAddresses", "127.0.0.0/8")
            .addToStringData(
                "allowedHosts",
                "http://" + peer.grpcEndpoint().getHost() + ":"
                    + peer.grpcEndpoint().getPort() + ",http://"
                    + peer.grpcEndpoint().getHost() + ":" + peer.restPort())
            .build())
        .create();
    apply("""
        apiVersion: tierkeeper.io/v1alpha1
        kind: TierPolicy
        metadata: {name: scale}
        spec: {mode: Recommend}
        """);
    apply("""
        apiVersion: tierkeeper.io/v1alpha1
        kind: TieredCollection
        metadata: {name: kb}
        spec:
          qdrant: {endpoints: ["http://%s:%d"], restPort: %d, credentialsRef: {name: qdrant}}
          collection: %s
          tenantKey: %s
          fallbackShardKey: %s
          policyRef: {name: scale}
        """.formatted(
            peer.grpcEndpoint().getHost(),
            peer.grpcEndpoint().getPort(),
            peer.restPort(),
            COLLECTION,
            FIELD,
            FALLBACK));
    try (ExecutorService writers = Executors.newFixedThreadPool(WRITERS)) {
      List<Future<?>> created = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        int tenant = i;
        created.add(writers.submit(() -> apply("""
            apiVersion: tierkeeper.io/v1alpha1
            kind: TenantTier
            metadata: {name: %s}
            spec: {collectionRef: {name: kb}, tenant: %s}
            """.formatted(tenant(tenant), tenant(tenant)))));
      }
      for (int i = 0; i < count; i++) {
        try {
          created.get(i).get();
        } catch (ExecutionException e) {
          throw new IllegalStateException("a TenantTier was not created", e);
        }
        progress.accept(i);
      }
    }
  }

  /** The name of a tenant and of its TenantTier. */
  static String tenant(int number) {
    return String.format(Locale.ROOT, "tenant-%06d", number);
  }

  private void apply(String yaml) {
    client
        .load(new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8)))
        .items()
        .forEach(item -> client
            .resource(item)
            .inNamespace(NAMESPACE)
            .patch(new PatchContext.Builder()
                .withPatchType(PatchType.SERVER_SIDE_APPLY)
                .withFieldManager("kubectl")
                .build()));
  }

  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    client.close();
    qdrant.close();
    server.close();
  }
}
