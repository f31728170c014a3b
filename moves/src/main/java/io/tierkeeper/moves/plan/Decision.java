package io.tierkeeper.moves.plan;

import io.tierkeeper.moves.MovePhase;
import io.tierkeeper.moves.MoveStep;
import io.tierkeeper.moves.StallReason;
import io.tierkeeper.moves.act.Mutation;
import io.tierkeeper.moves.remedy.Remedy;
import io.tierkeeper.moves.remedy.Stall;
import java.time.Duration;
import java.time.Instant;

/** What comes next in a move. The engine carries it out as it is. */
public sealed interface Decision {

  /** The step that it belongs to. */
  MoveStep step();

  /** Change Qdrant, or pause the tenant's writers. */
  record Mutate(Mutation mutation) implements Decision {
    @Override
    public MoveStep step() {
      return mutation.step();
    }
  }

  /** Continue reading the fallback as it is before a copy is started. */
  record ScanBeforeCopy(MoveStep step) implements Decision {}

  /** Continue reading both keys for the baseline after the switch. */
  record ScanAfterSwitch(MoveStep step) implements Decision {}

  /** Record that every peer has shown the dedicated key Active, twice. */
  record RecordActive(MoveStep step) implements Decision {}

  /** Clear what the journal says of a failed attempt and set the back-off. */
  record StartOver(MoveStep step, Instant notBefore) implements Decision {}

  /** Undo the promotion: it continues as a demotion. */
  record Undo(MoveStep step) implements Decision {}

  /** From here on the move is taken back; the reason is PascalCase. */
  record TakeBack(MoveStep step, String reason, String message) implements Decision {}

  /** Nothing to do now; the reason is PascalCase. */
  record Wait(MoveStep step, String reason, String message, Duration after) implements Decision {}

  /** The end: {@link MovePhase#SUCCEEDED} or {@link MovePhase#ABORTED}. */
  record Complete(MoveStep step, MovePhase phase, String reason, String message)
      implements Decision {}

  /** Manual intervention is needed. */
  record Stalled(MoveStep step, Stall stall) implements Decision {
    Stalled(MoveStep step, StallReason reason, String message, Remedy remedy) {
      this(step, new Stall(reason, message, remedy));
    }
  }
}
