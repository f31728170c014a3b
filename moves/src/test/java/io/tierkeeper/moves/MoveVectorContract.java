package io.tierkeeper.moves;

import static org.assertj.core.api.Assertions.assertThat;

import io.tierkeeper.governance.decision.Direction;
import io.tierkeeper.moves.content.UnsteadyVectors;
import io.tierkeeper.moves.engine.MoveEngine;
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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that change a vector and nothing else, as a new model of embeddings does. */
interface MoveVectorContract extends OnMoveRig {

  /** The point as it is with a vector of its own; of length 1, as a cosine collection keeps it. */
  private static Point reembedded(long id, float turn) {
    Point point = MoveRig.point(id, 1, "acme");
    return new Point(point.id(), point.payload(), Map.of("", new PointVector.Dense(new float[] {
      turn, (float) Math.sqrt(1 - turn * turn), 0, 0
    })));
  }

  private static void reembed(MoveRig rig, ShardSelector where, long id, float turn) {
    rig.port().upsert(Upsert.of(rig.collection, where, List.of(reembedded(id, turn))));
  }

  private static float turn(MoveRig rig, ShardKey key, long id) {
    Point point = rig.port()
        .retrieve(rig.collection, ShardSelector.key(key), List.of(PointId.of(id)))
        .getFirst();
    return ((PointVector.Dense) Objects.requireNonNull(point.vectors().get(""))).values()[0];
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  default void bringsBackAVectorThatChangedRightBeforeTheFreeze(boolean forgets) {
    try (MoveRig rig = rig()) {
      rig.loadDedicated(100);
      Move move = rig.move(Direction.DEMOTE, MoveRig.settings());
      MoveEngine first = MoveFreezeContract.surprised(rig, move, () -> {
        reembed(rig, ShardSelector.key(rig.tenant), 7, 0.25f);
        reembed(rig, ShardSelector.key(rig.tenant), 8, 0.25f);
      });
      MoveJournal frozen = MoveFreezeContract.driveTo(
          MoveStep.THAW_COPY, first, move, MoveRig.go(), MoveJournal.initial());
      reembed(rig, rig.clientSelector(), 8, 0.5f);
      reembed(rig, rig.clientSelector(), 9, 0.75f);
      Progress end =
          rig.drive(forgets ? rig.engine() : first, move, frozen, MoveRig.go(), progress -> {});
      assertThat(end).isInstanceOfSatisfying(Progress.Finished.class, finished -> {
        assertThat(finished.phase()).as("%s", end).isEqualTo(MovePhase.SUCCEEDED);
        assertThat(finished.report().difference()).isEqualTo(2);
      });
      assertThat(turn(rig, MoveRig.DEFAULT, 7)).isEqualTo(0.25f);
      assertThat(turn(rig, MoveRig.DEFAULT, 8)).as("the newer one").isEqualTo(0.5f);
      assertThat(turn(rig, MoveRig.DEFAULT, 9)).isEqualTo(0.75f);
      assertThat(rig.content(MoveRig.DEFAULT)).isEqualTo(rig.promised);
      assertThat(rig.content(rig.tenant)).isNull();
      assertThat(rig.breaches()).isEmpty();
    }
  }

  /** Named vectors that some points do not have; a demotion writes them, and so does a late write. */
  @Test
  default void promotesAndDemotesATenantWithPointsThatHaveNoVectors() {
    try (MoveRig rig = rig()) {
      rig.vectors(Map.of("text", new VectorTemplate.Dense(4, Distance.DOT)));
      List<Point> points = new ArrayList<>();
      for (long id = 1; id <= 50; id++) {
        rig.promised.put(id, 1L);
        points.add(new Point(
            PointId.of(id),
            Map.of(MoveRig.FIELD, "acme", "v", 1L),
            id % 5 == 0
                ? Map.of()
                : Map.of("text", new PointVector.Dense(new float[] {id, 1, 2, 3}))));
      }
      rig.port().upsert(Upsert.of(rig.collection, rig.clientSelector(), points));
      Point late = new Point(
          PointId.of(51), Map.of(MoveRig.FIELD, "acme", "v", 1L), Map.<String, PointVector>of());
      boolean[] written = {false};
      Progress promoted = rig.drive(
          rig.engine(),
          rig.move(Direction.PROMOTE, MoveRig.settings()),
          MoveJournal.initial(),
          MoveRig.go(),
          progress -> {
            if (progress.journal().step() == MoveStep.SETTLE && !written[0]) {
              written[0] = true;
              rig.port()
                  .upsert(
                      Upsert.of(rig.collection, ShardSelector.key(MoveRig.DEFAULT), List.of(late)));
              rig.promised.put(51L, 1L);
            }
          });
      assertThat(promoted).isInstanceOfSatisfying(Progress.Finished.class, end -> {
        assertThat(end.phase()).as("%s", end).isEqualTo(MovePhase.SUCCEEDED);
      });
      assertThat(rig.content(rig.tenant)).isEqualTo(rig.promised);
      Progress demoted = rig.drive(rig.move(Direction.DEMOTE, MoveRig.settings()), MoveRig.go());
      assertThat(demoted).isInstanceOfSatisfying(Progress.Finished.class, end -> {
        assertThat(end.phase()).as("%s", end).isEqualTo(MovePhase.SUCCEEDED);
      });
      assertThat(rig.content(MoveRig.DEFAULT)).isEqualTo(rig.promised);
      for (Point point : points) {
        assertThat(rig.port()
                .retrieve(rig.collection, ShardSelector.key(MoveRig.DEFAULT), List.of(point.id())))
            .containsExactly(point);
      }
      assertThat(rig.breaches()).isEmpty();
    }
  }

  private static PointVector words(int version) {
    return new PointVector.Sparse(new int[] {3, 10 + version}, new float[] {version, 0.5f});
  }

  private static PointVector tokens(int rows) {
    float[][] all = new float[rows][];
    for (int row = 0; row < rows; row++) {
      all[row] = row % 2 == 0 ? new float[] {1, 0} : new float[] {0, 1};
    }
    return new PointVector.MultiDense(all);
  }

  /** A sparse vector and a multivector, which some points lack; clients change and delete them on both sides of a freeze. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  default void mergesSparseAndMultivectorsThatChangeAroundAFreeze(boolean forgets) {
    try (MoveRig rig = rig()) {
      rig.vectors(Map.of(
          "text", new VectorTemplate.Dense(2, Distance.COSINE),
          "words", new VectorTemplate.Sparse(),
          "tokens", new VectorTemplate.MultiDense(2, Distance.COSINE)));
      rig.loadDedicated(0);
      Map<Long, Map<String, PointVector>> wanted = new TreeMap<>();
      for (long id = 1; id <= 60; id++) {
        Map<String, PointVector> vectors = new HashMap<>(
            Map.of("text", new PointVector.Dense(new float[] {0, 1}), "words", words(1)));
        if (id % 4 != 0) {
          vectors.put("tokens", tokens(2));
        }
        if (id % 6 == 0) {
          vectors.remove("words");
        }
        wanted.put(id, vectors);
      }
      rig.port()
          .upsert(Upsert.of(
              rig.collection,
              rig.clientSelector(),
              wanted.entrySet().stream()
                  .map(point -> new Point(
                      PointId.of(point.getKey()),
                      Map.of(MoveRig.FIELD, "acme", "v", 1L),
                      point.getValue()))
                  .toList()));
      ShardSelector own = ShardSelector.key(rig.tenant);
      Move move = rig.move(Direction.DEMOTE, MoveRig.settings());
      MoveEngine first = MoveFreezeContract.surprised(rig, move, () -> {
        set(rig, own, wanted, 7, Map.of("words", words(2), "tokens", tokens(3)));
        set(rig, own, wanted, 8, Map.of("tokens", tokens(1)));
        remove(rig, own, wanted, 9, "words");
        set(rig, own, wanted, 10, Map.of("words", words(2)));
      });
      MoveJournal frozen = MoveFreezeContract.driveTo(
          MoveStep.THAW_COPY, first, move, MoveRig.go(), MoveJournal.initial());
      ShardSelector client = rig.clientSelector();
      set(rig, client, wanted, 10, Map.of("tokens", tokens(4)));
      remove(rig, client, wanted, 11, "tokens");
      set(rig, client, wanted, 12, Map.of("words", words(3)));
      remove(rig, client, wanted, 7, "text");
      Progress end =
          rig.drive(forgets ? rig.engine() : first, move, frozen, MoveRig.go(), progress -> {});
      assertThat(end).isInstanceOfSatisfying(Progress.Finished.class, finished -> {
        assertThat(finished.phase()).as("%s", end).isEqualTo(MovePhase.SUCCEEDED);
        assertThat(finished.report().difference()).isEqualTo(4);
      });
      Map<Long, Map<String, PointVector>> found = new TreeMap<>();
      rig.port()
          .scroll(ScrollRequest.whole(
              rig.collection, ShardSelector.key(MoveRig.DEFAULT), move.tenantFilter(), 100))
          .points()
          .forEach(point -> found.put(((PointId.Num) point.id()).value(), point.vectors()));
      assertThat(found).isEqualTo(wanted);
      assertThat(rig.breaches()).isEmpty();
    }
  }

  private static void set(
      MoveRig rig,
      ShardSelector where,
      Map<Long, Map<String, PointVector>> wanted,
      long id,
      Map<String, PointVector> vectors) {
    rig.port()
        .updateVectors(
            rig.collection, where, PointId.of(id), vectors, Filter.ids(List.of(PointId.of(id))));
    Objects.requireNonNull(wanted.get(id)).putAll(vectors);
  }

  private static void remove(
      MoveRig rig,
      ShardSelector where,
      Map<Long, Map<String, PointVector>> wanted,
      long id,
      String name) {
    rig.port()
        .deleteVectors(rig.collection, where, Set.of(name), Filter.ids(List.of(PointId.of(id))));
    Objects.requireNonNull(wanted.get(id)).remove(name);
  }

  private static void euclidean(MoveRig rig) {
    rig.vectors(Map.of("", new VectorTemplate.Dense(4, Distance.EUCLID)));
    rig.loadDedicated(0);
    List<Point> points = new ArrayList<>();
    for (long id = 1; id <= 60; id++) {
      points.add(large(id, 1));
      rig.promised.put(id, 1L);
    }
    rig.port().upsert(Upsert.of(rig.collection, rig.clientSelector(), points));
  }

  /** A vector that is mostly its first component. */
  private static Point large(long id, float second) {
    Point point = MoveRig.point(id, 1, "acme");
    return new Point(point.id(), point.payload(), Map.of("", new PointVector.Dense(new float[] {
      100_000, second, 1, id
    })));
  }

  private static float second(MoveRig rig, ShardKey key, long id) {
    Point point = rig.port()
        .retrieve(rig.collection, ShardSelector.key(key), List.of(PointId.of(id)))
        .getFirst();
    return ((PointVector.Dense) Objects.requireNonNull(point.vectors().get(""))).values()[1];
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  default void bringsBackASmallChangeOfALargeVector(boolean forgets) {
    try (MoveRig rig = rig()) {
      euclidean(rig);
      Move move = rig.move(Direction.DEMOTE, MoveRig.settings());
      MoveEngine first = MoveFreezeContract.surprised(
          rig,
          move,
          () -> rig.port()
              .upsert(Upsert.of(
                  rig.collection, ShardSelector.key(rig.tenant), List.of(large(5, 1.6f)))));
      MoveJournal frozen = MoveFreezeContract.driveTo(
          MoveStep.THAW_COPY, first, move, MoveRig.go(), MoveJournal.initial());
      Progress end =
          rig.drive(forgets ? rig.engine() : first, move, frozen, MoveRig.go(), progress -> {});
      assertThat(end).isInstanceOfSatisfying(Progress.Finished.class, finished -> {
        assertThat(finished.phase()).as("%s", end).isEqualTo(MovePhase.SUCCEEDED);
        assertThat(finished.report().difference()).isEqualTo(1);
      });
      assertThat(second(rig, MoveRig.DEFAULT, 5)).isEqualTo(1.6f);
      assertThat(rig.content(MoveRig.DEFAULT)).isEqualTo(rig.promised);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  default void writesASmallChangeOfALargeVectorBack(boolean forgets) {
    try (MoveRig rig = rig()) {
      euclidean(rig);
      Move move = rig.move(Direction.DEMOTE, MoveRig.settings());
      MoveEngine first = rig.engine();
      MoveJournal frozen = MoveFreezeContract.driveTo(
          MoveStep.THAW_COPY, first, move, MoveRig.go(), MoveJournal.initial());
      // An application that reads whole payloads and writes them back keeps the mark.
      Point copy = rig.port()
          .retrieve(rig.collection, ShardSelector.key(MoveRig.DEFAULT), List.of(PointId.of(5)))
          .getFirst();
      rig.port()
          .upsert(Upsert.of(
              rig.collection,
              rig.clientSelector(),
              List.of(new Point(copy.id(), copy.payload(), large(5, 1.6f).vectors()))));
      Progress end = rig.drive(
          forgets ? rig.engine() : first, move, frozen, MoveRig.go().abort(), progress -> {});
      assertThat(end.phase()).as("%s", end).isEqualTo(MovePhase.ABORTED);
      assertThat(second(rig, rig.tenant, 5)).isEqualTo(1.6f);
      assertThat(rig.content(rig.tenant)).isEqualTo(rig.promised);
      assertThat(rig.content(MoveRig.DEFAULT)).isEmpty();
    }
  }

  @Test
  default void takesAVectorAlongThatChangesWhileATenantIsPromotedAndDemotedAgain() {
    try (MoveRig rig = rig()) {
      rig.load(100);
      float[] turns = {0.125f};
      for (Direction direction : Direction.values()) {
        rig.drive(
            rig.engine(),
            rig.move(direction, MoveRig.settings()),
            MoveJournal.initial(),
            MoveRig.go(),
            progress -> {
              if (turns[0] < 0.9f) {
                turns[0] += 0.03125f;
                reembed(rig, rig.clientSelector(), 7, turns[0]);
              }
            });
        ShardKey home = direction == Direction.PROMOTE ? rig.tenant : MoveRig.DEFAULT;
        assertThat(turn(rig, home, 7)).as("%s", direction).isEqualTo(turns[0]);
        assertThat(rig.content(home)).isEqualTo(rig.promised);
      }
      assertThat(rig.breaches()).isEmpty();
    }
  }

  private static Point odd(long id, float component) {
    Point point = MoveRig.point(id, 1, "acme");
    return new Point(point.id(), point.payload(), Map.of("", new PointVector.Dense(new float[] {
      component, 1, 2, id
    })));
  }

  private static void write(MoveRig rig, ShardSelector where, Point point) {
    rig.port().upsert(Upsert.of(rig.collection, where, List.of(point)));
  }

  @Test
  default void movesVectorsWithComponentsThatAreNotFinite() {
    try (MoveRig rig = rig()) {
      rig.vectors(Map.of("", new VectorTemplate.Dense(4, Distance.DOT)));
      rig.loadDedicated(60);
      write(rig, rig.clientSelector(), odd(5, Float.NaN));
      write(rig, rig.clientSelector(), odd(6, Float.POSITIVE_INFINITY));
      Move move = rig.move(Direction.DEMOTE, MoveRig.settings());
      MoveEngine engine = MoveFreezeContract.surprised(
          rig, move, () -> write(rig, ShardSelector.key(rig.tenant), odd(7, Float.NaN)));
      Progress end = rig.drive(engine, move, MoveJournal.initial(), MoveRig.go(), progress -> {});
      assertThat(end.phase()).as("%s", end).isEqualTo(MovePhase.SUCCEEDED);
      end = rig.drive(rig.move(Direction.PROMOTE, MoveRig.settings()), MoveRig.go());
      assertThat(end.phase()).as("%s", end).isEqualTo(MovePhase.SUCCEEDED);
      assertThat(rig.port()
              .retrieve(
                  rig.collection,
                  ShardSelector.key(rig.tenant),
                  List.of(PointId.of(5), PointId.of(6), PointId.of(7))))
          .containsExactlyInAnyOrder(
              odd(5, Float.NaN), odd(6, Float.POSITIVE_INFINITY), odd(7, Float.NaN));
      assertThat(rig.content(rig.tenant)).isEqualTo(rig.promised);
    }
  }

  @ParameterizedTest
  @EnumSource(Direction.class)
  default void refusesVectorsThatChangeWithEachCopy(Direction direction) {
    try (MoveRig rig = rig()) {
      if (direction == Direction.DEMOTE) {
        rig.loadDedicated(60);
      } else {
        rig.load(60);
      }
      write(rig, rig.clientSelector(), odd(5, Float.NaN));
      write(rig, rig.clientSelector(), odd(6, Float.POSITIVE_INFINITY));
      List<PointId> ids = List.of(PointId.of(5), PointId.of(6));
      List<Point> stored = rig.port().retrieve(rig.collection, rig.clientSelector(), ids);
      assertThat(stored)
          .anySatisfy(point -> assertThat(UnsteadyVectors.find(point)).hasValue(""))
          .anySatisfy(point -> assertThat(UnsteadyVectors.find(point)).isEmpty());
      Progress end = rig.drive(rig.move(direction, MoveRig.settings()), MoveRig.go());
      assertThat(end).isInstanceOfSatisfying(Progress.Finished.class, finished -> {
        assertThat(finished.phase()).isEqualTo(MovePhase.ABORTED);
        assertThat(finished.reason()).isEqualTo("VectorNotFinite");
        assertThat(finished.message()).contains("6").contains("the unnamed vector");
      });
      assertThat(rig.port().retrieve(rig.collection, rig.clientSelector(), ids))
          .containsExactlyInAnyOrderElementsOf(stored);
      assertThat(rig.content(direction == Direction.DEMOTE ? rig.tenant : MoveRig.DEFAULT))
          .isEqualTo(rig.promised);
    }
  }
}
