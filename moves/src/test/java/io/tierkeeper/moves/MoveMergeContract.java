package io.tierkeeper.moves;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tierkeeper.governance.decision.Direction;
import io.tierkeeper.moves.content.ReadGuard;
import io.tierkeeper.moves.engine.MoveEngine;
import io.tierkeeper.moves.scan.TenantReads;
import io.tierkeeper.qdrant.CollectionTemplate.VectorTemplate;
import io.tierkeeper.qdrant.Filter;
import io.tierkeeper.qdrant.Point;
import io.tierkeeper.qdrant.PointId;
import io.tierkeeper.qdrant.PointVector;
import io.tierkeeper.qdrant.ScrollRequest;
import io.tierkeeper.qdrant.ShardKey;
import io.tierkeeper.qdrant.ShardSelector;
import io.tierkeeper.qdrant.Upsert;
import io.tierkeeper.qdrant.settings.Distance;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What clients write to a point in the same moment as a move does. */
interface MoveMergeContract extends OnMoveRig {

  /** The process has gone. */
  final class Crash extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  /** Fields of every kind that a filter sees, and more than eight. */
  private static Map<String, Object> manyFields() {
    Map<String, Object> fields = new LinkedHashMap<>();
    for (int i = 0; i < 9; i++) {
      fields.put("field" + i, (long) i);
    }
    fields.putAll(Map.of("score", 0.5, "tags", List.of("x"), "flag", "new", "in", Map.of("a", 1L)));
    return fields;
  }

  private static void set(MoveRig rig, ShardSelector where, long id, Map<String, Object> fields) {
    rig.port()
        .setPayload(
            rig.collection,
            where,
            new LinkedHashMap<>(fields),
            Filter.ids(List.of(PointId.of(id))),
            true);
  }

  private static Point point(MoveRig rig, ShardKey key, long id) {
    return rig.port()
        .retrieve(rig.collection, ShardSelector.key(key), List.of(PointId.of(id)))
        .getFirst();
  }

  private static void upsert(MoveRig rig, ShardSelector where, Point point) {
    rig.port().upsert(Upsert.of(rig.collection, where, List.of(point)));
  }

  /** An engine before whose first such call into a key, or after whose first page of it, something happens. */
  private static MoveEngine interrupted(
      MoveRig rig, String call, ShardKey key, AtomicReference<Runnable> what) {
    return rig.engine(
        new InterceptedCluster(rig.cluster, (peer, method, args, next) -> {
          if (args == null || !method.getName().equals(call)) {
            return next.go();
          }
          ShardSelector selector = ShardSelector.key(key);
          if (args[0] instanceof ScrollRequest page) {
            Object answer = next.go();
            if (selector.equals(page.selector()) && page.limit() == TenantReads.PAGE) {
              what.getAndSet(() -> {}).run();
            }
            return answer;
          }
          if (selector.equals(args[1])) {
            what.getAndSet(() -> {}).run();
          }
          return next.go();
        }),
        rig.audit);
  }

  private static MoveJournal frozenWithNewerPoint(MoveRig rig, Move move) {
    rig.loadDedicated(60);
    MoveJournal frozen = MoveFreezeContract.driveTo(
        MoveStep.THAW_COPY,
        MoveFreezeContract.surprised(
            rig,
            move,
            () -> upsert(rig, ShardSelector.key(rig.tenant), MoveRig.point(5, 2, "acme"))),
        move,
        MoveRig.go(),
        MoveJournal.initial());
    rig.promised.put(5L, 2L);
    return frozen;
  }

