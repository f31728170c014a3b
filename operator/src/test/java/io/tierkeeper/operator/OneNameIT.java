package io.tierkeeper.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Condition;
import io.tierkeeper.api.v1alpha1.TieredCollection;
import io.tierkeeper.api.v1alpha1.TieredCollectionStatus;
import io.tierkeeper.lab.qdrant.emulator.EmulatedPeer;
import io.tierkeeper.operator.config.OperatorOptions;
import io.tierkeeper.qdrant.QdrantEndpoints;
import io.tierkeeper.qdrant.grpc.GrpcQdrant;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.ThrowingConsumer;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A TieredCollection with one name for all peers: what is behind the name changes, and the operator goes along. */
@NullUnmarked
class OneNameIT {

  @TempDir
  Path directory;

  private volatile List<URI> behind = List.of();
  private volatile List<Integer> restPorts = List.of();

  @Test
  void goesAlongWithWhatIsBehindTheName() {
    try (OperatorWorld world = new OperatorWorld(directory)) {
      List<URI> peers =
          world.qdrant.peers().stream().map(EmulatedPeer::grpcEndpoint).toList();
      restPorts = world.qdrant.peers().stream().map(EmulatedPeer::restPort).toList();
      world.write("acme", 60);
      world.write("rest", 40);
      world.applyPolicy("Recommend");
      world.apply("""
        apiVersion: tierkeeper.io/v1alpha1
        kind: TieredCollection
        metadata: {name: kb}
        spec:
          qdrant: {endpoints: ["http://qdrant.qdrant:6334"]}
          collection: knowledge_base
          tenantKey: group_id
          fallbackShardKey: default
          policyRef: {name: brisk}
        """);
      world.applyTenant("kb-acme", "acme", "");
      OperatorOptions options = world
          .options()
          .withQdrant(endpoints -> GrpcQdrant.connect(new QdrantEndpoints(
              behind,
              restPorts.subList(0, behind.size()),
              null,
              null,
              null,
              null,
              Duration.ofSeconds(2))));

      // A load balancer: one peer answers.
      behind = peers.subList(0, 1);
      try (TierkeeperOperator operator = TierkeeperOperator.start(world.account, options)) {
        awaitStatus(world, status -> {
          assertThat(OperatorWorld.condition(status.conditions(), "QdrantReachable"))
              .isEqualTo("False PeersNotReached");
          assertThat(OperatorWorld.condition(status.conditions(), "Stalled"))
              .isEqualTo("True PeersNotReached");
          assertThat(OperatorWorld.condition(status.conditions(), "MeasurementsFresh"))
              .isEqualTo("True Measured");
          assertThat(message(status, "QdrantReachable"))
              .contains("headless Service", "http://qdrant.qdrant:6334 reaches 1");
        });
        assertThat(OperatorWorld.condition(
                world.tenant("kb-acme").orElseThrow().getStatus().conditions(), "Ready"))
            .startsWith("True");

        // The name is headless now.
        behind = peers;
        awaitStatus(
            world,
            status -> assertThat(status.conditions())
                .filteredOn(
                    condition -> List.of("QdrantReachable", "Ready").contains(condition.getType()))
                .allMatch(condition -> condition.getStatus().equals("True")));

        // A peer is down, and comes back at another address.
        List<URI> moved = new ArrayList<>(peers);
        moved.set(0, URI.create("http://127.0.0.1:1"));
        behind = moved;
        world.qdrant.peers().get(0).kill();
        awaitStatus(
            world,
            status -> assertThat(OperatorWorld.condition(status.conditions(), "QdrantReachable"))
                .isEqualTo("False QdrantUnreachable"));
        world.qdrant.peers().get(0).restart();
        awaitStatus(
            world,
            status -> assertThat(OperatorWorld.condition(status.conditions(), "QdrantReachable"))
                .isEqualTo("False QdrantUnreachable"));
        behind = peers;
        awaitStatus(
            world,
            status -> assertThat(OperatorWorld.condition(status.conditions(), "Ready"))
                .isEqualTo("True Ready"));
        assertThat(operator.leading()).isTrue();
      }
    }
  }

  private static String message(TieredCollectionStatus status, String type) {
    return status.conditions().stream()
        .filter(condition -> condition.getType().equals(type))
        .findFirst()
        .map(Condition::getMessage)
        .orElse("");
  }

  private static void awaitStatus(
      OperatorWorld world, ThrowingConsumer<TieredCollectionStatus> assertion) {
    await().atMost(Duration.ofSeconds(90)).untilAsserted(() -> {
      Optional<TieredCollectionStatus> status = world.collection().map(TieredCollection::getStatus);
      assertThat(status).hasValueSatisfying(assertion::accept);
    });
  }
}
