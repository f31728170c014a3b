package io.tierkeeper.cli.load;

import io.qdrant.client.QdrantClient;
import io.qdrant.client.QdrantGrpcClient;
import io.qdrant.client.grpc.Collections.Distance;
import io.qdrant.client.grpc.Collections.StrictModeConfig;
import io.qdrant.client.grpc.Collections.UpdateCollection;
import io.qdrant.client.grpc.Collections.VectorParams;
import io.tierkeeper.lab.qdrant.emulator.EmulatedPeer;
import io.tierkeeper.lab.qdrant.emulator.EmulatedQdrant;
import io.tierkeeper.lab.qdrant.emulator.EmulatorOptions;
import io.tierkeeper.lab.qdrant.local.LocalQdrant;
import io.tierkeeper.launcher.Main;
import io.tierkeeper.qdrant.CollectionTemplate;
import io.tierkeeper.qdrant.CollectionTemplate.TenantIndex;
import io.tierkeeper.qdrant.Filter;
import io.tierkeeper.qdrant.KeyTemplate;
import io.tierkeeper.qdrant.Point;
import io.tierkeeper.qdrant.QdrantCluster;
import io.tierkeeper.qdrant.QdrantEndpoints;
import io.tierkeeper.qdrant.QdrantWrites;
import io.tierkeeper.qdrant.ReplicaState;
import io.tierkeeper.qdrant.ScrollPage;
import io.tierkeeper.qdrant.ScrollRequest;
import io.tierkeeper.qdrant.ShardKey;
import io.tierkeeper.qdrant.ShardSelector;
import io.tierkeeper.qdrant.TenantId;
import io.tierkeeper.qdrant.grpc.GrpcQdrant;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The emulator with a tiered collection {@code kb} of four dimensions, and the command that loads into it. */
final class LoadScene implements AutoCloseable {
  static final String COLLECTION = "kb";
  static final String TENANT_KEY = "group_id";

  /** Null where the server is a real one. */
  final @Nullable EmulatedQdrant emulated;

  final QdrantCluster cluster;
  private final @Nullable LocalQdrant real;
  private final List<URI> endpoints;

  record Ran(int code, String out, String err) {}

  LoadScene() {
    this(null, CollectionTemplate.tiered(COLLECTION, 4), TenantIndex.KEYWORD);
  }

  /** @param binary a real server; null for the emulator */
  LoadScene(@Nullable Path binary, CollectionTemplate template, TenantIndex index) {
    real = binary == null ? null : LocalQdrant.start(binary);
    emulated = binary == null ? EmulatedQdrant.start(EmulatorOptions.defaults()) : null;
    endpoints = real != null
        ? real.endpoints()
        : emulated().peers().stream().map(EmulatedPeer::grpcEndpoint).toList();
    cluster = GrpcQdrant.connect(QdrantEndpoints.plain(
        endpoints,
        real != null
            ? real.restPorts()
            : emulated().peers().stream().map(EmulatedPeer::restPort).toList()));
    peer().createCollection(template);
    peer().createTenantIndex(template.name(), TENANT_KEY, index);
    createKey(template.name(), ShardKey.of("default"));
  }

  EmulatedQdrant emulated() {
    return Objects.requireNonNull(emulated);
  }

  QdrantWrites peer() {
    return cluster.peers().getFirst();
  }

  void createKey(String collection, ShardKey key) {
    peer()
        .createShardKey(
            collection, new KeyTemplate(key, peer().status().peerId(), ReplicaState.ACTIVE));
  }

  /** Switches strict mode on with these limits. */
  void strict(Consumer<StrictModeConfig.Builder> limits) {
    StrictModeConfig.Builder config = StrictModeConfig.newBuilder().setEnabled(true);
    limits.accept(config);
    try (QdrantClient client = client()) {
      client
          .updateCollectionAsync(UpdateCollection.newBuilder()
              .setCollectionName(COLLECTION)
              .setStrictModeConfig(config)
              .build())
          .get();
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Creates a collection without shard keys. */
  void autoSharded(String name) {
    try (QdrantClient client = client()) {
      client
          .createCollectionAsync(
              name,
              VectorParams.newBuilder().setSize(4).setDistance(Distance.Cosine).build())
          .get();
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  private QdrantClient client() {
    URI first = endpoints.getFirst();
    return new QdrantClient(
        QdrantGrpcClient.newBuilder(first.getHost(), first.getPort(), false, false)
            .build());
  }

  /** The endpoint of one peer; the first one has all keys. */
  String url(int peer) {
    return endpoints.get(peer).toString();
  }

  String url() {
    return endpoints.stream().map(URI::toString).collect(Collectors.joining(","));
  }

  /** Runs {@code load} with these words, into the collection unless they name another. */
  Ran load(String... words) {
    List<String> args = new ArrayList<>(List.of("load"));
    args.addAll(List.of(words));
    if (!args.contains("--qdrant")) {
      args.addAll(List.of("--qdrant", url()));
    }
    if (!args.contains("--collection")) {
      args.addAll(List.of("--collection", COLLECTION));
    }
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code = Main.run(
        new PrintWriter(out, true), new PrintWriter(err, true), args.toArray(String[]::new));
    return new Ran(code, out.toString(), err.toString());
  }

  /** All points of a tenant where its reads go, in the order of their ids. */
  List<Point> points(String tenant) {
    return points(
        ShardSelector.withFallback(ShardKey.of(tenant), ShardKey.of("default")),
        Filter.tenant(TENANT_KEY, TenantId.of(tenant)));
  }

  List<Point> points(ShardSelector selector, Filter filter) {
    List<Point> points = new ArrayList<>();
    ScrollRequest request = ScrollRequest.whole(COLLECTION, selector, filter, 1000);
    while (true) {
      ScrollPage page = peer().scroll(request);
      points.addAll(page.points());
      if (page.next() == null) {
        return points;
      }
      request = request.startingAt(page.next());
    }
  }

  long count(ShardSelector selector) {
    return peer().count(COLLECTION, selector, null);
  }

  @Override
  public void close() {
    cluster.close();
    if (emulated != null) {
      emulated.close();
    }
    if (real != null) {
      real.close();
    }
  }
}
