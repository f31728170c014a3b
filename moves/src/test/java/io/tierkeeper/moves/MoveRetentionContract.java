package io.tierkeeper.moves;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tierkeeper.governance.decision.Direction;
import io.tierkeeper.moves.engine.MoveEngine;
import io.tierkeeper.qdrant.ShardSelector;
import io.tierkeeper.qdrant.Upsert;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the fallback takes between the verification of a promotion and the deletion of its source, whoever observes it. */
interface MoveRetentionContract extends OnMoveRig {

  private static Move retaining(MoveRig rig, Duration retain) {
    return rig.move(Direction.PROMOTE, MoveRig.settings(draft -> draft.retainSource(retain)));
  }

  /** The journal of the promotion once it retains its source. */
  private static MoveJournal retained(MoveRig rig, MoveEngine engine, Move move) {
    MoveJournal journal = MoveJournal.initial();
    for (int i = 0; i < 3_000 && journal.step() != MoveStep.RETAIN; i++) {
      Progress progress = engine.advance(move, journal, MoveRig.go(), written -> {});
      journal = progress.journal();
      if (progress instanceof Progress.Wait wait && journal.step() != MoveStep.RETAIN) {
        MoveRig.pause(wait.after());
      }
    }
    assertThat(journal.step()).isEqualTo(MoveStep.RETAIN);
    return journal;
  }

  /** The same journal, with the time of the retention over. */
  private static MoveJournal over(MoveJournal journal) {
    return journal.promotion(
        draft -> draft.retainedUntil(java.time.Instant.now().minusSeconds(1)));
  }

