package io.tierkeeper.moves;

import static org.assertj.core.api.Assertions.assertThat;

import io.tierkeeper.audit.AuditType;
import io.tierkeeper.audit.MoveData;
import io.tierkeeper.audit.MoveEvent;
import io.tierkeeper.governance.decision.Direction;
import io.tierkeeper.moves.content.CopyMark;
import io.tierkeeper.moves.engine.MoveEngine;
import io.tierkeeper.qdrant.QdrantException;
import io.tierkeeper.qdrant.ScrollRequest;
import io.tierkeeper.qdrant.Upsert;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Moves whose calls are refused or not carried out: no wait is without an end. */
interface MoveWaitContract extends OnMoveRig {

  private static InterceptedCluster failing(
      MoveRig rig, String method, AtomicBoolean failing, AtomicInteger failures) {
    return new InterceptedCluster(rig.cluster, (peer, called, args, next) -> {
      if (failing.get() && called.getName().equals(method)) {
        failures.incrementAndGet();
        throw new QdrantException.Unavailable(method + ": no connection", null);
      }
      return next.go();
    });
  }

  /** A server, or a proxy before it, that takes and gives ten whole points at a time. */
  private static InterceptedCluster ofTen(MoveRig rig) {
    return new InterceptedCluster(rig.cluster, (peer, method, args, next) -> {
      boolean tooLarge = args != null
          && args.length > 0
          && (args[0] instanceof ScrollRequest scroll && scroll.withVectors() && scroll.limit() > 10
              || args[0] instanceof Upsert upsert && upsert.points().size() > 10
              || args.length > 2
                  && method.getName().equals("retrieve")
                  && args[2] instanceof java.util.List<?> ids
                  && ids.size() > 10);
      if (tooLarge) {
        throw new QdrantException.Rejected("message exceeds maximum size", null);
      }
      return next.go();
    });
  }

  @Test
  default void movesPointsOfWhichFewFitIntoAMessage() {
    try (MoveRig rig = rig()) {
      rig.load(100);
      MoveEngine engine = rig.engine(ofTen(rig), rig.audit);
      for (Direction direction : Direction.values()) {
        Progress end = rig.drive(
            engine,
            rig.move(direction, MoveRig.settings()),
            MoveJournal.initial(),
            MoveRig.go(),
            each -> {});
        assertThat(end.phase()).as("%s", end).isEqualTo(MovePhase.SUCCEEDED);
      }
      assertThat(rig.content(MoveRig.DEFAULT)).isEqualTo(rig.promised);
      assertThat(rig.content(rig.tenant)).isNull();
      assertThat(rig.breaches()).isEmpty();
    }
  }

  @Test
  @Resolves(StallReason.QDRANT_UNAVAILABLE)
  default void takesAPromotionBackWhoseReadsFail() {
    try (MoveRig rig = rig()) {
      rig.load(100);
      Move move = rig.move(
          Direction.PROMOTE, MoveRig.settings(draft -> draft.moveDeadline(Duration.ofSeconds(2))));
      MoveEngine engine = rig.engine(
          failing(rig, "scroll", new AtomicBoolean(true), new AtomicInteger()), rig.audit);
      Progress end = rig.drive(engine, move, MoveJournal.initial(), MoveRig.go(), each -> {});
      assertThat(end).isInstanceOfSatisfying(Progress.Stalled.class, stalled -> {
        assertThat(stalled.message()).contains("PreCopyScan", "scroll: no connection");
        assertThat(stalled.journal().step()).isEqualTo(MoveStep.PREFLIGHT);
      });
      assertThat(rig.content(rig.tenant)).as("the key is not created yet").isNull();
      Progress done = rig.resolve(engine, move, end, StallReason.QDRANT_UNAVAILABLE);
      assertThat(done.phase()).as("%s", done).isEqualTo(MovePhase.ABORTED);
      assertThat(rig.content(MoveRig.DEFAULT)).isEqualTo(rig.promised);
      assertThat(rig.breaches()).isEmpty();
    }
  }

  @Test
  default void countsMarksInAPromotionOnlyWhereTheyDecide() {
    try (MoveRig rig = rig()) {
      rig.load(100);
      AtomicInteger counts = new AtomicInteger();
      AtomicInteger steps = new AtomicInteger();
      MoveEngine engine = rig.engine(
          new InterceptedCluster(rig.cluster, (peer, method, args, next) -> {
            if (method.getName().equals("count")
                && args != null
                && String.valueOf(args[2]).contains(CopyMark.MOVE_FIELD)) {
              counts.incrementAndGet();
            }
            return next.go();
          }),
          rig.audit);
      Progress end = rig.drive(
          engine,
          rig.move(Direction.PROMOTE, MoveRig.settings()),
          MoveJournal.initial(),
          MoveRig.go(),
          each -> steps.incrementAndGet());
      assertThat(end.phase()).as("%s", end).isEqualTo(MovePhase.SUCCEEDED);
      // The first look, the end of the pre-copy scan, and the creation of the key.
      assertThat(counts.get()).isBetween(1, 3);
      assertThat(steps.get()).isGreaterThan(8);
    }
  }

