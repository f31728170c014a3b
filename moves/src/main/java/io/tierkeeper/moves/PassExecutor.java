package io.tierkeeper.moves;

import io.tierkeeper.moves.ActionExecutor.Outcome;
import io.tierkeeper.qdrant.PointId;
import io.tierkeeper.qdrant.QdrantWrites;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Runs the walks over a tenant's points, a slice a turn, and keeps them in the working memory in between. */
final class PassExecutor {

  private final InstantSource clock;

  PassExecutor(InstantSource clock) {
    this.clock = clock;
  }

  Outcome lookBefore(TenantReads reads, MoveJournal journal, WorkingMemory memory) {
    LookBefore look = memory.lookBefore;
    if (look == null) {
      look = new LookBefore(reads);
      memory.lookBefore = look;
      memory.copied = null;
    }
    if (!look.run(new Budget(clock))) {
      return new Outcome(journal, false, Map.of(), null);
    }
    memory.lookBefore = null;
    Baseline seen = look.seen();
    memory.copied = seen;
    return Outcome.done(journal.with(draft -> {
      draft.copied = seen.fingerprint();
      draft.copiedTable = seen.table().text();
    }));
  }

  Outcome lookFirst(TenantReads reads, MoveJournal journal, WorkingMemory memory) {
    FirstLook look = memory.firstLook;
    if (look == null) {
      look = new FirstLook(reads);
      memory.firstLook = look;
    }
    if (!look.run(new Budget(clock))) {
      return new Outcome(journal, false, Map.of(), null);
    }
    memory.firstLook = null;
    Instant now = clock.instant();
    Evidence evidence = look.evidence(lastPass(journal, memory));
    String before = journal.baseline();
    if (before != null) {
      boolean same = evidence.sameSource(before) && Evidence.clean(before);
      evidence.conclude(same ? Evidence.Trust.FINGERPRINT : Evidence.Trust.NONE, Duration.ZERO);
    } else if (journal.startSentAt() == null) {
      evidence.conclude(Evidence.Trust.NONE, Duration.ZERO);
    } else {
      Instant since = Objects.requireNonNullElse(memory.lastNotActive, journal.startSentAt());
      evidence.conclude(Evidence.Trust.FIRST_LOOK, Duration.between(since, now));
    }
    memory.evidence = evidence;
    memory.lookedAt = now;
    return Outcome.done(
        before != null ? journal : journal.with(draft -> draft.baseline = evidence.text()));
  }

  Outcome verify(
      TenantReads reads, QdrantWrites writes, MoveJournal journal, WorkingMemory memory) {
    Evidence evidence = Objects.requireNonNull(memory.evidence, "looked first");
    evidence.interrupted = journal.interrupted();
    VerificationReport earlier = journal.verification();
    Verification verification = memory.verification;
    if (verification == null) {
      boolean resume = earlier != null && earlier.verdict() == Verdict.RUNNING;
      verification = new Verification(
          reads,
          writes,
          evidence,
          resume ? Objects.requireNonNull(earlier) : VerificationReport.none());
      memory.verification = verification;
    }
    boolean end = verification.run(new Budget(clock));
    if (!end) {
      VerificationReport soFar = verification.soFar();
      return new Outcome(journal.with(draft -> draft.verification = soFar), false, Map.of(), null);
    }
    memory.verification = null;
    double overlap = SearchProbes.overlap(
        reads, verification.samples(), reads.move().settings().searchProbes());
    Instant now = clock.instant();
    VerificationReport report = verification.conclude(
        Duration.between(Objects.requireNonNullElse(memory.lookedAt, now), now), overlap);
    Map<String, Long> counts = Map.of(
        "compared", report.compared(),
        "missing", report.missing(),
        "extra", report.extra(),
        "different", report.different(),
        "broughtOver", verification.broughtOver());
    Instant until = now.plus(reads.move().settings().retainSource());
    MoveJournal next = journal.with(draft -> {
      draft.verification = report;
      if (report.verdict() == Verdict.EQUAL) {
        draft.interrupted = false;
        draft.retainedUntil = Objects.requireNonNullElse(draft.retainedUntil, until);
      }
    });
    return new Outcome(
        next,
        true,
        counts,
        report.verdict() == Verdict.EQUAL
            ? null
            : difference(reads.move(), report, verification.unexplained(), journal.interrupted()));
  }

