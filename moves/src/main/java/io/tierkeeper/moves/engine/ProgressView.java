package io.tierkeeper.moves.engine;

import io.tierkeeper.moves.Move;
import io.tierkeeper.moves.MoveJournal;
import io.tierkeeper.moves.MovePhase;
import io.tierkeeper.moves.MoveReport;
import io.tierkeeper.moves.MoveSignals;
import io.tierkeeper.moves.MoveStep;
import io.tierkeeper.moves.Progress;
import io.tierkeeper.moves.Protocol.DemotionState;
import io.tierkeeper.moves.StepProgress;
import io.tierkeeper.moves.VerificationReport;
import io.tierkeeper.moves.observe.Observation;
import io.tierkeeper.moves.plan.Decision;
import io.tierkeeper.moves.plan.MovePlanner;
import io.tierkeeper.moves.remedy.RemedyRenderer;
import io.tierkeeper.moves.remedy.Stall;
import io.tierkeeper.qdrant.Replica;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

/** Turns a journal and what was seen into what the caller shows and does. */
public final class ProgressView {

  private final Move move;
  private final Observation seen;
  private final long scanned;
  private final MoveSignals signals;
  private final Instant now;

  /** @param scanned points that the scan under way has dealt with */
  public ProgressView(Move move, Observation seen, long scanned, MoveSignals signals, Instant now) {
    this.move = move;
    this.seen = seen;
    this.scanned = scanned;
    this.signals = signals;
    this.now = now;
  }

  public Progress continuing(MoveJournal journal) {
    return new Progress.Continue(journal, phase(journal), step(journal));
  }

  public Progress waiting(MoveJournal journal, String reason, String message, Duration after) {
    return new Progress.Wait(journal, phase(journal), step(journal), reason, message, after);
  }

  public Progress stalled(MoveJournal journal, Stall stall) {
    return new Progress.Stalled(
        journal,
        phase(journal),
        step(journal),
        stall.reason(),
        stall.message(),
        RemedyRenderer.command(move, stall.remedy()));
  }

  public Progress finished(MoveJournal journal, Decision.Complete end) {
    String message = signals.abortRequested() && end.phase() == MovePhase.SUCCEEDED
        ? end.message()
            + " The abort was requested after the deletion of the source had begun and was refused."
        : end.message();
    Instant began = Objects.requireNonNullElse(journal.header().startedAt(), now);
    return new Progress.Finished(
        journal,
        end.phase(),
        step(journal),
        end.reason(),
        message,
        new MoveReport(
            journal.header().total(),
            Duration.between(began, now),
            journal.header().attempt(),
            journal.demotion().map(DemotionState::difference).orElse(0L),
            Objects.requireNonNullElse(journal.header().verification(), VerificationReport.none()),
            journal.header().taken()));
  }

  private MovePhase phase(MoveJournal journal) {
    return takingBack(journal) ? MovePhase.ABORTING : journal.step().phase();
  }

  /** Whether the move is on its way back. */
  public boolean takingBack(MoveJournal journal) {
    return journal.undo()
        || journal.abort().aborting()
        || (signals.abortRequested() && !journal.header().deletionBegun());
  }

  private StepProgress step(MoveJournal journal) {
    List<MoveStep> steps =
        journal.undo() ? MovePlanner.demotionByFreeze() : MovePlanner.steps(move);
    int index = steps.indexOf(journal.step());
    long total = counts(journal.step()) ? journal.header().total() : 0;
    long done = Math.min(total, done(journal));
    Instant began = Objects.requireNonNullElse(journal.header().stepStartedAt(), now);
    double seconds = Duration.between(began, now).toMillis() / 1e3;
    Long eta = total == 0 || done == 0 || seconds <= 0
        ? null
        : Long.valueOf(Math.round((total - done) / (done / seconds)));
    return new StepProgress(
        journal.step().apiName(),
        index < 0 ? steps.size() : index + 1,
        steps.size(),
        Math.max(1, journal.header().attempt()),
        began,
        done,
        total,
        total == 0 ? 0 : (int) (100 * done / total),
        eta);
  }

  private static boolean counts(MoveStep step) {
    return step == MoveStep.AWAIT_ACTIVE
        || step == MoveStep.VERIFY
        || step == MoveStep.DELETE_SOURCE
        || step == MoveStep.COPY;
  }

  private long done(MoveJournal journal) {
    VerificationReport verification = journal.header().verification();
    if (journal.step() == MoveStep.VERIFY) {
      return verification == null ? 0 : verification.compared();
    }
    if (journal.step() == MoveStep.DELETE_SOURCE || journal.step() == MoveStep.COPY) {
      return scanned;
    }
    return seen.layout().replicas(move.dedicated()).stream()
        .mapToLong(Replica::points)
        .max()
        .orElse(0);
  }
}
