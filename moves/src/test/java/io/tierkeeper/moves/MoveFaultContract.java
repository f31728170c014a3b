package io.tierkeeper.moves;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tierkeeper.governance.decision.Direction;
import io.tierkeeper.lab.qdrant.emulator.EmulatedQdrant;
import io.tierkeeper.moves.Protocol.Promotion;
import io.tierkeeper.moves.engine.MoveEngine;
import io.tierkeeper.qdrant.Filter;
import io.tierkeeper.qdrant.PointId;
import io.tierkeeper.qdrant.ShardKey;
import io.tierkeeper.qdrant.ShardSelector;
import io.tierkeeper.qdrant.Upsert;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Moves that meet a failed copy, a foreign change, a busy tenant, or forget everything in a freeze. */
interface MoveFaultContract extends OnMoveRig {

  @Test
  default void keepsTwoReplicasOfADedicatedKeyAndReducesThemBeforeItGoesBack() {
    try (MoveRig rig = rig()) {
      rig.load(100);
      MoveSettings two = MoveRig.settings(draft -> draft.replicationFactor(2));
      Progress promoted = rig.drive(rig.move(Direction.PROMOTE, two), MoveRig.go());
      assertThat(promoted.phase()).as("%s", promoted).isEqualTo(MovePhase.SUCCEEDED);
      assertThat(
              rig.cluster.peers().get(0).view(rig.collection).orElseThrow().replicasOf(rig.tenant))
          .hasSize(2);
      assertThat(rig.content(rig.tenant)).isEqualTo(rig.promised);
      rig.write(3);
      Progress demoted = rig.drive(rig.move(Direction.DEMOTE, two), MoveRig.go());
      assertThat(demoted.phase()).as("%s", demoted).isEqualTo(MovePhase.SUCCEEDED);
      assertThat(rig.content(MoveRig.DEFAULT)).isEqualTo(rig.promised);
      assertThat(rig.content(rig.tenant)).isNull();
      assertThat(rig.breaches()).isEmpty();
    }
  }

  @Test
  default void cleansUpAndTriesAgainAfterAFailedCopy() {
    try (MoveRig rig = rig()) {
      Optional<EmulatedQdrant> emulated = rig.emulated();
      assumeTrue(
          emulated.isPresent(), "a transfer of real servers is over before it can be failed");
      rig.load(200);
      Move move = rig.move(
          Direction.PROMOTE, MoveRig.settings(draft -> draft.moveDeadline(Duration.ofSeconds(1))));
      int[] aborted = {0};
      boolean[] cleaned = {false};
      Progress end =
          rig.drive(rig.engine(), move, MoveJournal.initial(), MoveRig.go(), progress -> {
            if (progress.journal().header().attempt() == 1
                && progress.journal().header().startSentAt() != null
                && aborted[0] == 0) {
              aborted[0] = emulated.orElseThrow().abortTransfers(rig.collection);
              rig.write(9);
            }
            cleaned[0] |= progress.journal().step() == MoveStep.CLEAN_UP;
          });
      assertThat(aborted[0]).isEqualTo(1);
      assertThat(cleaned[0]).isTrue();
      assertThat(end).isInstanceOfSatisfying(Progress.Finished.class, finished -> {
        assertThat(finished.phase()).as("%s", finished).isEqualTo(MovePhase.SUCCEEDED);
        assertThat(finished.report().attempts()).isEqualTo(2);
      });
      assertThat(rig.content(rig.tenant)).isEqualTo(rig.promised);
      assertThat(rig.content(MoveRig.DEFAULT)).isEmpty();
      assertThat(rig.breaches()).isEmpty();
    }
  }

