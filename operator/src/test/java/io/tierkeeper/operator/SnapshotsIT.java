package io.tierkeeper.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tierkeeper.api.v1alpha1.TierMoveStatus;
import io.tierkeeper.moves.snapshot.SnapshotStore;
import io.tierkeeper.moves.snapshot.StoredSnapshot;
import io.tierkeeper.operator.config.OperatorOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A snapshot that a policy asks for is stored, named in the status, and deleted when its time is over. */
class SnapshotsIT {
  private static final Duration SOON = Duration.ofSeconds(40);

  @TempDir
  Path audit;

  @TempDir
  Path snapshots;

  private OperatorWorld world;

  @BeforeEach
  void start() {
    world = new OperatorWorld(audit);
    world.write("acme", 60);
    world.write("beta", 40);
  }

  @AfterEach
  void stop() {
    world.close();
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(snapshots)) {
      return files.toList();
    }
  }

  private void policy(String keepFor) {
    world.apply("""
        apiVersion: tierkeeper.io/v1alpha1
        kind: TierPolicy
        metadata: {name: brisk}
        spec:
          mode: Auto
          approval: {required: []}
          mass: {minSamples: 1}
          promote: {aboveShare: "0.40", stabilizationWindow: 0s}
          demote: {belowShare: "0.20"}
          cooldown: {afterMove: 0s}
          retain: {sourceFor: 0s, deleteOnlyInWindows: false}
          dedicated: {placement: WithFallback}
          snapshots: {beforeCleanup: true, keepFor: %s}
        """.formatted(keepFor));
  }

  @Test
  void aSnapshotIsKeptForItsTimeAndNoLonger() throws IOException {
    Path mine = Files.writeString(snapshots.resolve("mine.snapshot"), "of a user");
    policy("8s");
    world.applyCollection("brisk", "");
    world.applyTenant("kb-acme", "acme", "");
    try (TierkeeperOperator operator = TierkeeperOperator.start(
        world.account,
        world
            .options()
            .withRoom(new OperatorOptions.MoveRoom(Runtime.getRuntime().maxMemory(), snapshots)))) {
      assertThat(operator).isNotNull();
      await().atMost(SOON).until(() -> !SnapshotStore.in(snapshots).list().isEmpty());
      await()
          .atMost(SOON)
          .until(() -> world.moves().stream()
              .anyMatch(move -> move.getStatus() != null && move.getStatus().snapshot() != null));
      TierMoveStatus.Snapshot named = world.moves().stream()
          .flatMap(move -> Stream.ofNullable(move.getStatus().snapshot()))
          .findFirst()
          .orElseThrow();
      assertThat(named.points()).isEqualTo(60);
      Path file = snapshots.resolve(Objects.requireNonNull(named.file()));
      StoredSnapshot stored = SnapshotStore.read(file);
      assertThat(stored.sha256()).isEqualTo(named.sha256());
      assertThat(SnapshotStore.sha256(file)).isEqualTo(named.sha256());
      assertThat(stored.keepUntil()).isEqualTo(stored.takenAt().plusSeconds(8));
      await().atMost(SOON).until(() -> world.moveIn("Succeeded").isPresent());
      assertThat(Objects.requireNonNull(world.moveIn("Succeeded").orElseThrow().getStatus())
              .snapshot())
          .isEqualTo(named);
      await().atMost(SOON).untilAsserted(() -> assertThat(files()).containsExactly(mine));
    }
  }
}
