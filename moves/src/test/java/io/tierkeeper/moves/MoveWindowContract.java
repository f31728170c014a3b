package io.tierkeeper.moves;

import static org.assertj.core.api.Assertions.assertThat;

import io.tierkeeper.governance.decision.Direction;
import io.tierkeeper.moves.engine.MoveEngine;
import io.tierkeeper.qdrant.CollectionTemplate.VectorTemplate;
import io.tierkeeper.qdrant.Filter;
import io.tierkeeper.qdrant.Point;
import io.tierkeeper.qdrant.PointId;
import io.tierkeeper.qdrant.PointOperation;
import io.tierkeeper.qdrant.PointVector;
import io.tierkeeper.qdrant.ShardKey;
import io.tierkeeper.qdrant.ShardSelector;
import io.tierkeeper.qdrant.Upsert;
import io.tierkeeper.qdrant.settings.Distance;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The window of a merge: the time from the read that a write of the merge rests on until that write is applied. In it a
 * client makes each kind of write that Qdrant has.
 */
interface MoveWindowContract extends OnMoveRig {

  long ID = 5;

  /** A call of a client about point {@value #ID}. */
  enum ClientWrite {
    UPSERT(new PointOperation.UpsertPoints(List.of(new Point(
        PointId.of(ID),
        Map.of("group_id", "acme", "v", 9L),
        Map.of("image", dense(7), "text", dense(8)))))),
    SET_PAYLOAD(new PointOperation.SetPayload(Map.of("flag", "new"), only())),
    SET_SAME_FIELD(new PointOperation.SetPayload(Map.of("v", 9L), only())),
    OVERWRITE_PAYLOAD(
        new PointOperation.OverwritePayload(Map.of("group_id", "acme", "v", 9L), only())),
    DELETE_PAYLOAD(new PointOperation.DeletePayload(Set.of("text"), only())),
    CLEAR_PAYLOAD(new PointOperation.ClearPayload(only())),
    UPDATE_VECTORS(new PointOperation.UpdateVectors(PointId.of(ID), Map.of("text", dense(8)))),
    UPDATE_SAME_VECTOR(new PointOperation.UpdateVectors(PointId.of(ID), Map.of("image", dense(7)))),
    DELETE_VECTORS(new PointOperation.DeleteVectors(Set.of("text"), only())),
    DELETE_BY_ID(new PointOperation.Delete(only())),
    DELETE_BY_FILTER(
        new PointOperation.Delete(Filter.matches("text", "point " + ID).and(only()))),
    BATCH(
        new PointOperation.SetPayload(Map.of("flag", "new"), only()),
        new PointOperation.UpdateVectors(PointId.of(ID), Map.of("text", dense(8))));

    private final List<PointOperation> operations;

    ClientWrite(PointOperation... operations) {
      this.operations = List.of(operations);
    }

    private static Filter only() {
      return Filter.ids(List.of(PointId.of(ID)));
    }

    private static PointVector dense(float first) {
      return new PointVector.Dense(new float[] {first, first});
    }

    /** What the point must be when the write has met a merge of {@link #changed}; null when it must be gone. */
    @Nullable
    Map<String, Object> payload() {
      return switch (this) {
        case UPSERT, OVERWRITE_PAYLOAD -> Map.of("group_id", "acme", "v", 9L);
        case SET_PAYLOAD, BATCH ->
          Map.of("group_id", "acme", "v", 2L, "text", "point 5", "flag", "new");
        case SET_SAME_FIELD -> Map.of("group_id", "acme", "v", 9L, "text", "point 5");
        case DELETE_PAYLOAD -> Map.of("group_id", "acme", "v", 2L);
        case UPDATE_VECTORS, UPDATE_SAME_VECTOR, DELETE_VECTORS ->
          Map.of("group_id", "acme", "v", 2L, "text", "point 5");
        case CLEAR_PAYLOAD -> Map.of();
        case DELETE_BY_ID, DELETE_BY_FILTER -> null;
      };
    }

    /** The first component of each vector that the client has written itself. */
    Map<String, Float> vectors() {
      return switch (this) {
        case UPSERT -> Map.of("image", 7f, "text", 8f);
        case UPDATE_VECTORS, BATCH -> Map.of("text", 8f);
        case UPDATE_SAME_VECTOR -> Map.of("image", 7f);
        default -> Map.of();
      };
    }

