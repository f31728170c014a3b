package io.tierkeeper.moves;

import static org.assertj.core.api.Assertions.assertThat;

import io.tierkeeper.governance.decision.Direction;
import io.tierkeeper.moves.Protocol.Promotion;
import io.tierkeeper.moves.engine.MoveEngine;
import io.tierkeeper.qdrant.Filter;
import io.tierkeeper.qdrant.Point;
import io.tierkeeper.qdrant.PointId;
import io.tierkeeper.qdrant.ShardSelector;
import io.tierkeeper.qdrant.Upsert;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is missing in the dedicated key since the switch: deleted by a client, or never copied. */
interface MoveAttributionContract extends OnMoveRig {

  private static Filter only(long id) {
    return Filter.ids(List.of(PointId.of(id)));
  }

  /** Advances to the end of the pre-copy scan. */
  private static MoveJournal scannedBeforeCopy(MoveEngine engine, Move move) {
    return MoveRig.until(
            engine,
            move,
            MoveJournal.initial(),
            MoveRig.go(),
            progress -> progress.journal().evidence().copied() != null)
        .journal();
  }

  /** The move asks about this point and no other. */
  private static void names(Progress end, long id) {
    assertThat(end).isInstanceOfSatisfying(Progress.Stalled.class, stalled -> {
      assertThat(stalled.reason()).isEqualTo(StallReason.VERIFICATION_DIFFERENCE);
      assertThat(stalled.message()).contains("first ids [" + id + "]");
    });
  }

  private static void promoted(MoveRig rig, Progress end) {
    assertThat(end.phase()).as("%s", end).isEqualTo(MovePhase.SUCCEEDED);
    assertThat(rig.content(rig.tenant)).isEqualTo(rig.promised);
  }

  /** Advances to the end of the post-switch scan, and does something when the key has become Active. */
  private static MoveJournal driveToBaseline(
      MoveEngine engine, Move move, MoveJournal from, Runnable onceActive) {
    Progress active = MoveRig.until(
        engine, move, from, MoveRig.go(), progress -> MoveRig.active(progress.journal()));
    onceActive.run();
    return MoveRig.until(
            engine,
            move,
            active.journal(),
            MoveRig.go(),
            progress -> progress.journal().promotion().map(Promotion::baseline).isPresent())
        .journal();
  }

  @Test
  default void attributesADeletionRightAfterTheSwitchToATenantThatGoesOnDeleting() {
    try (MoveRig rig = rig()) {
      rig.load(100);
      Move move = rig.move(Direction.PROMOTE, MoveRig.settings());
      MoveEngine engine = rig.engine();
      MoveJournal at = driveToBaseline(engine, move, MoveJournal.initial(), () -> rig.delete(3));
      for (long id = 11; id <= 40; id++) {
        rig.delete(id);
      }
      Progress end = rig.drive(engine, move, at, MoveRig.go(), each -> {});
      promoted(rig, end);
      assertThat(rig.content(MoveRig.DEFAULT)).isEmpty();
    }
  }

  /**
   * The tenant field of a point is removed before the copy, which therefore lacks the point, and set again, in the fallback,
   * by a write that comes late.
   */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  default void attributesNoPointThatTheFallbackDidNotHoldBeforeTheCopy(boolean forgets) {
    try (MoveRig rig = rig()) {
      rig.load(120);
      ShardSelector fallback = ShardSelector.key(MoveRig.DEFAULT);
      rig.port().deletePayload(rig.collection, fallback, Set.of(MoveRig.FIELD), only(5));
      Move move = rig.move(Direction.PROMOTE, MoveRig.settings());
      MoveEngine first = rig.engine();
      // More than the journal can tell apart.
      MoveJournal at = scannedBeforeCopy(first, move);
      for (long id = 50; id <= 110; id++) {
        rig.write(id);
      }
      MoveEngine engine = forgets ? rig.engine() : first;
      at = driveToBaseline(
          engine,
          move,
          at,
          () -> rig.port()
              .setPayload(rig.collection, fallback, Map.of(MoveRig.FIELD, "acme"), only(5), true));
      for (long id = 11; id <= 40; id++) {
        rig.delete(id);
      }
      Progress end = rig.drive(engine, move, at, MoveRig.go(), each -> {});
      names(end, 5);
      Progress done = rig.resolve(engine, move, end, StallReason.VERIFICATION_DIFFERENCE);
      promoted(rig, done);
    }
  }

