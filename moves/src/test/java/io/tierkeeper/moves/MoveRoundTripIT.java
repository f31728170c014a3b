package io.tierkeeper.moves;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tierkeeper.governance.decision.Direction;
import io.tierkeeper.qdrant.contract.QdrantBackend;
import io.tierkeeper.qdrant.contract.QdrantBackends;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** The way into a key of its own and back on real servers, while the tenant writes. */
class MoveRoundTripIT {

  private static final int POINTS = 2_000;

  @Test
  void promotesAndDemotesOnRealServersWhileTheTenantWrites() throws Exception {
    Optional<QdrantBackend> found = QdrantBackends.real();
    assumeTrue(
        found.isPresent(),
        "no real Qdrant: set QDRANT_BIN, put qdrant on the PATH, or set QDRANT_URL");
    try (QdrantBackend backend = found.orElseThrow();
        MoveRig rig = new MoveRig(backend.cluster())) {
      rig.load(POINTS);
      MoveSettings settings = MoveRig.settings(draft -> {
        draft.settle = Duration.ofSeconds(2);
        draft.quietFor = Duration.ofSeconds(1);
        draft.maxWait = Duration.ofSeconds(60);
        draft.moveDeadline = Duration.ofSeconds(60);
        draft.snapshotFirst = true;
      });
      Progress promoted = whileWriting(rig, rig.move(Direction.PROMOTE, settings), true);
      assertThat(promoted.phase()).as("%s", promoted).isEqualTo(MovePhase.SUCCEEDED);
      assertThat(rig.content(rig.tenant)).isEqualTo(rig.promised);
      assertThat(rig.content(MoveRig.DEFAULT)).isEmpty();
      assertThat(rig.bystanders()).isEqualTo(POINTS);

      Move back = rig.move(Direction.DEMOTE, settings);
      Progress demoted = whileWriting(rig, back, false);
      assertThat(demoted.phase()).as("%s", demoted).isEqualTo(MovePhase.SUCCEEDED);
      assertThat(demoted).isInstanceOfSatisfying(Progress.Finished.class, end -> {
        assertThat(end.report().snapshot()).isNotNull();
      });
      assertThat(rig.content(rig.tenant)).isNull();
      assertThat(rig.content(back.emptyKey())).isNull();
      assertThat(rig.content(back.frozenKey())).isNull();
      assertThat(rig.content(MoveRig.DEFAULT)).isEqualTo(rig.promised);
      assertThat(rig.bystanders()).isEqualTo(POINTS);
      System.out.printf(
          "real round trip on %s: promotion %s, demotion %s, versions promised %d%n",
          backend.description(),
          ((Progress.Finished) promoted).report(),
          ((Progress.Finished) demoted).report(),
          rig.promised.values().stream().mapToLong(v -> v).sum());
    }
  }

  /** A client on its own thread: for the whole of a promotion, and of a demotion until the copy is done once. */
  private static Progress whileWriting(MoveRig rig, Move move, boolean throughout)
      throws InterruptedException, ExecutionException {
    AtomicBoolean on = new AtomicBoolean(true);
    try (ExecutorService client = Executors.newSingleThreadExecutor()) {
      Future<Integer> writes = client.submit(() -> {
        int n = 0;
        for (; on.get(); n++) {
          rig.write(1 + n * 7 % (POINTS + 100));
          if (n % 20 == 0) {
            rig.delete(1 + n % POINTS);
          }
          MoveRig.pause(Duration.ofMillis(10));
        }
        return n;
      });
      try {
        Progress end =
            rig.drive(rig.engine(), move, MoveJournal.initial(), MoveRig.go(), progress -> {
              if (!throughout && progress.journal().step() == MoveStep.QUIET) {
                on.set(false);
              }
            });
        on.set(false);
        assertThat(writes.get()).isPositive();
        return end;
      } finally {
        on.set(false);
      }
    }
  }
}