  private static Stall difference(
      Move move, VerificationReport report, List<PointId> ids, boolean interrupted) {
    if (ids.isEmpty()) {
      return new Stall(
          StallReason.SEARCHES_DIFFER,
          "All " + report.compared() + " points are equal in both keys, but searches in them find "
              + "different ones: overlap " + report.topKOverlap() + ", wanted "
              + move.settings().minTopKOverlap()
              + ". Nothing is deleted, and it is compared again at every look. The command takes the "
              + "move back.",
          Curl.abort(move, true));
    }
    return new Stall(
        StallReason.VERIFICATION_DIFFERENCE,
        "The dedicated key differs from the fallback: " + report.missing() + " points missing, "
            + report.different() + " different, search overlap " + report.topKOverlap()
            + "; first ids " + ids
            + (interrupted
                ? ". The dedicated key was out of service in between: where the tenant wrote then, the "
                    + "fallback is newer; where it wrote before, the dedicated key. Only a person can tell"
                : "")
            + ". Nothing is deleted. The command saves both versions of these and writes the fallback's "
            + "into the dedicated key; the page says how to keep the dedicated key's instead.",
        Curl.takeFromFallback(move, ids));
  }

  Outcome deleteSource(
      TenantReads reads, QdrantWrites writes, MoveJournal journal, WorkingMemory memory) {
    SourceDeletion deletion = memory.deletion;
    if (deletion == null) {
      deletion = new SourceDeletion(
          reads, writes, Objects.requireNonNullElseGet(memory.evidence, Evidence::new));
      memory.deletion = deletion;
    }
    boolean end = deletion.run(new Budget(clock));
    if (end) {
      memory.deletion = null;
    }
    return new Outcome(
        journal,
        end,
        Map.of("deleted", deletion.deleted(), "broughtOver", deletion.broughtOver()),
        null);
  }

  Outcome copy(
      TenantReads reads,
      QdrantWrites writes,
      MoveJournal journal,
      WorkingMemory memory,
      Action.Copy action) {
    CopyPass pass = memory.copy;
    if (pass == null) {
      pass = new CopyPass(reads, writes, action.sourceWins());
      memory.copy = pass;
      memory.copyBegan = clock.instant();
      memory.copied = null;
    }
    if (!pass.run(new Budget(clock))) {
      return new Outcome(journal, false, Map.of(), null);
    }
    memory.copy = null;
    if (pass.obstacle().isPresent()) {
      String[] why = pass.obstacle().get().split("\\|", 2);
      return Outcome.done(journal.with(draft -> {
        draft.aborting = true;
        draft.abortReason = why[0];
        draft.abortMessage = why[1];
      }));
    }
    Map<String, Long> counts = Map.of("points", pass.copied().count(), "changes", pass.changes());
    if (!pass.leftovers().isEmpty()) {
      return new Outcome(
          journal,
          true,
          counts,
          new Stall(
              StallReason.UNMARKED_POINTS_IN_FALLBACK,
              "The fallback holds points of the tenant that this move did not copy and that its own key lacks "
                  + "or has otherwise: ids " + pass.leftovers()
                  + (journal.interrupted()
                      ? ". They were written while the key was out of service. The command saves both "
                          + "versions and writes the fallback's into the tenant's key."
                      : ". They are an earlier move's leftovers. The command saves them, writes those that the "
                          + "tenant's key lacks into it, and deletes them from the fallback."),
              journal.interrupted()
                  ? Curl.takeFromFallback(reads.move(), pass.leftovers())
                  : Curl.keepDedicated(reads.move(), pass.leftovers())));
    }
    Instant began = Objects.requireNonNullElse(memory.copyBegan, clock.instant());
    boolean empty = pass.changes() == 0;
    memory.copied = pass.copied();
    memory.emptyPasses = empty ? memory.emptyPasses + 1 : 0;
    String fingerprint = pass.copied().fingerprint();
    String table = pass.copied().table().text();
    long points = pass.copied().count();
    // A tenant that writes more than that during one pass never has fewer; it is what a fence is
    // for.
    boolean few = pass.changes() <= ActionExecutor.FEW
        || journal.copied() != null
        || (memory.lastChanges != null && pass.changes() * 2L > memory.lastChanges);
    memory.lastChanges = (long) pass.changes();
    boolean proven = action.step() == MoveStep.LAST_PASSES && memory.emptyPasses >= 2;
    return new Outcome(
        journal.with(draft -> {
          draft.interrupted = false;
          if (few) {
            draft.copied = fingerprint;
            draft.copiedTable = table;
          }
          if (!empty) {
            draft.quietSince = null;
          } else if (draft.quietSince == null) {
            draft.quietSince = began;
          }
          if (proven) {
            draft.verification = new VerificationReport(points, 0, 0, 0, "", 1, Verdict.EQUAL);
          }
        }),
        true,
        counts,
        null);
  }

