package io.tierkeeper.moves.act;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tierkeeper.moves.MoveJournal;
import io.tierkeeper.moves.MoveStep;
import io.tierkeeper.moves.remedy.Stall;
import io.tierkeeper.qdrant.QdrantException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Something that changes Qdrant or pauses the tenant's writers. Each implementation says in one place what the journal and
 * the audit trail record before it, which calls it makes, what its result means, and what its failure means. Before it
 * is performed its intent is durable and leadership is verified; a repeat does no harm.
 */
public sealed interface Mutation permits Call, ScanMutation {

  /** The step that it belongs to. */
  MoveStep step();

  /** Its name in the audit trail and in messages, as {@code CreateKey}. */
  default String apiName() {
    return getClass().getSimpleName();
  }

  /** Adds its arguments to the audit line. */
  default void describe(ObjectNode request) {}

  /** Whether it continues something whose intent has been recorded. */
  default boolean underWay(WorkingMemory memory) {
    return false;
  }

  /** The journal as it must be durable before the first call. */
  default MoveJournal announce(MoveJournal journal, MutationContext context) {
    return journal;
  }

  /**
   * Performs it, or a slice of it.
   *
   * @throws QdrantException what the call answered
   */
  Outcome perform(MutationContext context);

  /** What the audit trail records of the whole move once it is done. */
  default List<Milestone> milestones(Outcome outcome) {
    return List.of();
  }

  /** Whether the move pauses after it, and why. */
  default Optional<Pause> pauseAfter(MutationContext context, Outcome outcome) {
    return Optional.empty();
  }

  /**
   * Whether a failure ends the attempt and the move is taken back.
   *
   * @param overdue no call has succeeded for longer than the move's deadline
   */
  default Optional<Withdrawal> withdrawAfter(QdrantException failure, boolean overdue) {
    return Optional.empty();
  }

  /** Whether a call with unknown outcome must not be repeated before its effect would have been visible. */
  default boolean waitsForItsEffect() {
    return false;
  }

  /**
   * The stall of a mutation that keeps failing; the engine retries it all the same.
   *
   * @param takingBack the move is on its way back
   */
  default Stall refused(MutationContext context, boolean takingBack, CallFailure failure) {
    boolean revocable = !context.journal().header().deletionBegun() && !takingBack;
    return failure.stall(apiName(), context.move(), revocable);
  }

  /** A wait between two steps. */
  record Pause(String reason, String message, Duration duration) {}

  /** Why a move is taken back; the reason is PascalCase. */
  record Withdrawal(String reason, String message) {}
}
