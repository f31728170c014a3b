package io.tierkeeper.moves;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tierkeeper.audit.AuditType;
import io.tierkeeper.audit.MoveData;
import io.tierkeeper.audit.MoveEvent;
import io.tierkeeper.governance.decision.Direction;
import io.tierkeeper.moves.engine.MoveEngine;
import io.tierkeeper.moves.observe.KeyState;
import io.tierkeeper.qdrant.Filter;
import io.tierkeeper.qdrant.PointId;
import io.tierkeeper.qdrant.ShardKey;
import io.tierkeeper.qdrant.ShardSelector;
import io.tierkeeper.qdrant.Upsert;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What clients change around a freeze, in whichever key it lands, remembered or not. */
interface MoveFreezeContract extends OnMoveRig {

  /** A policy that is edited to Never, in whatever step and whether or not the journal is still known. */
  @ParameterizedTest
  @CsvSource({"COPY, true", "QUIET, true", "THAW_COPY, true", "MERGE, true", "THAW_COPY, false"})
  default void endsADemotionByTheRulesThatItBeganWith(MoveStep at, boolean journalKept) {
    try (MoveRig rig = rig()) {
      rig.loadDedicated(60);
      Move move = rig.move(Direction.DEMOTE, MoveRig.settings());
      Move edited = move.under(MoveRig.settings()
          .withDemotion(MoveRig.settings().demotion().withStrategy(DemotionStrategy.NEVER)));
      MoveEngine engine = rig.engine();
      MoveJournal journal = MoveJournal.initial();
      Progress progress = null;
      boolean reached = false;
      for (int i = 0; i < 3_000 && !(progress instanceof Progress.Finished); i++) {
        if (!reached && journal.step() == at) {
          reached = true;
          rig.write(5);
          journal = journalKept ? journal : MoveJournal.initial();
        }
        progress = engine.advance(reached ? edited : move, journal, MoveRig.go(), written -> {});
        journal = progress.journal();
        if (progress instanceof Progress.Wait wait) {
          MoveRig.pause(wait.after());
        }
      }
      assertThat(reached).isTrue();
      boolean succeeds = journalKept;
      assertThat(progress).isInstanceOfSatisfying(Progress.Finished.class, end -> {
        assertThat(end.phase())
            .as("%s", end)
            .isEqualTo(succeeds ? MovePhase.SUCCEEDED : MovePhase.ABORTED);
      });
      assertThat(rig.content(succeeds ? MoveRig.DEFAULT : rig.tenant)).isEqualTo(rig.promised);
      assertThat(rig.content(move.freezeSourceKey())).isNull();
      assertThat(rig.content(move.thawedCopyKey())).isNull();
      assertThat(rig.breaches()).isEmpty();
    }
  }

  /** An engine that finds something changed between its last pass and the freeze. */
  static MoveEngine surprised(MoveRig rig, Move move, Runnable change) {
    return rig.engine(
        new InterceptedCluster(rig.cluster, (peer, method, args, next) -> {
          if (method.getName().equals("replicatePoints")
              && args != null
              && move.freezeSourceKey().equals(args[1])) {
            change.run();
          }
          return next.go();
        }),
        rig.audit);
  }

  static MoveJournal driveTo(
      MoveStep step, MoveEngine engine, Move move, MoveSignals signals, MoveJournal from) {
    return from.step() == step
        ? from
        : MoveRig.until(engine, move, from, signals, at -> at.journal().step() == step)
            .journal();
  }

  /** A new point, a newer and a deleted one in the dedicated key only. */
  private static void changeDedicated(MoveRig rig) {
    ShardSelector dedicated = ShardSelector.key(rig.tenant);
    rig.port()
        .upsert(Upsert.of(
            rig.collection,
            dedicated,
            List.of(MoveRig.point(300, 1, "acme"), MoveRig.point(7, 2, "acme"))));
    rig.port().delete(rig.collection, dedicated, Filter.ids(List.of(PointId.of(8))), true);
    rig.promised.putAll(Map.of(300L, 1L, 7L, 2L));
    rig.promised.remove(8L);
  }

  private static void awaitActive(MoveRig rig, ShardKey key) {
    await()
        .atMost(Duration.ofSeconds(20))
        .pollInterval(Duration.ofMillis(10))
        .until(() -> rig.settled().state(key) == KeyState.ACTIVE);
  }

