package io.tierkeeper.moves;

import static org.assertj.core.api.Assertions.assertThat;

import io.tierkeeper.governance.decision.Direction;
import io.tierkeeper.moves.engine.MoveEngine;
import io.tierkeeper.moves.observe.ClusterLayout;
import io.tierkeeper.moves.observe.KeyState;
import io.tierkeeper.moves.remedy.Remedy;
import io.tierkeeper.moves.remedy.RemedyRenderer;
import io.tierkeeper.qdrant.Filter;
import io.tierkeeper.qdrant.KeyTemplate;
import io.tierkeeper.qdrant.Point;
import io.tierkeeper.qdrant.PointId;
import io.tierkeeper.qdrant.PointVector;
import io.tierkeeper.qdrant.Replica;
import io.tierkeeper.qdrant.ReplicaState;
import io.tierkeeper.qdrant.ReservedNames;
import io.tierkeeper.qdrant.ShardKey;
import io.tierkeeper.qdrant.ShardSelector;
import io.tierkeeper.qdrant.Upsert;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whose a point is: nested tenant fields, points of several tenants or of none, points in the key of another tenant. */
interface MoveOwnershipContract extends OnMoveRig {

  String NESTED = "meta.tenant";

  /** Points 1 to so many of the tenant in its dedicated key, the tenant in a nested field. */
  private static Move nested(MoveRig rig, int points) {
    rig.loadDedicated(0);
    rig.port().createTenantIndex(rig.collection, NESTED);
    rig.port()
        .upsert(Upsert.of(
            rig.collection,
            rig.clientSelector(),
            LongStream.rangeClosed(1, points).mapToObj(id -> nested(id, 1)).toList()));
    Move move = rig.move(Direction.DEMOTE, MoveRig.settings());
    return new Move(
        move.name(),
        move.uid(),
        move.source(),
        move.collection(),
        NESTED,
        move.tenantIndex(),
        move.tenant(),
        move.fallback(),
        move.direction(),
        move.settings());
  }

  private static Point nested(long id, long version) {
    return new Point(
        PointId.of(id),
        Map.of("meta", Map.of("tenant", "acme", "source", "crm"), "v", version),
        Map.of("", new PointVector.Dense(new float[] {1, 2, 3, id})));
  }

  @Test
  default void writesBackWhatTheFallbackTookOfATenantInANestedField() {
    try (MoveRig rig = rig()) {
      Move move = nested(rig, 60);
      MoveEngine engine = rig.engine();
      MoveJournal journal = MoveJournal.initial();
      Progress progress = null;
      boolean written = false;
      for (int i = 0; i < 3_000 && !(progress instanceof Progress.Finished); i++) {
        if (!written && journal.step() == MoveStep.THAW_COPY) {
          written = true;
          rig.port()
              .setPayload(
                  rig.collection,
                  rig.clientSelector(),
                  Map.of("v", 2L),
                  Filter.ids(List.of(PointId.of(5))),
                  true);
          rig.port()
              .upsert(Upsert.of(rig.collection, rig.clientSelector(), List.of(nested(900, 1))));
        }
        progress = engine.advance(
            move, journal, written ? MoveRig.go().abort() : MoveRig.go(), each -> {});
        journal = progress.journal();
        if (progress instanceof Progress.Wait wait) {
          MoveRig.pause(wait.after());
        }
      }
      assertThat(written).isTrue();
      assertThat(progress).isInstanceOfSatisfying(Progress.Finished.class, end -> {
        assertThat(end.phase()).as("%s", end).isEqualTo(MovePhase.ABORTED);
      });
      List<Point> back = rig.port()
          .retrieve(
              rig.collection,
              ShardSelector.key(rig.tenant),
              List.of(PointId.of(4), PointId.of(5), PointId.of(900)));
      assertThat(back)
          .extracting(point -> point.payload().get("v"))
          .containsExactlyInAnyOrder(1L, 2L, 1L);
      assertThat(rig.port().count(rig.collection, ShardSelector.key(rig.tenant), null))
          .isEqualTo(61);
      assertThat(rig.port().count(rig.collection, ShardSelector.key(MoveRig.DEFAULT), null))
          .isZero();
      assertThat(rig.breaches()).isEmpty();
    }
  }

  @Test
  default void demotesATenantInANestedField() {
    try (MoveRig rig = rig()) {
      Move move = nested(rig, 60);
      Progress end = rig.drive(move, MoveRig.go());
      assertThat(end.phase()).as("%s", end).isEqualTo(MovePhase.SUCCEEDED);
      assertThat(rig.port()
              .count(rig.collection, ShardSelector.key(MoveRig.DEFAULT), move.tenantFilter()))
          .isEqualTo(60);
      assertThat(rig.breaches()).isEmpty();
    }
  }

