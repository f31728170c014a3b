package io.tierkeeper.moves.act;

import io.tierkeeper.moves.CopyEvidence;
import io.tierkeeper.moves.MoveJournal;
import io.tierkeeper.moves.content.Baseline;
import io.tierkeeper.moves.scan.PostSwitchScan;
import io.tierkeeper.moves.scan.PreCopyScan;
import io.tierkeeper.moves.scan.ScanBudget;
import io.tierkeeper.moves.scan.SwitchBaseline;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;

/** The scans of a promotion that only read: no intent is recorded for them. */
public final class BaselineScans {

  private BaselineScans() {}

  /** Continues reading the fallback as it is before the copy is started. */
  public static Outcome preCopy(MutationContext context) {
    WorkingMemory memory = context.memory();
    MoveJournal journal = context.journal();
    PreCopyScan scan = memory.preCopy;
    if (scan == null) {
      scan = new PreCopyScan(context.reads());
      memory.preCopy = scan;
      memory.copied = null;
    }
    if (!scan.run(new ScanBudget(context.clock()))) {
      return Outcome.unfinished(journal);
    }
    memory.preCopy = null;
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
    Instant now = context.clock().instant();
    SwitchBaseline baseline = scan.baseline(context.lastCopy());
    String before = context.promotion().baseline();
    Instant startSentAt = journal.header().startSentAt();
    if (context.promotion().retainedUntil() != null) {
      baseline.conclude(SwitchBaseline.Trust.VERIFIED, Duration.ZERO);
    } else if (before != null) {
      boolean same = baseline.sameSource(before) && SwitchBaseline.clean(before);
      baseline.conclude(
          same ? SwitchBaseline.Trust.FINGERPRINT : SwitchBaseline.Trust.NONE, Duration.ZERO);
    } else if (startSentAt == null) {
      baseline.conclude(SwitchBaseline.Trust.NONE, Duration.ZERO);
    } else {
      Instant since = Objects.requireNonNullElse(memory.lastNotActive, startSentAt);
      baseline.conclude(SwitchBaseline.Trust.POST_SWITCH_SCAN, Duration.between(since, now));
    }
    memory.switchBaseline = baseline;
    memory.scannedAt = now;
    // What another process has compared may have changed since: it counts once this one has
    // compared it, too.
    return Outcome.done(
        before != null
            ? journal.header(draft -> draft.verification(null))
            : journal.promotion(draft -> draft.baseline(baseline.text())));
  }
}
