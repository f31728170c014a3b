package io.tierkeeper.qdrant.contract;

import static org.awaitility.Awaitility.await;

import io.tierkeeper.qdrant.QdrantCluster;
import io.tierkeeper.qdrant.QdrantEndpoints;
import io.tierkeeper.qdrant.QdrantWrites;
import io.tierkeeper.qdrant.grpc.GrpcQdrant;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.Network;
import org.testcontainers.qdrant.QdrantContainer;
import org.testcontainers.utility.DockerImageName;

/** Three containers of the official image in a network of their own; without faults. */
public final class ContainerQdrant implements QdrantBackend {
  private static final String IMAGE = "qdrant/qdrant:v1.18.3";
  private static final int REST = 6333;
  private static final int GRPC = 6334;
  private static final int PEERS = 3;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Network network = Network.newNetwork();
  private final List<QdrantContainer> peers;
  private final QdrantCluster cluster;

  private ContainerQdrant() {
    peers = IntStream.range(0, PEERS).mapToObj(this::peer).toList();
    // One after the other: a peer joins through the first.
    peers.forEach(QdrantContainer::start);
    cluster = GrpcQdrant.connect(QdrantEndpoints.plain(
        peers.stream()
            .map(peer -> URI.create("http://" + peer.getGrpcHostAddress()))
            .toList(),
        peers.stream().map(peer -> peer.getMappedPort(REST)).toList()));
    await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .until(() -> cluster.peers().stream()
            .map(QdrantWrites::status)
            .allMatch(status -> status.peers().size() == PEERS && status.hasLeader()));
  }

  /** Whether there is a container engine. */
  public static boolean possible() {
    return DockerClientFactory.instance().isDockerAvailable();
  }

  /** Starts a cluster and waits until all peers know each other. */
  public static ContainerQdrant start() {
    return new ContainerQdrant();
  }

  private QdrantContainer peer(int number) {
    String command = "./qdrant --disable-telemetry --uri http://peer-" + number + ":6335";
    return new QdrantContainer(DockerImageName.parse(IMAGE))
        .withNetwork(network)
        .withNetworkAliases("peer-" + number)
        .withEnv("QDRANT__CLUSTER__ENABLED", "true")
        .withCommand(number == 0 ? command : command + " --bootstrap http://peer-0:6335");
  }

  @Override
  public String description() {
    return IMAGE + ", three containers";
  }

  @Override
  public QdrantCluster cluster() {
    return cluster;
  }

  @Override
  public Address address(int peer) {
    QdrantContainer container = peers.get(peer);
    return new Address(
        container.getHost(), container.getMappedPort(REST), container.getMappedPort(GRPC));
  }

  @Override
  public Optional<Disturbance> disturbance() {
    return Optional.empty();
  }

  @Override
  public void close() {
    cluster.close();
    peers.forEach(QdrantContainer::stop);
    network.close();
  }
}