    void send(MoveRig rig) {
      rig.port().updateBatch(rig.collection, rig.clientSelector(), operations);
    }
  }

  private static Point named(long id, long version, float image) {
    return new Point(
        PointId.of(id),
        Map.of("group_id", "acme", "v", version, "text", "point " + id),
        Map.of(
            "image", new PointVector.Dense(new float[] {image, 1}),
            "text", new PointVector.Dense(new float[] {2, 2})));
  }

  private static void load(MoveRig rig, int points) {
    VectorTemplate dot = new VectorTemplate.Dense(2, Distance.DOT);
    rig.vectors(Map.of("image", dot, "text", dot));
    rig.loadDedicated(0);
    List<Point> loaded = new ArrayList<>();
    for (long id = 1; id <= points; id++) {
      loaded.add(named(id, 1, 3));
    }
    rig.port().upsert(Upsert.of(rig.collection, rig.clientSelector(), loaded));
  }

  /** A frozen tenant of whom a field and a vector of these points changed after the last copy. */
  private static MoveJournal changed(MoveRig rig, Move move, Collection<Long> ids) {
    return MoveFreezeContract.driveTo(
        MoveStep.THAW_COPY,
        MoveFreezeContract.surprised(
            rig,
            move,
            () -> rig.port()
                .upsert(Upsert.of(
                    rig.collection,
                    ShardSelector.key(rig.tenant),
                    ids.stream().map(id -> named(id, 2, 30)).toList()))),
        move,
        MoveRig.go(),
        MoveJournal.initial());
  }

  private static float first(Point point, String name) {
    PointVector vector = Objects.requireNonNull(point.vectors().get(name));
    return ((PointVector.Dense) vector).values()[0];
  }

  @ParameterizedTest
  @EnumSource
  default void aWriteBeforeTheFieldsOfAMergeIsKept(ClientWrite write) {
    keeps(write, "setPayload");
  }

  @ParameterizedTest
  @EnumSource
  default void aWriteBeforeTheVectorsOfAMergeIsKept(ClientWrite write) {
    keeps(write, "updateVectors");
  }

  private void keeps(ClientWrite write, String beforeCall) {
    try (MoveRig rig = rig()) {
      load(rig, 20);
      Move move = rig.move(Direction.DEMOTE, MoveRig.settings());
      MoveJournal frozen = changed(rig, move, List.of(ID));
      AtomicReference<Runnable> client = new AtomicReference<>(() -> write.send(rig));
      MoveEngine engine = rig.engine(
          new InterceptedCluster(rig.cluster, (peer, method, args, next) -> {
            if (method.getName().equals(beforeCall)
                && args != null
                && ShardSelector.key(MoveRig.DEFAULT).equals(args[1])) {
              client.getAndSet(() -> {}).run();
            }
            return next.go();
          }),
          rig.audit);
      Progress end = rig.drive(engine, move, frozen, MoveRig.go(), progress -> {});
      assertThat(end.phase()).as("%s", end).isEqualTo(MovePhase.SUCCEEDED);
      List<Point> found = rig.port()
          .retrieve(rig.collection, ShardSelector.key(MoveRig.DEFAULT), List.of(PointId.of(ID)));
      Map<String, Object> payload = write.payload();
      if (payload == null) {
        assertThat(found).isEmpty();
        return;
      }
      Point merged = found.getFirst();
      assertThat(merged.payload()).isEqualTo(payload);
      if (write == ClientWrite.DELETE_VECTORS) {
        assertThat(merged.vectors()).doesNotContainKey("text");
      }
      // docs/moves.md says what remains: no condition sees a vector, and no mark is left that tells
      // the merge that a client has replaced the payload alone.
      boolean first = beforeCall.equals("updateVectors");
      boolean overwritten = first && write == ClientWrite.UPDATE_SAME_VECTOR;
      boolean unmarked =
          first && (write == ClientWrite.OVERWRITE_PAYLOAD || write == ClientWrite.CLEAR_PAYLOAD);
      write
          .vectors()
          .forEach((name, value) ->
              assertThat(first(merged, name)).as(name).isEqualTo(overwritten ? 30f : value));
      if (!write.vectors().containsKey("image")) {
        assertThat(first(merged, "image")).isEqualTo(unmarked ? 3f : 30f);
      }
      assertThat(rig.breaches()).isEmpty();
    }
  }