  Outcome merge(TenantReads reads, QdrantWrites writes, MoveJournal journal, WorkingMemory memory) {
    MergePass pass = memory.merge;
    if (pass == null) {
      pass = new MergePass(reads, writes, lastPass(journal, memory), memory.inserted);
      memory.merge = pass;
    }
    if (!pass.run(new Budget(clock))) {
      return new Outcome(journal, false, Map.of(), null);
    }
    memory.merge = null;
    long compared = pass.compared();
    long corrections = pass.corrections();
    Map<String, Long> counts = Map.of(
        "compared", compared,
        "corrections", corrections,
        "nothingNew", pass.nothingNew() ? 1L : 0L);
    long difference = Math.max(journal.difference(), pass.difference());
    MoveJournal found = journal.with(draft -> draft.difference = difference);
    if (pass.collision().isPresent()) {
      return new Outcome(
          found,
          true,
          counts,
          new Stall(
              StallReason.ID_HELD_BY_ANOTHER_TENANT,
              "Id " + pass.collision().get()
                  + " of the tenant now belongs to another tenant in the fallback. The command takes the "
                  + "move back, which brings the tenant's own key back.",
              Curl.abort(reads.move(), true)));
    }
    if (!pass.undecided().isEmpty()) {
      return new Outcome(found, true, counts, onlyFrozen(reads.move(), pass.undecided()));
    }
    String all = pass.frozenText();
    return new Outcome(
        found.with(draft -> {
          if (corrections == 0) {
            draft.verification = new VerificationReport(compared, 0, 0, 0, "", 1, Verdict.EQUAL);
          } else {
            // All of it has come over: what the fallback lacks from now on a client has deleted.
            draft.copied = all;
            draft.copiedTable = null;
          }
        }),
        true,
        counts,
        null);
  }

  private static LastPass lastPass(MoveJournal journal, WorkingMemory memory) {
    return new LastPass(memory.copied, journal.copied(), journal.copiedTable());
  }

  private static Stall onlyFrozen(Move move, List<PointId> ids) {
    List<PointId> first = ids.subList(0, Math.min(Verification.NAMED, ids.size()));
    return new Stall(
        StallReason.VERIFICATION_DIFFERENCE,
        ids.size()
            + " points that the dedicated key held when it was frozen are not in the fallback; first ids "
            + first
            + ". The move has lost its memory of the last copy, so that they were either written just "
            + "before the freeze or deleted since. Nothing is deleted. The command saves these and writes "
            + "them into the fallback; the page says how to leave them deleted instead.",
        Curl.takeFromFrozen(move, first));
  }

  Outcome giveBack(
      TenantReads reads,
      QdrantWrites writes,
      MoveJournal journal,
      WorkingMemory memory,
      boolean thawed,
      boolean copied,
      boolean concludes) {
    GiveBackPass pass = memory.giveBack;
    if (pass == null) {
      pass = new GiveBackPass(reads, writes, lastPass(journal, memory), thawed, copied, concludes);
      memory.giveBack = pass;
    }
    if (!pass.run(new Budget(clock))) {
      return new Outcome(journal, false, Map.of(), null);
    }
    memory.giveBack = null;
    Map<String, Long> counts = Map.of("given", pass.given());
    if (!pass.conflicts().isEmpty()) {
      return new Outcome(journal, true, counts, changedInBoth(reads.move(), pass.conflicts()));
    }
    if (!pass.undecided().isEmpty()) {
      return new Outcome(journal, true, counts, onlyFrozen(reads.move(), pass.undecided()));
    }
    boolean inOrder = pass.given() == 0 && pass.concludes();
    if (inOrder) {
      memory.copied = null;
    }
    return new Outcome(
        journal.with(draft -> {
          if (inOrder) {
            // From here the copy loop may begin anew, or the copies may go.
            draft.step = MoveStep.COPY;
            draft.startSentAt = null;
            draft.copied = null;
            draft.copiedTable = null;
            draft.quietSince = null;
            draft.verification = null;
          }
        }),
        true,
        counts,
        null);
  }

  private static Stall changedInBoth(Move move, List<PointId> ids) {
    List<PointId> first = ids.subList(0, Math.min(Verification.NAMED, ids.size()));
    return new Stall(
        StallReason.VERIFICATION_DIFFERENCE,
        "The dedicated key was out of service for a moment, and " + ids.size()
            + " points were changed in the fallback then and in the dedicated key before or after; first ids "
            + first
            + ". Only a person can tell which is newer. Nothing is deleted. The command saves both versions "
            + "of these and writes the fallback's into the dedicated key; the page says how to keep the "
            + "dedicated key's instead.",
        Curl.takeFromFallback(move, first));
  }
}
