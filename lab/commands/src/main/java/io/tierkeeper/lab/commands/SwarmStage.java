package io.tierkeeper.lab.commands;

import io.tierkeeper.cli.QdrantOption;
import io.tierkeeper.lab.qdrant.emulator.EmulatedPeer;
import io.tierkeeper.lab.qdrant.emulator.EmulatedQdrant;
import io.tierkeeper.lab.qdrant.emulator.EmulatorOptions;
import io.tierkeeper.lab.qdrant.local.LocalQdrant;
import io.tierkeeper.lab.swarm.SwarmOptions;
import io.tierkeeper.launcher.UsageException;
import io.tierkeeper.qdrant.QdrantCluster;
import io.tierkeeper.qdrant.QdrantEndpoints;
import io.tierkeeper.qdrant.grpc.GrpcQdrant;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The Qdrant that a swarm uses: embedded in this JVM, three local processes, or a given cluster. */
final class SwarmStage implements AutoCloseable {

  private final QdrantCluster cluster;
  private final String description;
  private final SwarmOptions.@Nullable Kill kill;
  private final List<AutoCloseable> closing;

  private SwarmStage(
      QdrantCluster cluster,
      String description,
      SwarmOptions.@Nullable Kill kill,
      List<AutoCloseable> closing) {
    this.cluster = cluster;
    this.description = description;
    this.kill = kill;
    this.closing = closing;
  }

  static SwarmStage embedded(long seed) {
    EmulatedQdrant emulated = EmulatedQdrant.start(EmulatorOptions.defaults().withSeed(seed));
    QdrantCluster cluster = GrpcQdrant.connect(QdrantEndpoints.plain(
        emulated.peers().stream().map(EmulatedPeer::grpcEndpoint).toList(),
        emulated.peers().stream().map(EmulatedPeer::restPort).toList()));
    return new SwarmStage(
        cluster,
        "an embedded Qdrant of three peers inside this JVM, not a real server",
        new SwarmOptions.Kill() {
          @Override
          public void peer(int index) {
            emulated.peers().get(index).kill();
          }

          @Override
          public void restart(int index) {
            emulated.peers().get(index).restart();
          }
        },
        List.of(cluster, emulated));
  }

  /**
   * Three processes of the Qdrant binary that the environment names.
   *
   * @throws UsageException if it names none
   */
  static SwarmStage local(Map<String, String> environment) {
    Path binary = LocalQdrant.binary(environment)
        .orElseThrow(() ->
            new UsageException("--qdrant local needs a qdrant binary on PATH or in QDRANT_BIN"));
    LocalQdrant local = LocalQdrant.start(binary);
    QdrantCluster cluster =
        GrpcQdrant.connect(QdrantEndpoints.plain(local.endpoints(), local.restPorts()));
    return new SwarmStage(
        cluster,
        local.description(),
        new SwarmOptions.Kill() {
          @Override
          public void peer(int index) {
            local.kill(index);
          }

          @Override
          public void restart(int index) {
            local.restart(index);
          }
        },
        List.of(cluster, local));
  }

  static SwarmStage of(QdrantOption given) {
    QdrantCluster cluster = given.connect();
    return new SwarmStage(cluster, "the Qdrant at " + given.name(), null, List.of(cluster));
  }

  QdrantCluster cluster() {
    return cluster;
  }

  String description() {
    return description;
  }

  /** Kills a peer; null for a given cluster. */
  SwarmOptions.@Nullable Kill kill() {
    return kill;
  }

  @Override
  public void close() throws Exception {
    for (AutoCloseable one : closing) {
      one.close();
    }
  }
}