  private static void owners(MoveRig rig, ShardKey key, long id, @Nullable List<String> tenants) {
    Map<String, Object> payload = new HashMap<>(MoveRig.point(id, 1, "nobody").payload());
    payload.remove(MoveRig.FIELD);
    if (tenants != null) {
      payload.put(MoveRig.FIELD, tenants);
    }
    rig.port()
        .upsert(Upsert.of(
            rig.collection,
            ShardSelector.key(key),
            List.of(new Point(PointId.of(id), payload, MoveRig.point(id, 1, "").vectors()))));
  }

  @Test
  default void refusesToPromoteATenantThatSharesPointsWithAnother() {
    try (MoveRig rig = rig()) {
      rig.load(50);
      owners(rig, MoveRig.DEFAULT, 700, List.of("acme", "other"));
      owners(rig, MoveRig.DEFAULT, 701, List.of("acme", "other"));
      owners(rig, MoveRig.DEFAULT, 702, List.of("acme"));
      Progress end = rig.drive(rig.move(Direction.PROMOTE, MoveRig.settings()), MoveRig.go());
      assertThat(end).isInstanceOfSatisfying(Progress.Finished.class, finished -> {
        assertThat(finished.phase()).isEqualTo(MovePhase.ABORTED);
        assertThat(finished.reason()).isEqualTo("SharedPoints");
        assertThat(finished.message()).contains("2 points (first ids [700, 701])", MoveRig.FIELD);
      });
      assertThat(rig.content(rig.tenant)).isNull();
      assertThat(rig.otherTenants()).isEqualTo(52);
    }
  }

  @Test
  default void refusesToPromoteNumbersThatACopyWouldChange() {
    try (MoveRig rig = rig()) {
      rig.load(50);
      // What a read over gRPC shows of 18446744073709551615, which only REST can write.
      Map<String, Object> payload = new HashMap<>(MoveRig.point(700, 1, "acme").payload());
      payload.put("file", Map.of("sha", List.of(1L, 0x1p64)));
      rig.port()
          .upsert(Upsert.of(
              rig.collection,
              ShardSelector.key(MoveRig.DEFAULT),
              List.of(
                  new Point(PointId.of(700), payload, MoveRig.point(700, 1, "").vectors()))));
      Progress end = rig.drive(rig.move(Direction.PROMOTE, MoveRig.settings()), MoveRig.go());
      assertThat(end).isInstanceOfSatisfying(Progress.Finished.class, finished -> {
        assertThat(finished.phase()).isEqualTo(MovePhase.ABORTED);
        assertThat(finished.reason()).isEqualTo("RoundedIntegers");
        assertThat(finished.message())
            .contains("1 point (first id 700, payload field file.sha[])", "as text");
      });
      assertThat(rig.content(rig.tenant)).isNull();
      assertThat(rig.breaches()).isEmpty();
    }
  }

  @Test
  default void leavesAPointToTheOtherTenantThatBecameSharedAfterThePromotionBegan() {
    try (MoveRig rig = rig()) {
      rig.load(50);
      Move move = rig.move(
          Direction.PROMOTE, MoveRig.settings(draft -> draft.retainSource(Duration.ofMillis(500))));
      boolean[] shared = {false};
      Progress end = rig.drive(rig.engine(), move, MoveJournal.initial(), MoveRig.go(), each -> {
        if (!shared[0] && each.journal().step() == MoveStep.RETAIN) {
          shared[0] = true;
          owners(rig, MoveRig.DEFAULT, 1_000_007, List.of("acme", "other"));
        }
      });
      assertThat(shared).containsExactly(true);
      assertThat(end).isInstanceOfSatisfying(Progress.Finished.class, finished -> {
        assertThat(finished.phase()).as("%s", end).isEqualTo(MovePhase.SUCCEEDED);
        assertThat(finished.message()).contains("1 point (first ids [1000007])");
      });
      assertThat(rig.content(rig.tenant)).isEqualTo(rig.promised);
      assertThat(rig.otherTenants()).isEqualTo(50);
      assertThat(rig.breaches()).isEmpty();
    }
  }

