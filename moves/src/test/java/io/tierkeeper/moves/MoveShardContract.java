package io.tierkeeper.moves;

import static org.assertj.core.api.Assertions.assertThat;

import io.tierkeeper.governance.decision.Direction;
import io.tierkeeper.moves.engine.MoveEngine;
import io.tierkeeper.qdrant.Replica;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** A dedicated key that was created by hand with the collection's number of shards. */
interface MoveShardContract extends OnMoveRig {

  String SEVERAL = "DedicatedKeyHasSeveralShards";

  private static List<Replica> replicas(MoveRig rig) {
    return rig.settled().replicas(rig.tenant);
  }

  @Test
  default void refusesToDemoteAKeyWithTwoShardsBeforeAnythingIsChanged() {
    try (MoveRig rig = rig()) {
      rig.createDedicated(2);
      rig.load(80);
      int replicas = replicas(rig).size();
      Progress end = rig.drive(rig.move(Direction.DEMOTE, MoveRig.settings()), MoveRig.go());
      assertThat(end).isInstanceOfSatisfying(Progress.Finished.class, finished -> {
        assertThat(finished.phase()).isEqualTo(MovePhase.ABORTED);
        assertThat(finished.reason()).isEqualTo(SEVERAL);
        assertThat(finished.message())
            .contains("shard key acme has 2 shards; allowed: one")
            .contains("Nothing was changed");
        assertThat(finished.journal().header().deeds()).isZero();
      });
      assertThat(replicas(rig)).hasSize(replicas);
      assertThat(rig.content(rig.tenant)).isEqualTo(rig.promised);
      assertThat(rig.content(MoveRig.DEFAULT)).isEmpty();
      assertThat(rig.otherTenants()).isEqualTo(80);
      assertThat(rig.breaches()).isEmpty();
    }
  }

  /** While the source is retained, the key is created anew by hand; the undo waits and touches neither copy. */
  @Test
  default void doesNotUndoAPromotionIntoAKeyThatHasTwoShardsMeanwhile() {
    try (MoveRig rig = rig()) {
      rig.load(80);
      Map<Long, Long> loaded = new TreeMap<>(rig.promised);
      Move move = rig.move(
          Direction.PROMOTE, MoveRig.settings(draft -> draft.retainSource(Duration.ofHours(1))));
      MoveEngine engine = rig.engine();
      Progress retained = MoveRig.until(
          engine,
          move,
          MoveJournal.initial(),
          MoveRig.go(),
          progress -> progress.journal().step() == MoveStep.RETAIN);
      rig.port().deleteShardKey(rig.collection, rig.tenant);
      rig.settled();
      rig.createDedicated(2);
      for (long id = 1; id <= 40; id++) {
        rig.write(id);
      }
      int replicas = replicas(rig).size();
      Map<Long, Long> dedicated = rig.content(rig.tenant);
      Progress waits = MoveRig.until(
          engine,
          move,
          retained.journal(),
          MoveRig.go().undo(),
          progress -> progress instanceof Progress.Finished
              || (progress instanceof Progress.Wait wait && wait.reason().equals(SEVERAL)));
      assertThat(waits).isInstanceOfSatisfying(Progress.Wait.class, wait -> {
        assertThat(wait.message()).contains("shard key acme has 2 shards; allowed: one");
      });
      assertThat(replicas(rig)).hasSize(replicas);
      assertThat(rig.content(rig.tenant)).isEqualTo(dedicated).hasSize(40);
      assertThat(rig.content(MoveRig.DEFAULT)).isEqualTo(loaded);
      assertThat(rig.breaches()).isEmpty();
    }
  }
}