  @ParameterizedTest
  @ValueSource(strings = {"scroll", "updateVectors", "setPayload"})
  default void keepsFieldsThatAClientSetsDuringAMerge(String moment) {
    try (MoveRig rig = rig()) {
      Move move = rig.move(Direction.DEMOTE, MoveRig.settings());
      MoveJournal frozen = frozenWithNewerPoint(rig, move);
      AtomicReference<Runnable> client =
          new AtomicReference<>(() -> set(rig, rig.clientSelector(), 5, manyFields()));
      MoveEngine engine = interrupted(rig, moment, MoveRig.DEFAULT, client);
      Progress end = rig.drive(engine, move, frozen, MoveRig.go(), progress -> {});
      assertThat(end.phase()).as("%s", end).isEqualTo(MovePhase.SUCCEEDED);
      assertThat(point(rig, MoveRig.DEFAULT, 5).payload()).containsAllEntriesOf(manyFields());
      assertThat(rig.content(MoveRig.DEFAULT)).isEqualTo(rig.promised);
      assertThat(rig.breaches()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"scroll", "updateVectors", "setPayload"})
  default void aClientThatChangesTheSameFieldDuringAMergeWins(String moment) {
    try (MoveRig rig = rig()) {
      Move move = rig.move(Direction.DEMOTE, MoveRig.settings());
      MoveJournal frozen = frozenWithNewerPoint(rig, move);
      MoveEngine engine = interrupted(
          rig,
          moment,
          MoveRig.DEFAULT,
          new AtomicReference<>(() -> set(rig, rig.clientSelector(), 5, Map.of("v", 9L))));
      Progress end = rig.drive(engine, move, frozen, MoveRig.go(), progress -> {});
      assertThat(end.phase()).as("%s", end).isEqualTo(MovePhase.SUCCEEDED);
      Point merged = point(rig, MoveRig.DEFAULT, 5);
      assertThat(merged.payload()).containsEntry("v", 9L);
      Point other = MoveRig.point(5, 2, "acme");
      upsert(rig, ShardSelector.key(MoveRig.DEFAULT), other);
      assertThat(merged.vectors()).isEqualTo(point(rig, MoveRig.DEFAULT, 5).vectors());
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  default void mergesTheRestAfterACrashBetweenVectorsAndFields(boolean abort) {
    try (MoveRig rig = rig()) {
      Move move = rig.move(Direction.DEMOTE, MoveRig.settings());
      MoveJournal frozen = frozenWithNewerPoint(rig, move);
      set(rig, rig.clientSelector(), 5, Map.of("flag", "new"));
      AtomicBoolean crashed = new AtomicBoolean();
      MoveEngine engine = interrupted(
          rig, "setPayload", abort ? rig.tenant : MoveRig.DEFAULT, new AtomicReference<>(() -> {
            crashed.set(true);
            throw new Crash();
          }));
      MoveSignals signals = abort ? MoveRig.go().abort() : MoveRig.go();
      AtomicReference<MoveJournal> last = new AtomicReference<>(frozen);
      if (abort) {
        // The client changes the vector as well, so that two calls are needed to write it back.
        rig.port()
            .updateVectors(
                rig.collection,
                rig.clientSelector(),
                PointId.of(5),
                Map.of("", new PointVector.Dense(new float[] {0, 1, 0, 0})),
                Filter.ids(List.of(PointId.of(5))));
      }
      assertThatThrownBy(() ->
              rig.drive(engine, move, frozen, signals, progress -> last.set(progress.journal())))
          .isInstanceOf(Crash.class);
      assertThat(crashed).isTrue();
      Progress end = rig.drive(
          rig.engine(), move, Objects.requireNonNull(last.get()), signals, progress -> {});
      assertThat(end.phase())
          .as("%s", end)
          .isEqualTo(abort ? MovePhase.ABORTED : MovePhase.SUCCEEDED);
      ShardKey home = abort ? rig.tenant : MoveRig.DEFAULT;
      Point merged = point(rig, home, 5);
      assertThat(merged.payload()).containsEntry("flag", "new").containsEntry("v", 2L);
      if (abort) {
        assertThat(merged.vectors())
            .isEqualTo(Map.of("", new PointVector.Dense(new float[] {0, 1, 0, 0})));
      }
      assertThat(rig.content(home)).isEqualTo(rig.promised);
      assertThat(rig.breaches()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"updateVectors", "setPayload"})
  default void keepsFieldsThatAClientSetsWhileOthersAreWrittenBack(String moment) {
    try (MoveRig rig = rig()) {
      Move move = rig.move(Direction.DEMOTE, MoveRig.settings());
      MoveJournal frozen = frozenWithNewerPoint(rig, move);
      set(rig, rig.clientSelector(), 5, Map.of("flag", "new"));
      rig.port()
          .updateVectors(
              rig.collection,
              rig.clientSelector(),
              PointId.of(5),
              Map.of("", new PointVector.Dense(new float[] {0, 1, 0, 0})),
              Filter.ids(List.of(PointId.of(5))));
      MoveEngine engine = interrupted(
          rig,
          moment,
          rig.tenant,
          new AtomicReference<>(
              () -> set(rig, ShardSelector.key(rig.tenant), 5, Map.of("score", 0.5))));
      Progress end = rig.drive(engine, move, frozen, MoveRig.go().abort(), progress -> {});
      assertThat(end.phase()).as("%s", end).isEqualTo(MovePhase.ABORTED);
      Point merged = point(rig, rig.tenant, 5);
      assertThat(merged.payload())
          .containsEntry("flag", "new")
          .containsEntry("score", 0.5)
          .containsEntry("v", 2L);
      assertThat(merged.vectors())
          .isEqualTo(Map.of("", new PointVector.Dense(new float[] {0, 1, 0, 0})));
      assertThat(rig.content(rig.tenant)).isEqualTo(rig.promised);
      assertThat(rig.content(MoveRig.DEFAULT)).isEmpty();
    }
  }

  /** As an index of integers on a field does, which does not know a value of 0.5. */
  @Test
  default void mergesAFieldThatNoFilterSees() {
    try (MoveRig rig = rig()) {
      rig.loadDedicated(60);
      set(rig, rig.clientSelector(), 5, Map.of("score", 0.5));
      Move move = rig.move(Direction.DEMOTE, MoveRig.settings());
      MoveEngine engine = rig.engine(
          new InterceptedCluster(rig.cluster, (peer, method, args, next) -> {
            if (method.getName().equals("replicatePoints")
                && args != null
                && move.freezeSourceKey().equals(args[1])) {
              set(rig, ShardSelector.key(rig.tenant), 5, Map.of("score", 0.75));
            }
            boolean unseen = method.getName().equals("setPayload")
                && args != null
                && args[3] instanceof Filter filter
                && filter.must().stream().anyMatch(Filter.AtLeast.class::isInstance);
            return unseen ? null : next.go();
          }),
          rig.audit);
      Progress end = rig.drive(engine, move, MoveJournal.initial(), MoveRig.go(), progress -> {});
      assertThat(end.phase()).as("%s", end).isEqualTo(MovePhase.SUCCEEDED);
      assertThat(point(rig, MoveRig.DEFAULT, 5).payload()).containsEntry("score", 0.75);
      assertThat(rig.content(MoveRig.DEFAULT)).isEqualTo(rig.promised);
    }
  }

  private static Point named(long id, float image, float text) {
    Point point = MoveRig.point(id, 1, "acme");
    return new Point(
        point.id(),
        point.payload(),
        Map.of(
            "image", new PointVector.Dense(new float[] {image, 1}),
            "text", new PointVector.Dense(new float[] {text, 2})));
  }

  @Test
  default void mergesNamedVectorsOneByOne() {
    try (MoveRig rig = rig()) {
      VectorTemplate dot = new VectorTemplate.Dense(2, Distance.DOT);
      rig.vectors(Map.of("image", dot, "text", dot));
      rig.loadDedicated(0);
      List<Point> points = new ArrayList<>();
      for (long id = 1; id <= 20; id++) {
        points.add(named(id, 3, 4));
        rig.promised.put(id, 1L);
      }
      rig.port().upsert(Upsert.of(rig.collection, rig.clientSelector(), points));
      Move move = rig.move(Direction.DEMOTE, MoveRig.settings());
      MoveEngine engine = MoveFreezeContract.surprised(rig, move, () -> {
        upsert(rig, ShardSelector.key(rig.tenant), named(5, 30, 4));
        rig.port()
            .deleteVectors(
                rig.collection,
                ShardSelector.key(rig.tenant),
                Set.of("image"),
                Filter.ids(List.of(PointId.of(6))));
      });
      MoveJournal frozen = MoveFreezeContract.driveTo(
          MoveStep.THAW_COPY, engine, move, MoveRig.go(), MoveJournal.initial());
      for (long id : new long[] {5, 6}) {
        rig.port()
            .updateVectors(
                rig.collection,
                rig.clientSelector(),
                PointId.of(id),
                Map.of("text", Objects.requireNonNull(named(id, 3, 40).vectors().get("text"))),
                Filter.ids(List.of(PointId.of(id))));
      }
      Progress end = rig.drive(engine, move, frozen, MoveRig.go(), progress -> {});
      assertThat(end.phase()).as("%s", end).isEqualTo(MovePhase.SUCCEEDED);
      assertThat(point(rig, MoveRig.DEFAULT, 5).vectors())
          .isEqualTo(named(5, 30, 40).vectors());
      assertThat(point(rig, MoveRig.DEFAULT, 6).vectors())
          .isEqualTo(Map.of("text", new PointVector.Dense(new float[] {40, 2})));
      assertThat(rig.content(MoveRig.DEFAULT)).isEqualTo(rig.promised);
    }
  }

  @Test
  default void aGuardMatchesAPointWhileItIsAsItWasRead() {
    try (MoveRig rig = rig()) {
      Map<String, Object> payload = new LinkedHashMap<>(manyFields());
      payload.putAll(Map.of("group_id", "acme", "list", List.of(), "mixed", List.of("x", 1L, 0.5)));
      payload.put("nothing", null);
      payload.put("dotted.name", "value");
      payload.put("large", 1e300);
      Point written =
          new Point(PointId.of(5), payload, MoveRig.point(5, 1, "acme").vectors());
      ShardSelector fallback = ShardSelector.key(MoveRig.DEFAULT);
      upsert(rig, fallback, written);
      Point read = point(rig, MoveRig.DEFAULT, 5);
      Filter guard = ReadGuard.whole(read, List.of("absent"));
      assertThat(rig.port().count(rig.collection, fallback, guard)).isEqualTo(1);
      for (Map<String, Object> change : List.<Map<String, Object>>of(
          Map.of("field8", 80L),
          Map.of("score", 0.25),
          Map.of("score", 0L),
          Map.of("tags", List.of("y")),
          Map.of("flag", true),
          Map.of("in", Map.of("a", 2L)),
          Map.of("list", List.of(1L)),
          Map.of("mixed", List.of("x", 2L)),
          Map.of("nothing", 1L),
          Map.of("absent", 1L))) {
        set(rig, fallback, 5, change);
        assertThat(rig.port().count(rig.collection, fallback, guard))
            .as("%s", change)
            .isZero();
        upsert(rig, fallback, written);
      }
      assertThat(rig.port().count(rig.collection, fallback, guard)).isEqualTo(1);
    }
  }
}
