package io.tierkeeper.moves.act;

import io.tierkeeper.moves.Abort;
import io.tierkeeper.moves.CopyEvidence;
import io.tierkeeper.moves.MoveJournal;
import io.tierkeeper.moves.MoveStep;
import io.tierkeeper.moves.StallReason;
import io.tierkeeper.moves.content.Baseline;
import io.tierkeeper.moves.scan.PostSwitchScan;
import io.tierkeeper.moves.scan.PreCopyScan;
import io.tierkeeper.moves.scan.ScanBudget;
import io.tierkeeper.moves.scan.SwitchBaseline;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/** The scans of a promotion that only read: no intent is recorded for them. */
public final class BaselineScans {

  private BaselineScans() {}

  /** Continues reading the fallback as it is before the copy is started. */
  public static Outcome preCopy(MutationContext context) {
    WorkingMemory memory = context.memory();
    MoveJournal journal = context.journal();
    PreCopyScan scan = memory.preCopy;
    if (scan == null) {
      Optional<Abort> refused = HeapLimit.exceeded(
          context.seen().inFallback(), HeapLimit.BASELINES_OF_PROMOTION, context.heap());
      if (refused.isPresent()) {
        return Outcome.done(journal.withAbort(refused.get()));
      }
      scan = new PreCopyScan(context.reads());
      memory.preCopy = scan;
      memory.copied = null;
    }
    if (!scan.run(new ScanBudget(context.clock()))) {
      return Outcome.unfinished(journal);
    }
    memory.preCopy = null;
    PreCopyScan ended = scan;
    Optional<Abort> changing = ended
        .rounded()
        .map(points -> Abort.of(
            "RoundedIntegers",
            "Of tenant " + context.move().tenant() + ", " + points
                + " have a number from 2^63 to 2^64. Qdrant rounds integers of this size when it copies"
                + " them, and a read cannot tell them from other numbers. Allowed: integers up to 2^63 - 1;"
                + " store larger ones as text."))
        .or(
            () -> ended
                .unsteady()
                .map(
                    points -> Abort.of(
                        StallReason.VECTOR_NOT_FINITE.apiName(),
                        "Of tenant " + context.move().tenant() + ", " + points
                            + " whose components are NaN and 0, as Qdrant makes of an infinite component with"
                            + " cosine distance, and each copy of it is another one. Allowed: finite components.")));
    if (changing.isPresent()) {
      // Nothing was copied yet.
      return Outcome.done(journal
          .withAbort(changing.get())
          .header(draft -> draft.step(draft.attempt() == 0 ? MoveStep.PREFLIGHT : draft.step())));
    }
    Baseline seen = scan.seen();
    memory.copied = seen;
    return Outcome.done(
        journal.withEvidence(new CopyEvidence(seen.fingerprint(), seen.table().text())));
  }

  /** Continues reading both keys after the dedicated one has become Active. */
  public static Outcome postSwitch(MutationContext context) {
    WorkingMemory memory = context.memory();
    MoveJournal journal = context.journal();
    PostSwitchScan scan = memory.postSwitch;
    if (scan == null) {
      scan = new PostSwitchScan(context.reads());
      memory.postSwitch = scan;
    }
    if (!scan.run(new ScanBudget(context.clock()))) {
      return Outcome.unfinished(journal);
    }
    memory.postSwitch = null;
    SwitchBaseline baseline = scan.baseline(context.lastCopy());
    String before = context.promotion().baseline();
    Instant startSentAt = journal.header().startSentAt();
    Instant now = context.clock().instant();
    if (context.promotion().retainedUntil() != null) {
      baseline.conclude(SwitchBaseline.Trust.VERIFIED);
    } else if (before != null) {
      baseline.concludeAs(before);
    } else if (startSentAt == null) {
      baseline.conclude(SwitchBaseline.Trust.NONE);
    } else {
      Instant since = Objects.requireNonNullElse(memory.lastNotActive, startSentAt);
      baseline.concludeAfter(Duration.between(since, now), memory.lastNotActive != null);
    }
    memory.scannedAt = now;
    memory.switchBaseline = baseline;
    // What another process has compared may have changed since: it counts once this one has
    // compared it, too.
    return Outcome.done(
        before != null
            ? journal.header(draft -> draft.verification(null))
            : journal.promotion(draft -> draft.baseline(baseline.text())));
  }
}
