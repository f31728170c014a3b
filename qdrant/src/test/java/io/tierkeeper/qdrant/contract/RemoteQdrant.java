package io.tierkeeper.qdrant.contract;

import io.tierkeeper.qdrant.QdrantCluster;
import io.tierkeeper.qdrant.QdrantEndpoints;
import io.tierkeeper.qdrant.grpc.GrpcQdrant;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** A cluster outside of the test's control; without faults. */
public final class RemoteQdrant implements QdrantBackend {
  private final QdrantCluster cluster;
  private final String urls;
  private final List<Address> addresses;

  private RemoteQdrant(String urls, List<Address> addresses, QdrantCluster cluster) {
    this.urls = urls;
    this.addresses = addresses;
    this.cluster = cluster;
  }

  /**
   * Connects by QDRANT_URL, the gRPC endpoints of at least three peers separated by commas, QDRANT_REST_PORTS (6333)
   * and QDRANT_API_KEY (none).
   */
  public static RemoteQdrant connect(Map<String, String> environment) {
    String urls = environment.getOrDefault("QDRANT_URL", "");
    String restPorts = environment.getOrDefault("QDRANT_REST_PORTS", "6333");
    List<URI> grpc =
        Arrays.stream(urls.split(",")).map(String::strip).map(URI::create).toList();
    List<Integer> rest = Arrays.stream(restPorts.split(","))
        .map(String::strip)
        .map(Integer::valueOf)
        .toList();
    QdrantCluster cluster = GrpcQdrant.connect(
        QdrantEndpoints.plain(grpc, rest).apiKey(environment.get("QDRANT_API_KEY")));
    if (cluster.peers().size() < 3) {
      int peers = cluster.peers().size();
      cluster.close();
      throw new IllegalArgumentException(
          "QDRANT_URL " + urls + " has " + peers + " peers; required: at least 3");
    }
    // One name may stand for several peers, and one REST port for all of them.
    List<Address> addresses = IntStream.range(0, cluster.peers().size())
        .mapToObj(peer -> {
          URI endpoint = cluster.peers().get(peer).endpoint();
          return new Address(
              endpoint.getHost(), rest.get(Math.min(peer, rest.size() - 1)), endpoint.getPort());
        })
        .toList();
    return new RemoteQdrant(urls, addresses, cluster);
  }

  @Override
  public String description() {
    return "Qdrant at " + urls;
  }

  @Override
  public QdrantCluster cluster() {
    return cluster;
  }

  @Override
  public Address address(int peer) {
    return addresses.get(peer);
  }

  @Override
  public Optional<Disturbance> disturbance() {
    return Optional.empty();
  }

  @Override
  public void close() {
    cluster.close();
  }
}
