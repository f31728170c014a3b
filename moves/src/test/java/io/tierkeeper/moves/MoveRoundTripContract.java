package io.tierkeeper.moves;

import static org.assertj.core.api.Assertions.assertThat;

import io.tierkeeper.governance.decision.Direction;
import org.junit.jupiter.api.Test;

interface MoveRoundTripContract extends OnMoveRig {

  @Test
  default void promotesAndDemotesWithoutLossWhileTheTenantWrites() {
    try (MoveRig rig = rig()) {
      rig.load(300);
      int[] n = {0};
      Progress promoted = rig.drive(
          rig.engine(),
          rig.move(Direction.PROMOTE, MoveRig.settings()),
          MoveJournal.initial(),
          MoveRig.go(),
          progress -> {
            n[0]++;
            rig.write(1 + n[0] * 7 % 320);
            if (n[0] % 5 == 0) {
              rig.delete(200 + n[0]);
            }
          });
      assertThat(promoted).isInstanceOfSatisfying(Progress.Finished.class, end -> {
        assertThat(end.phase()).as(end.message()).isEqualTo(MovePhase.SUCCEEDED);
      });
      assertThat(rig.content(rig.tenant)).isEqualTo(rig.promised);
      assertThat(rig.content(MoveRig.DEFAULT)).isEmpty();
      assertThat(rig.otherTenants()).isEqualTo(300);

      Progress demoted = rig.drive(
          rig.engine(),
          rig.move(Direction.DEMOTE, MoveRig.settings()),
          MoveJournal.initial(),
          MoveRig.go(),
          progress -> {
            n[0]++;
            MoveStep step = progress.journal().step();
            if (step == MoveStep.COPY
                || step == MoveStep.MERGE
                || step == MoveStep.FREEZE
                || step == MoveStep.THAW_COPY
                || step == MoveStep.REMOVE_MARKER) {
              rig.write(1 + n[0] * 7 % 320);
            }
          });
      assertThat(demoted).isInstanceOfSatisfying(Progress.Finished.class, end -> {
        assertThat(end.phase()).as(end.message()).isEqualTo(MovePhase.SUCCEEDED);
      });
      assertThat(rig.content(rig.tenant)).isNull();
      assertThat(rig.content(MoveRig.DEFAULT)).isEqualTo(rig.promised);
      assertThat(rig.otherTenants()).isEqualTo(300);
      assertThat(rig.breaches()).isEmpty();
    }
  }
}