  /** Also beyond what the policy allows a retention to last, which each step limits after a clock was set back. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  default void endsItsRetentionWhenThatIsRequested(boolean restart) {
    try (MoveRig rig = rig()) {
      rig.load(60);
      Move move = retaining(rig, Duration.ofHours(1));
      MoveEngine engine = rig.engine();
      MoveJournal journal = retained(rig, engine, move);
      java.time.Instant end = java.time.Instant.now().plus(Duration.ofHours(5));
      MoveEngine next = restart ? rig.engine() : engine;
      Progress waits = next.advance(move, journal, MoveRig.go().retainUntil(end), written -> {});
      assertThat(waits).isInstanceOfSatisfying(Progress.Wait.class, wait -> {
        assertThat(wait.message()).contains("retained until " + end);
      });
      assertThat(waits.journal().promotion().orElseThrow().retainedUntil()).isEqualTo(end);
      assertThat(rig.content(MoveRig.DEFAULT)).isEqualTo(rig.promised);
      rig.write(5);
      Progress done = rig.drive(
          next,
          move,
          waits.journal(),
          MoveRig.go().retainUntil(java.time.Instant.now().minusSeconds(1)),
          each -> {});
      assertThat(done.phase()).as("%s", done).isEqualTo(MovePhase.SUCCEEDED);
      assertThat(rig.content(rig.tenant)).isEqualTo(rig.promised);
      assertThat(rig.content(MoveRig.DEFAULT)).isEmpty();
      assertThat(rig.breaches()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  default void bringsOverWhatTheFallbackTookInAnOutageThatNoProcessObserved(boolean restart) {
    try (MoveRig rig = rig()) {
      rig.load(60);
      Move move = retaining(rig, Duration.ofHours(1));
      MoveEngine engine = rig.engine();
      MoveJournal journal = retained(rig, engine, move);
      rig.write(8);
      rig.delete(9);
      rig.takeOutOfService(rig.tenant);
      rig.write(5);
      rig.write(900);
      rig.revive(rig.tenant);
      rig.write(10);
      rig.delete(11);
      Progress end =
          rig.drive(restart ? rig.engine() : engine, move, over(journal), MoveRig.go(), each -> {});
      assertThat(end.phase()).as("%s", end).isEqualTo(MovePhase.SUCCEEDED);
      assertThat(rig.content(rig.tenant)).isEqualTo(rig.promised);
      assertThat(rig.content(MoveRig.DEFAULT)).isEmpty();
      assertThat(rig.breaches()).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource(VerifyLevel.class)
  default void bringsOverWhatAClientWroteByTheFallbacksOwnName(VerifyLevel level) {
    try (MoveRig rig = rig()) {
      rig.load(60);
      Move retaining = retaining(rig, Duration.ofHours(1));
      Move move = retaining.under(retaining
          .settings()
          .withVerification(retaining.settings().verification().withLevel(level)));
      MoveJournal journal = retained(rig, rig.engine(), move);
      rig.port()
          .upsert(Upsert.of(
              rig.collection,
              ShardSelector.key(MoveRig.DEFAULT),
              List.of(MoveRig.point(6, 7, "acme"), MoveRig.point(901, 1, "acme"))));
      rig.promised.put(6L, 7L);
      rig.promised.put(901L, 1L);
      Progress end = rig.drive(rig.engine(), move, over(journal), MoveRig.go(), each -> {});
      assertThat(end.phase()).as("%s", end).isEqualTo(MovePhase.SUCCEEDED);
      assertThat(rig.content(rig.tenant)).isEqualTo(rig.promised);
      assertThat(rig.content(MoveRig.DEFAULT)).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @Resolves(StallReason.VERIFICATION_DIFFERENCE)
  default void doesNotDeleteAPointThatChangedInBothKeysAfterTheVerification(boolean restart) {
    try (MoveRig rig = rig()) {
      rig.load(60);
      Move move = retaining(rig, Duration.ofHours(1));
      MoveEngine engine = rig.engine();
      MoveJournal journal = retained(rig, engine, move);
      rig.write(5);
      rig.takeOutOfService(rig.tenant);
      rig.write(5);
      rig.revive(rig.tenant);
      MoveEngine next = restart ? rig.engine() : engine;
      Progress asks = rig.drive(next, move, over(journal), MoveRig.go(), each -> {});
      assertThat(asks).isInstanceOfSatisfying(Progress.Stalled.class, stalled -> {
        assertThat(stalled.message()).contains("[5]");
      });
      Progress done =
          rig.resolveFromFallback(next, move, asks, StallReason.VERIFICATION_DIFFERENCE);
      assertThat(done.phase()).as("%s", done).isEqualTo(MovePhase.SUCCEEDED);
      assertThat(rig.content(rig.tenant)).isEqualTo(rig.promised);
      assertThat(rig.content(MoveRig.DEFAULT)).isEmpty();
    }
  }

  /** The process dies right before or right after each deletion; what clients did since the verification stays. */
  @ParameterizedTest
  @CsvSource({"1, false", "1, true", "2, false", "2, true", "3, true"})
  default void aProcessThatDiesInTheDeletionIsFollowedByOneThatKnowsWhatWasVerified(
      int batch, boolean after) {
    try (MoveRig rig = rig()) {
      rig.load(100);
      Move move = retaining(rig, Duration.ofHours(1));
      AtomicInteger deletions = new AtomicInteger();
      MoveEngine engine = rig.engine(
          new InterceptedCluster(rig.cluster, (peer, method, args, next) -> {
            boolean dies = method.getName().equals("delete")
                && args != null
                && ShardSelector.key(MoveRig.DEFAULT).equals(args[1])
                && deletions.incrementAndGet() == batch;
            if (dies && !after) {
              throw new IllegalStateException("died");
            }
            Object answer = next.go();
            if (dies) {
              throw new IllegalStateException("died");
            }
            return answer;
          }),
          rig.audit);
      MoveJournal journal = retained(rig, engine, move);
      for (long id = 1; id <= 100; id += 3) {
        rig.write(id);
        rig.delete(id + 1);
      }
      AtomicReference<MoveJournal> stored = new AtomicReference<>(over(journal));
      assertThatThrownBy(() -> {
            for (int i = 0; i < 200; i++) {
              Progress progress = engine.advance(
                  move, Objects.requireNonNull(stored.get()), MoveRig.go(), stored::set);
              stored.set(progress.journal());
            }
          })
          .hasMessage("died");
      MoveJournal last = Objects.requireNonNull(stored.get());
      Progress end = rig.drive(rig.engine(), move, last, MoveRig.go(), each -> {});
      assertThat(end.phase()).as("%s", end).isEqualTo(MovePhase.SUCCEEDED);
      assertThat(rig.content(rig.tenant)).isEqualTo(rig.promised);
      assertThat(rig.content(MoveRig.DEFAULT)).isEmpty();
      assertThat(rig.breaches()).isEmpty();
    }
  }

  @Test
  default void undoesAPromotionWithWhatTheFallbackTookInAnOutageThatNoProcessObserved() {
    try (MoveRig rig = rig()) {
      rig.load(60);
      Move move = retaining(rig, Duration.ofHours(1));
      MoveJournal journal = retained(rig, rig.engine(), move);
      rig.takeOutOfService(rig.tenant);
      rig.write(5);
      rig.write(900);
      rig.revive(rig.tenant);
      Progress end = rig.drive(rig.engine(), move, journal, MoveRig.go().undo(), each -> {});
      assertThat(end.phase()).as("%s", end).isEqualTo(MovePhase.ABORTED);
      assertThat(rig.content(MoveRig.DEFAULT)).isEqualTo(rig.promised);
      assertThat(rig.content(rig.tenant)).isNull();
      assertThat(rig.breaches()).isEmpty();
    }
  }
}