  @Test
  default void freezesNoKeyWhoseSnapshotCannotBeUploaded() {
    try (MoveRig rig = rig()) {
      rig.loadDedicated(100);
      AtomicBoolean frozen = new AtomicBoolean();
      MoveEngine engine = rig.engine(
          new InterceptedCluster(rig.cluster, (peer, method, args, next) -> {
            frozen.compareAndSet(false, method.getName().equals("replicatePoints"));
            if (method.getName().equals("recoverShardSnapshot")
                || method.getName().equals("probeShardSnapshot")) {
              throw new QdrantException.Rejected("HTTP 413 Request Entity Too Large", null);
            }
            return next.go();
          }),
          rig.audit);
      Progress end = rig.drive(
          engine,
          rig.move(Direction.DEMOTE, MoveRig.settings()),
          MoveJournal.initial(),
          MoveRig.go(),
          each -> {});
      assertThat(end).isInstanceOfSatisfying(Progress.Finished.class, finished -> {
        assertThat(finished.reason()).isEqualTo("SnapshotTransferFailed");
        assertThat(finished.message()).contains("413", "Fence");
      });
      assertThat(frozen).isFalse();
      assertThat(rig.content(rig.tenant)).isEqualTo(rig.promised);
      assertThat(rig.content(MoveRig.DEFAULT)).isEmpty();
      assertThat(rig.breaches()).isEmpty();
    }
  }

  @Test
  default void bringsAFrozenKeyBackWhoseContentCannotBeThawed() {
    try (MoveRig rig = rig()) {
      rig.loadDedicated(100);
      Move move = rig.move(
          Direction.DEMOTE, MoveRig.settings(draft -> draft.moveDeadline(Duration.ofSeconds(1))));
      MoveEngine engine = rig.engine(
          new InterceptedCluster(rig.cluster, (peer, method, args, next) -> {
            if (method.getName().equals("recoverShardSnapshot")
                && rig.settled().replicas(move.thawedCopyKey()).stream()
                    .anyMatch(replica -> args != null && args[1].equals(replica.shardId()))) {
              throw new QdrantException.Unavailable("No space left on device", null);
            }
            return next.go();
          }),
          rig.audit);
      AtomicBoolean written = new AtomicBoolean();
      Progress end = rig.drive(engine, move, MoveJournal.initial(), MoveRig.go(), progress -> {
        if (progress.journal().step() == MoveStep.THAW_COPY && written.compareAndSet(false, true)) {
          rig.write(5);
          rig.write(900);
          rig.delete(7);
        }
      });
      assertThat(end).isInstanceOfSatisfying(Progress.Finished.class, finished -> {
        assertThat(finished.reason()).isEqualTo("ThawFailed");
        assertThat(finished.message()).contains("No space left on device");
      });
      assertThat(written).isTrue();
      assertThat(rig.content(rig.tenant)).isEqualTo(rig.promised);
      assertThat(rig.content(MoveRig.DEFAULT)).isEmpty();
      assertThat(rig.content(move.freezeSourceKey())).isNull();
      assertThat(rig.content(move.thawedCopyKey())).isNull();
      assertThat(rig.breaches()).isEmpty();
    }
  }

  @Test
  default void announcesARetriedMutationOnce() {
    try (MoveRig rig = rig()) {
      rig.loadDedicated(100);
      Move move = rig.move(
          Direction.DEMOTE, MoveRig.settings(draft -> draft.moveDeadline(Duration.ofSeconds(2))));
      AtomicBoolean failing = new AtomicBoolean(true);
      AtomicInteger failures = new AtomicInteger();
      MoveEngine engine = rig.engine(failing(rig, "upsert", failing, failures), rig.audit);
      Progress end = rig.drive(engine, move, MoveJournal.initial(), MoveRig.go(), each -> {});
      assertThat(end).isInstanceOfSatisfying(Progress.Stalled.class, stalled -> {
        assertThat(stalled.reason()).isEqualTo(StallReason.QDRANT_UNAVAILABLE);
        assertThat(stalled.message()).contains("Copy", "upsert: no connection");
      });
      assertThat(failures.get()).isBetween(2, 4);
      assertThat(end.journal().header().deeds()).isEqualTo(1);
      assertThat(lines(rig, MoveEvent.STEP_INTENDED)).isEqualTo(1);
      assertThat(lines(rig, MoveEvent.STEP_DONE)).isEqualTo(1);
      failing.set(false);
      Progress done = rig.drive(engine, move, end.journal(), MoveRig.go(), each -> {});
      assertThat(done.phase()).as("%s", done).isEqualTo(MovePhase.SUCCEEDED);
      assertThat(rig.content(MoveRig.DEFAULT)).isEqualTo(rig.promised);
      assertThat(rig.audit.events(AuditType.MOVE))
          .anyMatch(event -> event.data() instanceof MoveData data
              && data.answer() != null
              && data.answer().path("retries").asInt() == failures.get());
      assertThat(rig.breaches()).isEmpty();
    }
  }

  private static long lines(MoveRig rig, MoveEvent wanted) {
    return rig.audit.events(AuditType.MOVE).stream()
        .filter(event -> event.data() instanceof MoveData data && data.event() == wanted)
        .count();
  }
}