  @Test
  @Resolves(StallReason.VERIFICATION_DIFFERENCE)
  default void stallsAndDeletesNothingWhereAPointWasChangedBehindItsBack() {
    try (MoveRig rig = rig()) {
      rig.load(100);
      Move move = rig.move(
          Direction.PROMOTE, MoveRig.settings(draft -> draft.settle(Duration.ofSeconds(1))));
      boolean[] intercepted = {false};
      Progress end =
          rig.drive(rig.engine(), move, MoveJournal.initial(), MoveRig.go(), progress -> {
            if (progress.journal().step() == MoveStep.AWAIT_ACTIVE
                && MoveRig.active(progress.journal())
                && !intercepted[0]) {
              // Changed in both keys since before the copy: neither version is known to be newer.
              overwrite(rig, rig.tenant, -5);
              overwrite(rig, MoveRig.DEFAULT, -6);
              LongStream.rangeClosed(40, 49).forEach(id -> rig.promised.put(id, -6L));
              intercepted[0] = true;
            }
          });
      assertThat(intercepted[0]).isTrue();
      assertThat(end).isInstanceOfSatisfying(Progress.Stalled.class, stalled -> {
        assertThat(stalled.reason()).isEqualTo(StallReason.VERIFICATION_DIFFERENCE);
        assertThat(stalled.message()).contains("42").contains("10 different");
      });
      assertThat(rig.content(MoveRig.DEFAULT)).isEqualTo(rig.promised);
      assertThat(Objects.requireNonNull(rig.content(rig.tenant))).hasSize(100);
      Progress repaired =
          rig.resolveFromFallback(rig.engine(), move, end, StallReason.VERIFICATION_DIFFERENCE);
      assertThat(repaired.phase()).as("%s", repaired).isEqualTo(MovePhase.SUCCEEDED);
      assertThat(rig.content(rig.tenant)).isEqualTo(rig.promised);
    }
  }

