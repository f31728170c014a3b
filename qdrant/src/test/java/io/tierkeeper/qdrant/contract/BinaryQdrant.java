package io.tierkeeper.qdrant.contract;

import io.tierkeeper.lab.qdrant.local.LocalQdrant;
import io.tierkeeper.qdrant.QdrantCluster;
import io.tierkeeper.qdrant.QdrantEndpoints;
import io.tierkeeper.qdrant.grpc.GrpcQdrant;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Three processes of a real Qdrant on loopback. */
public final class BinaryQdrant implements QdrantBackend, QdrantBackend.Disturbance {

  private static final Duration DEADLINE = Duration.ofSeconds(20);

  private final LocalQdrant qdrant;
  private final QdrantCluster cluster;

  private BinaryQdrant(LocalQdrant qdrant) {
    this.qdrant = qdrant;
    this.cluster = GrpcQdrant.connect(
        QdrantEndpoints.plain(qdrant.endpoints(), qdrant.restPorts()).deadline(DEADLINE));
  }

  /** Starts a cluster and waits until all peers know each other and agree; takes a few seconds. */
  public static BinaryQdrant start(Path binary) {
    return new BinaryQdrant(LocalQdrant.start(binary));
  }

  @Override
  public String description() {
    return qdrant.description();
  }

  @Override
  public QdrantCluster cluster() {
    return cluster;
  }

  @Override
  public Address address(int peer) {
    return new Address(
        "127.0.0.1", qdrant.restPorts().get(peer), qdrant.endpoints().get(peer).getPort());
  }

  @Override
  public Optional<Disturbance> disturbance() {
    return Optional.of(this);
  }

  @Override
  public void pause(int peer) {
    qdrant.pause(peer);
  }

  @Override
  public void resume(int peer) {
    qdrant.resume(peer);
  }

  @Override
  public void kill(int peer) {
    qdrant.kill(peer);
  }

  @Override
  public void restart(int peer) {
    qdrant.restart(peer);
  }

  @Override
  public void close() {
    cluster.close();
    qdrant.close();
  }
}
