package io.tierkeeper.moves.act;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tierkeeper.moves.Move;
import io.tierkeeper.moves.MoveJournal;
import io.tierkeeper.moves.MoveStep;
import io.tierkeeper.qdrant.QdrantException;
import io.tierkeeper.qdrant.QdrantWrites;
import io.tierkeeper.qdrant.ShardTransfer;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes the dedicated key out of service: starts a transfer into it from the freeze source and aborts it at once. */
public record Freeze(MoveStep step, ShardTransfer transfer) implements Call {

  private static final Logger log = LoggerFactory.getLogger(Freeze.class);

  /** A freeze follows its copy scan within this time, or another scan comes first. */
  private static final Duration FRESH = Duration.ofSeconds(10);

  @Override
  public void describe(ObjectNode request) {
    request.put("transfer", transfer.toString());
  }

  @Override
  public MoveJournal announce(MoveJournal journal, MutationContext context) {
    return journal.header(draft -> {
      draft.startSentAt(context.clock().instant());
      draft.verification(null);
      draft.attempt(draft.attempt() + 1);
    });
  }

  @Override
  public Outcome perform(MutationContext context) {
    Move move = context.move();
    QdrantWrites port = context.port();
    Instant copied = context.memory().copiedAt;
    if (copied == null || context.clock().instant().isAfter(copied.plus(FRESH))) {
      // The journal took so long to be stored that much may have changed since: copied once more,
      // the difference stays small.
      return Outcome.notSent(
          context.journal(),
          "not sent: the journal took longer than " + FRESH.toSeconds()
              + " s to be stored after the copy scan; another scan comes first");
    }
    QdrantException.OutcomeUnknown unknown = null;
    try {
      port.replicatePoints(
          move.collection(), move.freezeSourceKey(), move.dedicated(), move.tenantFilter());
    } catch (QdrantException.OutcomeUnknown e) {
      unknown = e;
    }
    // After the start every moment counts, so the abort follows at once.
    try {
      port.abortTransfer(move.collection(), transfer);
    } catch (QdrantException.NotFound | QdrantException.Rejected e) {
      // Not begun yet, or over already: the next observation shows which, and a key that is Active
      // again is frozen anew.
      log.info("move {}: the freeze missed its transfer: {}", move.name(), e.getMessage());
    }
    if (unknown != null) {
      throw unknown;
    }
    return Outcome.done(context.journal());
  }

  /** Retrying would disturb the tenant again and again. */
  @Override
  public Optional<Withdrawal> withdrawAfter(QdrantException failure, boolean overdue) {
    return failure instanceof QdrantException.Rejected
        ? Optional.of(new Withdrawal(
            "FreezeRefused",
            "Qdrant refused the transfer that freezes the dedicated key: "
                + QdrantErrors.text(failure)
                + ". Set demotion.strategy to Fence in the policy."))
        : Optional.empty();
  }
}