  @Test
  default void keepsWhatClientsWroteBetweenTheSwitchAndThePostSwitchScan() {
    try (MoveRig rig = rig()) {
      rig.load(100);
      boolean[] intercepted = {false};
      Move move = rig.move(Direction.PROMOTE, MoveRig.settings());
      Progress end =
          rig.drive(rig.engine(), move, MoveJournal.initial(), MoveRig.go(), progress -> {
            if (MoveRig.active(progress.journal()) && !intercepted[0]) {
              overwrite(rig, rig.tenant, 5);
              LongStream.rangeClosed(40, 49).forEach(id -> rig.promised.put(id, 5L));
              intercepted[0] = true;
            }
          });
      assertThat(intercepted[0]).isTrue();
      assertThat(end.phase()).as("%s", end).isEqualTo(MovePhase.SUCCEEDED);
      assertThat(rig.content(rig.tenant)).isEqualTo(rig.promised);
      assertThat(rig.content(MoveRig.DEFAULT)).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource(Afterwards.class)
  default void namesEachPointThatTheCopyLacks(Afterwards afterwards) {
    try (MoveRig rig = rig()) {
      rig.load(60);
      Move move = rig.move(Direction.PROMOTE, MoveRig.settings());
      MoveEngine engine = rig.engine();
      MoveJournal at = MoveJournal.initial();
      while (at.promotion().map(Promotion::baseline).isEmpty()) {
        boolean active = MoveRig.active(at);
        Progress progress = engine.advance(move, at, MoveRig.go(), written -> {});
        at = progress.journal();
        if (!active && MoveRig.active(at)) {
          rig.port()
              .delete(
                  rig.collection,
                  ShardSelector.key(rig.tenant),
                  Filter.ids(List.of(PointId.of(3), PointId.of(4), PointId.of(6))),
                  true);
        }
        if (progress instanceof Progress.Wait wait) {
          MoveRig.pause(wait.after());
        }
      }
      switch (afterwards) {
        case NOTHING -> {}
        case CLIENT_WRITE -> rig.write(20);
        case RESTART -> engine = rig.engine();
      }
      Progress end = rig.drive(engine, move, at, MoveRig.go(), each -> {});
      assertThat(end).isInstanceOfSatisfying(Progress.Stalled.class, stalled -> {
        assertThat(stalled.reason()).isEqualTo(StallReason.VERIFICATION_DIFFERENCE);
        assertThat(stalled.message()).contains("3 points missing", "first ids [3, 4, 6]");
      });
      rig.intervene(end);
      Progress repaired = rig.drive(engine, move, end.journal(), MoveRig.go(), each -> {});
      assertThat(repaired.phase()).as("%s", repaired).isEqualTo(MovePhase.SUCCEEDED);
      assertThat(rig.content(rig.tenant)).isEqualTo(rig.promised);
      assertThat(rig.content(MoveRig.DEFAULT)).isEmpty();
    }
  }

  /** What happens between the post-switch scan and the verification. */
  enum Afterwards {
    NOTHING,
    CLIENT_WRITE,
    RESTART
  }

  private static void overwrite(MoveRig rig, ShardKey key, long version) {
    rig.port()
        .upsert(Upsert.of(
            rig.collection,
            ShardSelector.key(key),
            LongStream.rangeClosed(40, 49)
                .mapToObj(id -> MoveRig.point(id, version, "acme"))
                .toList()));
  }

  @Test
  default void bringsAFrozenKeyBackAlthoughItRemembersNothing() {
    try (MoveRig rig = rig()) {
      rig.loadDedicated(100);
      Move move = rig.move(Direction.DEMOTE, MoveRig.settings());
      MoveEngine engine = rig.engine();
      MoveJournal at = MoveJournal.initial();
      for (int i = 0; i < 2_000 && at.step() != MoveStep.THAW_COPY; i++) {
        Progress progress = engine.advance(move, at, MoveRig.go(), written -> {});
        at = progress.journal();
        if (progress instanceof Progress.Wait wait) {
          MoveRig.pause(wait.after());
        }
      }
      assertThat(at.step()).isEqualTo(MoveStep.THAW_COPY);
      rig.write(5);
      rig.write(900);
      // No deletion: without memory one of that time can come undone, as the documentation says.
      Progress end = rig.drive(
          rig.engine(), move, MoveJournal.initial(), MoveRig.go().abort(), progress -> {});
      assertThat(end.phase()).as("%s", end).isEqualTo(MovePhase.ABORTED);
      assertThat(rig.content(rig.tenant)).isEqualTo(rig.promised);
      assertThat(rig.content(MoveRig.DEFAULT)).isEmpty();
      assertThat(rig.content(move.freezeSourceKey())).isNull();
      assertThat(rig.content(move.thawedCopyKey())).isNull();
      assertThat(rig.breaches()).isEmpty();
    }
  }

  @Test
  default void givesUpOnATenantThatIsNeverQuiet() {
    try (MoveRig rig = rig()) {
      rig.loadDedicated(100);
      Move move = rig.move(Direction.DEMOTE, MoveRig.settings(draft -> {
        draft.demotion(draft
            .demotion()
            .with(demotion ->
                demotion.quietFor(Duration.ofMinutes(1)).maxWait(Duration.ofSeconds(1))));
      }));
      int[] n = {0};
      Progress end = rig.drive(
          rig.engine(),
          move,
          MoveJournal.initial(),
          MoveRig.go(),
          each -> rig.write(1 + n[0]++ % 50));
      assertThat(end).isInstanceOfSatisfying(Progress.Finished.class, finished -> {
        assertThat(finished.phase()).isEqualTo(MovePhase.ABORTED);
        assertThat(finished.reason()).isEqualTo("NotQuiet");
        assertThat(finished.message()).contains("whenBusy: Proceed");
      });
      assertThat(rig.content(rig.tenant)).isEqualTo(rig.promised);
      assertThat(rig.content(MoveRig.DEFAULT)).isEmpty();
      assertThat(rig.content(move.freezeSourceKey())).isNull();
    }
  }
}