  /**
   * A point that a client has created during the copy is changed in the fallback by a write that comes late, and so is another,
   * while the tenant goes on changing others: no rate of changes tells which version is newer.
   */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  default void attributesNoOlderVersionOfAPointThatTheFallbackDidNotHoldBeforeTheCopy(
      boolean forgets) {
    try (MoveRig rig = rig()) {
      rig.load(120);
      Move move = rig.move(Direction.PROMOTE, MoveRig.settings());
      MoveEngine first = rig.engine();
      MoveJournal at = scannedBeforeCopy(first, move);
      rig.write(121);
      MoveEngine engine = forgets ? rig.engine() : first;
      ShardSelector fallback = ShardSelector.key(MoveRig.DEFAULT);
      Point late = MoveRig.point(121, 1_000, "acme");
      at = driveToBaseline(
          engine,
          move,
          at,
          () -> rig.port()
              .upsert(Upsert.of(
                  rig.collection, fallback, List.of(late, MoveRig.point(7, 1_000, "acme")))));
      rig.promised.put(7L, 1_000L);
      rig.promised.put(121L, 1_000L);
      for (long id = 11; id <= 40; id++) {
        rig.write(id);
      }
      Progress end = rig.drive(engine, move, at, MoveRig.go(), each -> {});
      names(end, 121);
      Progress done =
          rig.resolveFromFallback(engine, move, end, StallReason.VERIFICATION_DIFFERENCE);
      promoted(rig, done);
    }
  }

  /** Written during the copy, and again right after the switch, as busy tenants do with their newest points. */
  @Test
  default void attributesAChangeRightAfterTheSwitchToATenantThatGoesOnWriting() {
    try (MoveRig rig = rig()) {
      rig.load(120);
      Move move = rig.move(Direction.PROMOTE, MoveRig.settings());
      MoveEngine engine = rig.engine();
      MoveJournal at = scannedBeforeCopy(engine, move);
      rig.write(121);
      at = driveToBaseline(engine, move, at, () -> rig.write(121));
      for (long id = 11; id <= 60; id++) {
        rig.write(id);
      }
      Progress end = rig.drive(engine, move, at, MoveRig.go(), each -> {});
      promoted(rig, end);
    }
  }

  /** An outage between the post-switch scan and the verification, while no process watches. */
  @Test
  default void asksWhichIsNewerAfterAnOutageBeforeTheVerificationThatNothingObserved() {
    try (MoveRig rig = rig()) {
      rig.load(120);
      Move move = rig.move(Direction.PROMOTE, MoveRig.settings());
      MoveJournal at = driveToBaseline(rig.engine(), move, MoveJournal.initial(), () -> {});
      rig.write(5);
      rig.takeOutOfService(rig.tenant);
      rig.write(5);
      rig.write(6);
      rig.revive(rig.tenant);
      rig.write(7);
      MoveEngine next = rig.engine();
      Progress end = rig.drive(next, move, at, MoveRig.go(), each -> {});
      names(end, 5);
      Progress done = rig.resolveFromFallback(next, move, end, StallReason.VERIFICATION_DIFFERENCE);
      promoted(rig, done);
    }
  }

  /** A batch that clears a payload and sets it anew: its first half is copied, its second half comes late. */
  @Test
  default void takesNoHalfOfALateBatchForANewerWrite() {
    try (MoveRig rig = rig()) {
      rig.load(120);
      ShardSelector fallback = ShardSelector.key(MoveRig.DEFAULT);
      Move move = rig.move(Direction.PROMOTE, MoveRig.settings());
      MoveEngine engine = rig.engine();
      MoveJournal at = driveToBaseline(
          engine,
          move,
          MoveJournal.initial(),
          () -> List.of(fallback, ShardSelector.key(rig.tenant))
              .forEach(key ->
                  rig.port().deletePayload(rig.collection, key, Set.of(MoveRig.FIELD), only(5))));
      rig.port().setPayload(rig.collection, fallback, Map.of(MoveRig.FIELD, "acme"), only(5), true);
      Progress end = rig.drive(engine, move, at, MoveRig.go(), each -> {});
      names(end, 5);
      Progress done =
          rig.resolveFromFallback(engine, move, end, StallReason.VERIFICATION_DIFFERENCE);
      promoted(rig, done);
    }
  }
}
