package io.tierkeeper.moves.act;

import io.tierkeeper.audit.MoveEvent;
import io.tierkeeper.moves.Move;
import io.tierkeeper.moves.MoveJournal;
import io.tierkeeper.moves.MoveStep;
import io.tierkeeper.moves.Protocol.Promotion;
import io.tierkeeper.moves.StallReason;
import io.tierkeeper.moves.Verdict;
import io.tierkeeper.moves.VerificationReport;
import io.tierkeeper.moves.remedy.Remedy;
import io.tierkeeper.moves.remedy.Stall;
import io.tierkeeper.moves.scan.ScanBudget;
import io.tierkeeper.moves.scan.SearchProbes;
import io.tierkeeper.moves.scan.SwitchBaseline;
import io.tierkeeper.moves.scan.TenantReads;
import io.tierkeeper.moves.scan.VerificationScan;
import io.tierkeeper.qdrant.PointId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Continues comparing the source with the dedicated key; writes late writes into the dedicated key. */
public record Verify(MoveStep step) implements ScanMutation {

  private static final Logger log = LoggerFactory.getLogger(Verify.class);

  @Override
  public boolean underWay(WorkingMemory memory) {
    return memory.verification != null;
  }

  @Override
  public Outcome perform(MutationContext context) {
    WorkingMemory memory = context.memory();
    MoveJournal journal = context.journal();
    TenantReads reads = context.reads();
    SwitchBaseline baseline =
        Objects.requireNonNull(memory.switchBaseline, "the post-switch scan comes first");
    baseline.interrupted = journal.header().interrupted();
    VerificationScan scan = memory.verification;
    if (scan == null) {
      scan = new VerificationScan(reads, context.port(), baseline);
      memory.verification = scan;
    }
    if (!scan.run(new ScanBudget(context.clock()))) {
      VerificationReport soFar = scan.soFar();
      return Outcome.unfinished(journal.header(draft -> draft.verification(soFar)));
    }
    memory.verification = null;
    return conclude(context, scan, reads);
  }

  private static Outcome conclude(
      MutationContext context, VerificationScan scan, TenantReads reads) {
    Move move = context.move();
    MoveJournal journal = context.journal();
    double overlap = SearchProbes.overlap(
        reads, scan.samples(), move.settings().verification().searchProbes());
    Instant now = context.clock().instant();
    Duration sinceScan =
        Duration.between(Objects.requireNonNullElse(context.memory().scannedAt, now), now);
    VerificationReport report = scan.conclude(sinceScan, overlap);
    Map<String, Long> counts = Map.of(
        "compared", report.compared(),
        "missing", report.missing(),
        "extra", report.extra(),
        "different", report.different(),
        "broughtOver", scan.lateWrites(),
        "attributed", scan.attributed());
    Instant until = now.plus(move.settings().retainSource());
    boolean equal = report.verdict() == Verdict.EQUAL;
    MoveJournal compared = journal.header(draft -> draft.verification(report));
    if (!equal && scan.undecided(sinceScan)) {
      return new Outcome(compared, true, counts, null);
    }
    if (!equal) {
      boolean interrupted = journal.header().interrupted();
      return new Outcome(compared, true, counts, difference(move, report, scan, interrupted));
    }
    if (scan.attributed() > 0) {
      log.info(
          "move {}: {} points that changed between the switch and the post-switch scan are attributed to clients; first ids {}",
          move.name(),
          scan.attributed(),
          scan.unexplained());
    }
    SwitchBaseline verified = scan.verified();
    context.memory().verified(verified);
    return new Outcome(
        compared
            .withEvidence(verified.evidence())
            .header(draft -> draft.interrupted(false))
            .promotion(draft ->
                draft.retainedUntil(Objects.requireNonNullElse(draft.retainedUntil(), until))),
        true,
        counts,
        null);
  }

  /** What differs may be the clients' own, which shows in what else they do. */
  @Override
  public Optional<Pause> pauseAfter(MutationContext context, Outcome outcome) {
    VerificationReport report = outcome.journal().header().verification();
    return outcome.finished() && report != null && report.verdict() == Verdict.DIFFERENT
        ? Optional.of(new Pause(
            "ObservingClients",
            report.missing() + " points are missing in the dedicated key and " + report.different()
                + " differ since the switch. The clients' writes are observed, to tell whether they did it;"
                + " then both keys are compared again",
            Duration.ofSeconds(1)))
        : Optional.empty();
  }

  @Override
  public List<Milestone> milestones(Outcome outcome) {
    List<Milestone> milestones = new ArrayList<>();
    milestones.add(verified(outcome));
    outcome
        .journal()
        .promotion()
        .map(Promotion::retainedUntil)
        .ifPresent(
            until -> milestones.add(new Milestone(MoveEvent.RETAINED, "Until " + until, Map.of())));
    return milestones;
  }

  /** The audit event of any verification. */
  static Milestone verified(Outcome outcome) {
    VerificationReport report = outcome.journal().header().verification();
    return new Milestone(
        MoveEvent.VERIFIED,
        report == null ? Verdict.RUNNING.apiName() : report.verdict().apiName(),
        outcome.counts());
  }

  private static Stall difference(
      Move move, VerificationReport report, VerificationScan scan, boolean interrupted) {
    List<PointId> ids = scan.unexplained();
    Stall replicas = ReplicasDiffer.stall(move, scan.differing(), scan.differingCopies());
    if (ids.isEmpty() && replicas != null) {
      return replicas;
    }
    if (ids.isEmpty()) {
      return new Stall(
          StallReason.SEARCHES_DIFFER,
          "All " + report.compared() + " points of tenant " + move.tenant()
              + " are equal in both keys, but searches in the dedicated key return other points: "
              + "topKOverlap is " + report.topKOverlap() + ", required: at least "
              + move.settings().verification().minTopKOverlap()
              + ". No point is deleted, and the operator keeps comparing. The command takes the move "
              + "back.",
          new Remedy.SetAbort(true));
    }
    return new Stall(
        StallReason.VERIFICATION_DIFFERENCE,
        "The dedicated key " + move.dedicated() + " differs from the fallback: " + report.missing()
            + " points missing, " + report.different() + " different, search overlap "
            + report.topKOverlap() + "; first ids " + ids
            + (interrupted
                ? ". The dedicated key was out of service for a while: points that the tenant wrote then "
                    + "are newer in the fallback, points written before are newer in the dedicated key, "
                    + "and the operator cannot tell them apart"
                : "")
            + ". No point is deleted. " + Stall.SAVED_AND_INSERTED,
        new Remedy.InsertFromFallback(ids));
  }
}
