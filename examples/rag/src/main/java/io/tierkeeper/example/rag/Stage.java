package io.tierkeeper.example.rag;

import io.tierkeeper.audit.InMemoryAudit;
import io.tierkeeper.governance.decision.Direction;
import io.tierkeeper.lab.qdrant.emulator.EmulatedQdrant;
import io.tierkeeper.lab.qdrant.emulator.EmulatorOptions;
import io.tierkeeper.lab.qdrant.local.LocalQdrant;
import io.tierkeeper.lab.scene.MoveDriver;
import io.tierkeeper.lab.scene.SceneMoves;
import io.tierkeeper.lab.time.Scheduler;
import io.tierkeeper.lab.workload.SceneBuilder;
import io.tierkeeper.moves.DemotionStrategy;
import io.tierkeeper.moves.Leadership;
import io.tierkeeper.moves.MovePhase;
import io.tierkeeper.moves.Progress;
import io.tierkeeper.moves.engine.MoveEngine;
import io.tierkeeper.qdrant.QdrantCluster;
import io.tierkeeper.qdrant.QdrantEndpoints;
import io.tierkeeper.qdrant.ShardKey;
import io.tierkeeper.qdrant.grpc.GrpcQdrant;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What the example brings instead of a cluster: three peers of Qdrant, and a promotion by the operator's move engine. An application
 * has nothing of this.
 */
final class Stage implements AutoCloseable {

  private final AutoCloseable server;
  private final String description;
  private final List<URI> endpoints;
  private final QdrantCluster cluster;

  private Stage(
      AutoCloseable server, String description, List<URI> endpoints, List<Integer> restPorts) {
    this.server = server;
    this.description = description;
    this.endpoints = endpoints;
    this.cluster = GrpcQdrant.connect(
        QdrantEndpoints.plain(endpoints, restPorts).deadline(Duration.ofSeconds(20)));
  }

  /** A real Qdrant where the environment has one (QDRANT_BIN, PATH), else the emulator. */
  static Stage start(Map<String, String> environment) {
    Optional<Path> binary = LocalQdrant.binary(environment);
    if (binary.isPresent()) {
      LocalQdrant real = LocalQdrant.start(binary.get());
      return new Stage(real, real.description(), real.endpoints(), real.restPorts());
    }
    EmulatedQdrant emulated = EmulatedQdrant.start(EmulatorOptions.defaults());
    return new Stage(
        emulated,
        "the emulator, three peers",
        emulated.peers().stream().map(peer -> peer.grpcEndpoint()).toList(),
        emulated.peers().stream().map(peer -> peer.restPort()).toList());
  }

  String description() {
    return description;
  }

  List<URI> endpoints() {
    return endpoints;
  }

  /**
   * Moves a tenant of the collection into a shard of its own; returns when it is there and the old copy is deleted.
   *
   * @param onStep receives the name of each step when it begins
   */
  void promote(String collection, String tenant, Consumer<String> onStep) {
    SceneMoves moves =
        new SceneMoves("example", SceneBuilder.on(cluster, collection).scene());
    Scheduler scheduler = Scheduler.realTime();
    MoveEngine engine =
        new MoveEngine(cluster, new InMemoryAudit(), scheduler.clock(), Leadership.always());
    String[] last = {""};
    MoveDriver driver = MoveDriver.on(scheduler, engine)
        .listener((started, ended, progress) -> {
          String step = progress.journal().step().name();
          if (!step.equals(last[0])) {
            last[0] = step;
            onStep.accept(step);
          }
        })
        .build();
    Progress.Finished finished = driver.run(moves.next(
        ShardKey.of(tenant),
        Direction.PROMOTE,
        SceneMoves.quick(DemotionStrategy.FREEZE, 1, Duration.ofMinutes(1))));
    if (finished.phase() != MovePhase.SUCCEEDED) {
      throw new IllegalStateException(
          "the promotion of " + tenant + " has not succeeded: " + finished);
    }
  }

  @Override
  public void close() throws Exception {
    cluster.close();
    server.close();
  }
}
