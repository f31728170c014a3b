package io.tierkeeper.moves;

import static org.assertj.core.api.Assertions.assertThat;

import io.tierkeeper.governance.decision.Direction;
import io.tierkeeper.moves.engine.MoveEngine;
import io.tierkeeper.qdrant.CollectionTemplate.Distance;
import io.tierkeeper.qdrant.CollectionTemplate.VectorTemplate;
import io.tierkeeper.qdrant.Point;
import io.tierkeeper.qdrant.PointId;
import io.tierkeeper.qdrant.PointVector;
import io.tierkeeper.qdrant.ShardSelector;
import io.tierkeeper.qdrant.Upsert;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Vectors with components that are not finite, which Qdrant takes over gRPC. */
class MoveOddVectorTest {

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
  void areCopiedMergedAndPromotedAgain() {
    try (MoveRig rig = new MoveRig()) {
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
}