  /** A Kubernetes API that answers late must not make the difference of a freeze large. */
  @Test
  default void copiesAgainWhereStoringTheJournalOfAFreezeTakesLong() {
    try (MoveRig rig = rig()) {
      rig.loadDedicated(60);
      Move move = rig.move(
          Direction.DEMOTE,
          MoveRig.settings()
              .withDemotion(MoveRig.settings().demotion().withMaxWait(Duration.ofMinutes(10))));
      AtomicReference<Duration> ahead = new AtomicReference<>(Duration.ZERO);
      Clock clock = new Clock() {
        @Override
        public Instant instant() {
          return Instant.now().plus(Objects.requireNonNull(ahead.get()));
        }

        @Override
        public ZoneId getZone() {
          return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
          throw new UnsupportedOperationException("UTC only");
        }
      };
      MoveEngine engine = new MoveEngine(rig.cluster, rig.audit, clock, Leadership.always());
      MoveJournal at = MoveJournal.initial();
      Progress progress = null;
      for (int i = 0; i < 3_000 && !(progress instanceof Progress.Finished); i++) {
        progress = engine.advance(move, at, MoveRig.go(), written -> {
          if (written.step() == MoveStep.FREEZE && Duration.ZERO.equals(ahead.get())) {
            ahead.set(Duration.ofMinutes(1));
            rig.write(5);
          }
        });
        at = progress.journal();
        if (progress instanceof Progress.Wait wait) {
          MoveRig.pause(wait.after());
        }
      }
      assertThat(ahead.get()).isPositive();
      assertThat(progress).isInstanceOfSatisfying(Progress.Finished.class, end -> {
        assertThat(end.phase()).as("%s", end).isEqualTo(MovePhase.SUCCEEDED);
        assertThat(end.report().difference()).isZero();
      });
      assertThat(rig.content(MoveRig.DEFAULT)).isEqualTo(rig.promised);
      assertThat(rig.breaches()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  default void keepsWhatIsWrittenAfterARevivalAndGivesBackWhatWasWrittenBefore(boolean forgets) {
    try (MoveRig rig = rig()) {
      rig.loadDedicated(100);
      Move move = rig.move(Direction.DEMOTE, MoveRig.settings());
      MoveEngine first = surprised(rig, move, () -> changeDedicated(rig));
      MoveJournal frozen =
          driveTo(MoveStep.THAW_COPY, first, move, MoveRig.go(), MoveJournal.initial());
      for (long id : new long[] {5, 6, 7, 900, 901}) {
        rig.write(id);
      }
      for (long id : new long[] {11, 12}) {
        rig.delete(id);
      }
      MoveEngine engine = forgets ? rig.engine() : first;
      MoveSignals abort = MoveRig.go().abort();
      MoveJournal revived = driveTo(MoveStep.REVIVE, engine, move, abort, frozen);
      awaitActive(rig, rig.tenant);
      rig.write(6);
      rig.write(20);
      rig.delete(21);
      rig.port()
          .upsert(Upsert.of(
              rig.collection, rig.clientSelector(), List.of(MoveRig.point(12, 5, "acme"))));
      rig.promised.put(12L, 5L);
      rig.write(902);
      Progress end =
          rig.drive(forgets ? rig.engine() : engine, move, revived, abort, progress -> {});
      assertThat(end.phase()).as("%s", end).isEqualTo(MovePhase.ABORTED);
      assertThat(rig.content(rig.tenant)).isEqualTo(rig.promised);
      assertThat(rig.content(MoveRig.DEFAULT)).isEmpty();
      assertThat(rig.content(move.thawedCopyKey())).isNull();
      assertThat(rig.breaches()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  default void tellsAPointThatWasNewAtTheFreezeFromOneThatAClientDeletedSince(boolean forgets) {
    try (MoveRig rig = rig()) {
      rig.loadDedicated(100);
      Move move = rig.move(Direction.DEMOTE, MoveRig.settings());
      MoveEngine first = surprised(rig, move, () -> changeDedicated(rig));
      MoveJournal frozen =
          driveTo(MoveStep.THAW_COPY, first, move, MoveRig.go(), MoveJournal.initial());
      rig.delete(11);
      rig.write(5);
      rig.write(900);
      Progress end =
          rig.drive(forgets ? rig.engine() : first, move, frozen, MoveRig.go(), progress -> {});
      assertThat(end).isInstanceOfSatisfying(Progress.Finished.class, finished -> {
        assertThat(finished.phase()).as("%s", end).isEqualTo(MovePhase.SUCCEEDED);
        assertThat(finished.report().difference()).isEqualTo(3);
      });
      assertThat(rig.content(MoveRig.DEFAULT)).isEqualTo(rig.promised);
      assertThat(rig.content(rig.tenant)).isNull();
      assertThat(rig.breaches()).isEmpty();
    }
  }

  @Test
  @Resolves(StallReason.VERIFICATION_DIFFERENCE)
  default void asksAPersonWhichPointsAreNewWhereAnOlderVersionKeptNoRecordOfThem() {
    try (MoveRig rig = rig()) {
      rig.loadDedicated(100);
      Move move = rig.move(Direction.DEMOTE, MoveRig.settings());
      MoveEngine first = surprised(rig, move, () -> changeDedicated(rig));
      MoveJournal older = driveTo(
              MoveStep.THAW_COPY, first, move, MoveRig.go(), MoveJournal.initial())
          .with(draft -> draft.evidence(new CopyEvidence(draft.evidence().copied(), null)));
      rig.delete(11);
      MoveEngine engine = rig.engine();
      Progress asks = rig.drive(engine, move, older, MoveRig.go(), progress -> {});
      assertThat(asks).isInstanceOfSatisfying(Progress.Stalled.class, stalled -> {
        assertThat(stalled.reason()).isEqualTo(StallReason.VERIFICATION_DIFFERENCE);
        assertThat(stalled.message()).contains("[11, 300]");
      });
      assertThat(rig.settled().state(rig.tenant)).isEqualTo(KeyState.DEAD);
      // The tenant says that it has deleted the one; the page says how to leave it so.
      rig.port()
          .delete(
              rig.collection,
              ShardSelector.key(move.thawedCopyKey()),
              Filter.ids(List.of(PointId.of(11))),
              true);
      Progress end = rig.resolve(engine, move, asks, StallReason.VERIFICATION_DIFFERENCE);
      assertThat(end.phase()).as("%s", end).isEqualTo(MovePhase.SUCCEEDED);
      assertThat(rig.content(MoveRig.DEFAULT)).isEqualTo(rig.promised);
      assertThat(rig.shell.saved("saved-frozen.json")).contains("point 300");
      assertThat(rig.breaches()).isEmpty();
    }
  }

  @Test
  default void asksAPersonWhatWasDeletedWhereItRemembersNothingAndTheKeyComesBack() {
    try (MoveRig rig = rig()) {
      rig.loadDedicated(100);
      Move move = rig.move(Direction.DEMOTE, MoveRig.settings());
      driveTo(MoveStep.THAW_COPY, rig.engine(), move, MoveRig.go(), MoveJournal.initial());
      rig.delete(11);
      rig.write(5);
      MoveEngine engine = rig.engine();
      MoveSignals abort = MoveRig.go().abort();
      Progress asks = rig.drive(engine, move, MoveJournal.initial(), abort, progress -> {});
      assertThat(asks).isInstanceOfSatisfying(Progress.Stalled.class, stalled -> {
        assertThat(stalled.reason()).isEqualTo(StallReason.VERIFICATION_DIFFERENCE);
        assertThat(stalled.message()).contains("[11]");
      });
      for (ShardKey key : List.of(move.thawedCopyKey(), rig.tenant)) {
        rig.port()
            .delete(
                rig.collection, ShardSelector.key(key), Filter.ids(List.of(PointId.of(11))), true);
      }
      Progress end = rig.drive(engine, move, asks.journal(), abort, progress -> {});
      assertThat(end.phase()).as("%s", end).isEqualTo(MovePhase.ABORTED);
      assertThat(rig.content(rig.tenant)).isEqualTo(rig.promised);
      assertThat(rig.content(MoveRig.DEFAULT)).isEmpty();
      assertThat(rig.breaches()).isEmpty();
    }
  }

  @Test
  default void freezesRightAfterAPassOfItsOwnHoweverLongItWasAway() {
    try (MoveRig rig = rig()) {
      rig.loadDedicated(100);
      Move move = rig.move(Direction.DEMOTE, MoveRig.settings());
      MoveJournal quiet = driveTo(
              MoveStep.CREATE_OWN_KEYS, rig.engine(), move, MoveRig.go(), MoveJournal.initial())
          .demotion(draft -> draft.quietSince(Instant.EPOCH));
      rig.write(5);
      rig.write(900);
      AtomicBoolean late = new AtomicBoolean();
      Progress end = rig.drive(rig.engine(), move, quiet, MoveRig.go(), progress -> {
        late.set(late.get() || progress.journal().demotion().orElseThrow().difference() > 0);
      });
      assertThat(end.phase()).as("%s", end).isEqualTo(MovePhase.SUCCEEDED);
      assertThat(late).as("something differed at the freeze").isFalse();
      assertThat(rig.content(MoveRig.DEFAULT)).isEqualTo(rig.promised);
    }
  }

  @Test
  default void recordsThatAFreezeWasNotSentSinceItsJournalWasStoredTooLate() {
    try (MoveRig rig = rig()) {
      rig.loadDedicated(100);
      AtomicLong late = new AtomicLong();
      MoveEngine engine = new MoveEngine(
          rig.cluster, rig.audit, () -> Instant.now().plusSeconds(late.get()), Leadership.always());
      Move move = rig.move(Direction.DEMOTE, MoveRig.settings());
      MoveJournal journal = MoveJournal.initial();
      Progress progress;
      int steps = 0;
      do {
        progress = engine.advance(move, journal, MoveRig.go(), written -> {
          if (written.header().step() == MoveStep.FREEZE) {
            late.compareAndSet(0, 11);
          }
        });
        journal = progress.journal();
        MoveRig.pause(Duration.ofMillis(20));
      } while (!(progress instanceof Progress.Finished) && ++steps < 3_000);
      assertThat(progress.phase()).as("%s", progress).isEqualTo(MovePhase.SUCCEEDED);
      assertThat(rig.content(MoveRig.DEFAULT)).isEqualTo(rig.promised);
      List<MoveData> lines = rig.audit.events(AuditType.MOVE).stream()
          .map(event -> (MoveData) event.data())
          .toList();
      assertThat(lines)
          .filteredOn(line -> line.event() == MoveEvent.STEP_DONE)
          .anySatisfy(line -> assertThat(String.valueOf(line.answer())).contains("not sent"))
          .hasSameSizeAs(lines.stream()
              .filter(line -> line.event() == MoveEvent.STEP_INTENDED)
              .toList());
    }
  }
}