  /** A merge changes one vector and removes another by two calls: the second one rests on a read of its own. */
  @Test
  default void aVectorThatIsWrittenDuringTheFirstCallOfAMergeIsNotRemovedByTheSecond() {
    try (MoveRig rig = rig()) {
      load(rig, 20);
      Move move = rig.move(Direction.DEMOTE, MoveRig.settings());
      Point whole = named(ID, 2, 30);
      Point without = new Point(
          whole.id(),
          whole.payload(),
          Map.of("image", Objects.requireNonNull(whole.vectors().get("image"))));
      MoveJournal frozen = MoveFreezeContract.driveTo(
          MoveStep.THAW_COPY,
          MoveFreezeContract.surprised(
              rig,
              move,
              () -> rig.port()
                  .upsert(
                      Upsert.of(rig.collection, ShardSelector.key(rig.tenant), List.of(without)))),
          move,
          MoveRig.go(),
          MoveJournal.initial());
      AtomicReference<Runnable> client =
          new AtomicReference<>(() -> ClientWrite.UPDATE_VECTORS.send(rig));
      MoveEngine engine = rig.engine(
          new InterceptedCluster(rig.cluster, (peer, method, args, next) -> {
            if (method.getName().equals("updateVectors")
                && args != null
                && ShardSelector.key(MoveRig.DEFAULT).equals(args[1])) {
              client.getAndSet(() -> {}).run();
            }
            return next.go();
          }),
          rig.audit);
      Progress end = rig.drive(engine, move, frozen, MoveRig.go(), progress -> {});
      assertThat(end.phase()).as("%s", end).isEqualTo(MovePhase.SUCCEEDED);
      Point merged = rig.port()
          .retrieve(rig.collection, ShardSelector.key(MoveRig.DEFAULT), List.of(PointId.of(ID)))
          .getFirst();
      assertThat(merged.payload()).isEqualTo(whole.payload());
      assertThat(merged.vectors()).containsOnlyKeys("image", "text");
      assertThat(first(merged, "text")).isEqualTo(8f);
      assertThat(first(merged, "image")).isEqualTo(30f);
      assertThat(rig.breaches()).isEmpty();
    }
  }

  /** Prints how long the window is; its length is no contract. */
  @Test
  default void printsHowLongTheWindowOfAMergeIs() {
    try (MoveRig rig = rig()) {
      load(rig, 300);
      Move move = rig.move(Direction.DEMOTE, MoveRig.settings());
      List<Long> ids = new ArrayList<>();
      for (long id = 1; id <= 100; id++) {
        ids.add(id);
      }
      MoveJournal frozen = changed(rig, move, ids);
      ShardKey fallback = MoveRig.DEFAULT;
      long[] read = {0};
      List<Double> millis = new ArrayList<>();
      MoveEngine engine = rig.engine(
          new InterceptedCluster(rig.cluster, (peer, method, args, next) -> {
            long before = System.nanoTime();
            Object answer = next.go();
            boolean here =
                args != null && args.length > 1 && ShardSelector.key(fallback).equals(args[1]);
            if (here && method.getName().equals("retrieve")) {
              // What it answers was so at some time after the call left.
              read[0] = before;
            } else if (here
                && read[0] != 0
                && List.of("setPayload", "updateVectors").contains(method.getName())) {
              millis.add((System.nanoTime() - read[0]) / 1e6);
              read[0] = 0;
            }
            return answer;
          }),
          rig.audit);
      Progress end = rig.drive(engine, move, frozen, MoveRig.go(), progress -> {});
      assertThat(end.phase()).as("%s", end).isEqualTo(MovePhase.SUCCEEDED);
      double[] sorted =
          millis.stream().mapToDouble(Double::doubleValue).sorted().toArray();
      assertThat(sorted).hasSizeGreaterThanOrEqualTo(2 * ids.size());
      System.out.printf(
          Locale.ROOT,
          "Window of a merge on %s: %d writes, from the read to the answer %.1f ms median, %.1f ms longest%n",
          rig.emulated().isPresent() ? "the emulator" : "a real Qdrant",
          sorted.length,
          sorted[sorted.length / 2],
          Arrays.stream(sorted).max().orElseThrow());
    }
  }
}