  @Test
  default void refusesToDemoteAKeyThatHoldsPointsOfOthers() {
    try (MoveRig rig = rig()) {
      rig.loadDedicated(50);
      owners(rig, rig.tenant, 700, List.of("other"));
      owners(rig, rig.tenant, 701, null);
      owners(rig, rig.tenant, 702, List.of("acme", "other"));
      Progress end = rig.drive(rig.move(Direction.DEMOTE, MoveRig.settings()), MoveRig.go());
      assertThat(end).isInstanceOfSatisfying(Progress.Finished.class, finished -> {
        assertThat(finished.phase()).as("%s", end).isEqualTo(MovePhase.ABORTED);
        assertThat(finished.reason()).isEqualTo("ForeignPoints");
        assertThat(finished.message()).contains("3 points (first ids [700, 701, 702])");
      });
      assertThat(rig.otherTenants()).as("no copy is visible to another tenant").isEqualTo(50);
      assertThat(rig.port().count(rig.collection, ShardSelector.key(MoveRig.DEFAULT), null))
          .isEqualTo(50);
      assertThat(rig.port().count(rig.collection, ShardSelector.key(rig.tenant), null))
          .isEqualTo(53);
    }
  }

  @Test
  @Resolves(StallReason.FOREIGN_POINTS)
  default void doesNotDeleteAKeyThatTookPointsOfOthersDuringTheDemotion() {
    try (MoveRig rig = rig()) {
      rig.loadDedicated(50);
      Move move = rig.move(Direction.DEMOTE, MoveRig.settings());
      boolean[] taken = {false};
      MoveEngine engine = rig.engine(
          new InterceptedCluster(rig.cluster, (peer, method, args, next) -> {
            if (!taken[0] && method.getName().equals("replicatePoints")) {
              taken[0] = true;
              owners(rig, rig.tenant, 700, List.of("other"));
            }
            return next.go();
          }),
          rig.audit);
      Progress end = rig.drive(engine, move, MoveJournal.initial(), MoveRig.go(), each -> {});
      assertThat(taken).containsExactly(true);
      assertThat(end).isInstanceOfSatisfying(Progress.Stalled.class, stalled -> {
        assertThat(stalled.message()).contains("1 point (first ids [700])");
      });
      Progress done = rig.resolve(engine, move, end, StallReason.FOREIGN_POINTS);
      assertThat(done.phase()).as("%s", done).isEqualTo(MovePhase.ABORTED);
      assertThat(rig.content(rig.tenant)).isEqualTo(rig.promised);
      assertThat(rig.port().count(rig.collection, ShardSelector.key(rig.tenant), null))
          .isEqualTo(51);
      assertThat(rig.content(MoveRig.DEFAULT)).isEmpty();
      assertThat(rig.otherTenants()).isEqualTo(50);
      assertThat(rig.breaches()).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource(Direction.class)
  default void leavesTheWorkingKeysOfAnotherMoveAsTheyAre(Direction direction) {
    try (MoveRig rig = rig()) {
      if (direction == Direction.DEMOTE) {
        rig.loadDedicated(60);
      } else {
        rig.load(60);
      }
      // As a demotion leaves them whose TierMove was deleted by force after its freeze.
      ShardKey source = ReservedNames.freezeSource("0123abcd-ef01");
      ShardKey copy = ReservedNames.thawedCopy("0123abcd-ef01");
      for (ShardKey key : List.of(source, copy)) {
        rig.port()
            .createShardKey(
                rig.collection, new KeyTemplate(key, rig.firstPeer(), ReplicaState.ACTIVE));
      }
      rig.port()
          .upsert(Upsert.of(
              rig.collection,
              ShardSelector.key(copy),
              List.of(MoveRig.point(5, 7, "acme"), MoveRig.point(900, 7, "acme"))));
      Progress end = rig.drive(rig.move(direction, MoveRig.settings()), MoveRig.go());
      assertThat(end.phase()).as("%s", end).isEqualTo(MovePhase.SUCCEEDED);
      assertThat(rig.content(direction == Direction.DEMOTE ? MoveRig.DEFAULT : rig.tenant))
          .isEqualTo(rig.promised);
      assertThat(rig.content(copy)).isEqualTo(Map.of(5L, 7L, 900L, 7L));
      assertThat(rig.content(source)).isEmpty();
      assertThat(rig.breaches()).isEmpty();
      List<Replica> left = Stream.of(source, copy)
          .flatMap(key -> rig.settled().replicas(key).stream())
          .toList();
      rig.run(RemedyRenderer.command(rig.collection, new Remedy.DropWorkingKeys(left)));
      ClusterLayout layout = rig.settled();
      assertThat(layout.state(source)).isEqualTo(KeyState.ABSENT);
      assertThat(layout.state(copy)).isEqualTo(KeyState.ABSENT);
    }
  }
}
