package io.tierkeeper.moves;

import java.time.Duration;

/** What the caller does next with a move; each carries the journal to store. */
public sealed interface Progress {

  MoveJournal journal();

  MovePhase phase();

  StepProgress step();

  /** Call again at once. */
  record Continue(MoveJournal journal, MovePhase phase, StepProgress step) implements Progress {}

  /**
   * Nothing to do now.
   *
   * @param reason PascalCase, documented in {@code docs/moves.md}
   * @param after call again then, at the latest
   */
  record Wait(
      MoveJournal journal,
      MovePhase phase,
      StepProgress step,
      String reason,
      String message,
      Duration after)
      implements Progress {}

  /**
   * The end.
   *
   * @param phase {@link MovePhase#SUCCEEDED} or {@link MovePhase#ABORTED}
   */
  record Finished(
      MoveJournal journal,
      MovePhase phase,
      StepProgress step,
      String reason,
      String message,
      MoveReport report)
      implements Progress {}

  /**
   * Manual intervention is needed; calling again later is harmless and the move continues once the cause is gone.
   *
   * @param command what resolves it, for a shell; {@code $QDRANT} is the REST address of the peer that the message names
   */
  record Stalled(
      MoveJournal journal,
      MovePhase phase,
      StepProgress step,
      StallReason reason,
      String message,
      String command)
      implements Progress {}
}
