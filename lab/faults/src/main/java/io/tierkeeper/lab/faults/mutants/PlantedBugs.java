package io.tierkeeper.lab.faults.mutants;

import io.tierkeeper.lab.faults.HuntOutcome;
import io.tierkeeper.lab.faults.mutants.PlantedBug.Where;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/** The list of bugs that are planted. */
public final class PlantedBugs {

  private static final String MOVES = "io.tierkeeper.moves.";

  private PlantedBugs() {}

  /** All of them. */
  public static List<PlantedBug> all() {
    return List.of(
        bug(
            "delete-before-verify",
            "The source of a promotion is deleted without anybody having compared the copy.",
            "any promotion",
            Where.IN_A_PROMOTION,
            new Rewrite.Call(
                MOVES + "plan.PromotionPlanner", "active", "verification", "verifiedUnseen")),
        bug(
            "start-twice",
            "The copy is started whenever no transfer is listed, instead of once for each key.",
            "a promotion whose start gets a late answer",
            Where.IN_A_PROMOTION,
            new Rewrite.Call(MOVES + "plan.PromotionPlanner", "partial", "startSentAt", "notYet"),
            new Rewrite.Call(MOVES + "plan.PromotionPlanner", "partial", "step", "justCreated")),
        bug(
            "blind-repeat-of-start",
            "A start whose answer is lost is sent again instead of looked after.",
            "a promotion whose start loses its answer",
            Where.IN_A_PROMOTION,
            new Rewrite.Call(
                MOVES + "act.StartReplication", "perform", "replicatePoints", "replicateAgain")),
        bug(
            "copy-of-everybody",
            "The copy of a promotion is started without the tenant's filter.",
            "any promotion",
            Where.IN_A_PROMOTION,
            new Rewrite.Call(
                MOVES + "act.StartReplication", "perform", "replicatePoints", "replicateAll")),
        bug(
            "no-settle",
            "Verification begins at once after the switch, while requests from before it are under way.",
            "any promotion",
            Where.IN_A_PROMOTION,
            new Rewrite.Call(MOVES + "plan.PromotionPlanner", "active", "settle", "noTime")),
        bug(
            "cleanup-by-filter",
            "The source is deleted by the tenant's filter, and with it what nobody has verified.",
            "a promotion with a late write during the deletion",
            Where.IN_A_PROMOTION,
            new Rewrite.Call(
                MOVES + "scan.SourceDeletionScan", "delete", "delete", "deleteByTenant")),
        bug(
            "compare-of-counts",
            "Verification counts the points of both sides and compares none, and so does the deletion.",
            "a promotion with a late write",
            Where.AMONG_STRAGGLERS,
            new Rewrite.Body(MOVES + "scan.VerificationScan", "compare", "skipTwo"),
            new Rewrite.Body(MOVES + "scan.SourceDeletionScan", "rescue", "skipTwo")),
        bug(
            "compare-of-ids",
            "Verification is content where every id is there.",
            "a promotion with a late overwrite",
            Where.AMONG_STRAGGLERS,
            new Rewrite.Call(MOVES + "scan.LateWrite", "rule", "verifyLevel", "idsAreEnough")),
        bug(
            "off-by-one-page",
            "The next page begins one point too late.",
            "a tenant of more than one page",
            Where.IN_LARGE_TENANTS,
            new Rewrite.Call(MOVES + "scan.IdStream", "peek", "startingAt", "onePast")),
        bug(
            "resume-with-the-wrong-filter",
            "A walk goes on at its next page without the tenant's filter.",
            "a tenant of more than one page",
            Where.IN_LARGE_TENANTS,
            new Rewrite.Call(MOVES + "scan.IdStream", "peek", "startingAt", "withoutFilter")),
        bug(
            "transfer-not-aborted",
            "A copy that is given up is cleaned away while its transfer runs.",
            "a promotion that is taken back during the copy",
            Where.IN_A_PROMOTION,
            new Rewrite.Result(MOVES + "plan.PromotionPlanner", "plan", "deleteAtOnce")),
        bug(
            "dead-is-active",
            "A Dead replica counts as Active.",
            "a demotion by freeze, or a transfer that was aborted",
            Where.IN_A_FREEZE,
            new Rewrite.Result(MOVES + "observe.ClusterLayout", "state", "deadIsActive")),
        bug(
            "disagreement-ignored",
            "What the first peer shows is taken for the truth.",
            "a peer that lags or stands still",
            new Rewrite.Body(MOVES + "observe.ClusterLayout", "disagreement", "anybodyWillDo")),
        bug(
            "late-write-deleted",
            "A late write that is met during the deletion is deleted with the rest.",
            "a promotion with a late write",
            Where.AMONG_STRAGGLERS,
            new Rewrite.Body(MOVES + "scan.SourceDeletionScan", "rescue", "skipTwo")),
        bug(
            "key-deleted-before-merge",
            "A frozen key is deleted before what it took last has been merged.",
            "a demotion by freeze with a write right before it",
            Where.IN_A_FREEZE,
            new Rewrite.Body(MOVES + "plan.DemotionPlanner", "verified", "yes")),
        bug(
            "older-wins-in-merge",
            "Where both sides have changed, the merge takes the frozen point.",
            "a demotion by freeze with writes of one point right before and after it",
            Where.IN_A_FREEZE,
            new Rewrite.Call(MOVES + "scan.MergeScan", "both", "merge", "second")),
        bug(
            "merge-of-whole-points",
            "Where both sides have changed, the merge takes the whole newer point instead of its newer fields.",
            "a demotion by freeze with an overwrite before and a set-payload after it",
            Where.IN_A_FREEZE,
            new Rewrite.Call(MOVES + "scan.MergeScan", "both", "merge", "third")),
        bug(
            "newer-write-taken-for-copy",
            "The merge overwrites a point that a client has changed since the freeze.",
            "a demotion by freeze with writes of one point right before and after it",
            Where.IN_A_FREEZE,
            new Rewrite.Call(MOVES + "scan.MergeScan", "both", "unchanged", "unchangedIfMarked")),
        bug(
            "deletion-before-freeze-ignored",
            "The merge forgets what was deleted between the last pass and the freeze.",
            "a demotion by freeze with a deletion right before it",
            Where.IN_A_FREEZE,
            new Rewrite.Body(MOVES + "scan.MergeScan", "deletedBeforeTheFreeze", "skip")),
        bug(
            "deletion-after-freeze-undone",
            "The merge brings back what a client has deleted since the freeze.",
            "a demotion by freeze with a deletion right after it",
            Where.IN_A_FREEZE,
            new Rewrite.Call(MOVES + "scan.MergeScan", "insertMissing", "copied", "neverCopied")),
        bug(
            "unconditional-merge",
            "The merge writes over whatever is there by then.",
            "a demotion by freeze with a write during the merge",
            Where.IN_A_FREEZE,
            new Rewrite.Call(MOVES + "scan.MergeScan", "both", "onlyWhere", "unconditional")),
        bug(
            "insert-only-dropped",
            "The merge inserts a point over one that a client has written meanwhile.",
            "a demotion by freeze with an insert before and an overwrite during the merge",
            Where.IN_A_FREEZE,
            new Rewrite.Call(MOVES + "scan.MergeScan", "insert", "mode", "anyMode")),
        bug(
            "freeze-without-last-pass",
            "The key is frozen without waiting for a pass that finds nothing.",
            "any demotion by freeze",
            Where.IN_A_FREEZE,
            new Rewrite.Call(MOVES + "plan.DemotionPlanner", "freeze", "quietSince", "longAgo")),
        bug(
            "copy-forgets-deletions",
            "The passes of the copy never delete.",
            "a demotion with a deletion during the copy",
            Where.IN_A_FREEZE,
            new Rewrite.Body(MOVES + "scan.CopyScan", "deleteGone", "skipped")),
        bug(
            "give-back-skipped",
            "What the fallback took while the key was frozen is not given back.",
            "a demotion by freeze that is taken back",
            Where.IN_A_FREEZE,
            new Rewrite.Body(MOVES + "scan.WriteBackScan", "run", "doneAtOnce")),
        bug(
            "undo-forgets-newer-writes",
            "Giving back, what the fallback took in the meantime is left out.",
            "a demotion by freeze that is taken back",
            Where.IN_A_FREEZE,
            new Rewrite.Body(MOVES + "scan.WriteBackScan", "apply", "skipThree")),
        bug(
            "working-key-left",
            "The keys that a freeze needs are not deleted.",
            "any demotion by freeze",
            Where.IN_A_FREEZE,
            new Rewrite.Call(MOVES + "plan.DemotionPlanner", "afterDeletion", "state", "absent")),
        bug(
            "marks-left",
            "The marks are not removed from the points.",
            "any demotion",
            new Rewrite.Call(MOVES + "plan.DemotionPlanner", "afterDeletion", "marked", "none")),
        bug(
            "unknown-fence-believed",
            "A webhook that does not answer counts as one that has done it.",
            "a demotion by fence whose webhook fails",
            Where.IN_A_FENCE,
            new Rewrite.Call(MOVES + "act.FenceCalls", "call", "post", "believed")),
        bug(
            "fence-lifted-before-last-pass",
            "The writers go on before the last passes have begun.",
            "a demotion by fence",
            Where.IN_A_FENCE,
            new Rewrite.Result(MOVES + "act.Drain", "perform", "liftAfterDrain")),
        bug(
            "fence-never-lifted",
            "The fence stays when the move has ended.",
            "a demotion by fence",
            Where.IN_A_FENCE,
            new Rewrite.Body(MOVES + "plan.DemotionPlanner", "mayBeFenced", "never")),
        bug(
            "lost-intent-line",
            "A deed is done without a line that announces it.",
            "any move",
            new Rewrite.Call(MOVES + "engine.MoveEngine", "perform", "intended", "skipThree")),
        bug(
            "intent-not-durable",
            "A deed is done while the line that announces it is still to be written to the disk.",
            "any move",
            new Rewrite.Call(MOVES + "engine.MoveAudit", "append", "append", "later")),
        bug(
            "journal-after-the-deed",
            "The journal learns of a deed when it has been done.",
            "any move",
            new Rewrite.Call(MOVES + "engine.MoveEngine", "perform", "write", "skip")),
        bug(
            "intent-without-number",
            "The second deed of a step has the id of the first, so that its line is taken for a repeat.",
            "any demotion",
            new Rewrite.Body(MOVES + "engine.MoveAudit", "stepName", "stepAlone")),
        bug(
            "end-not-told",
            "The trail does not say how a move ended.",
            "any move",
            new Rewrite.Call(MOVES + "engine.MoveEngine", "complete", "event", "untold")),
        bug(
            "missing-lease-check",
            "Nobody asks whether the lease is still held.",
            "a lost lease",
            new Rewrite.Body(MOVES + "act.LeaderGuard", "of", "unguarded"),
            new Rewrite.Call(MOVES + "engine.MoveEngine", "perform", "requireLeading", "skipped")),
        bug(
            "lease-asked-once-a-turn",
            "The lease is asked for at the beginning of a turn and not before each call.",
            "a lease that is lost during a long deed",
            new Rewrite.Body(MOVES + "act.LeaderGuard", "of", "unguarded")),
        bug(
            "signed-comparison-of-ids",
            "Ids above 2^63 are compared as negative numbers.",
            "a tenant with such ids",
            new Rewrite.Call(
                MOVES + "content.Baseline$Column", "find", "compareUnsigned", "signed")));
  }

  /**
   * The one of this name.
   *
   * @throws IllegalArgumentException where there is none
   */
  public static PlantedBug named(String name) {
    return all().stream()
        .filter(bug -> bug.name().equals(name))
        .findFirst()
        .orElseThrow(
            () -> new IllegalArgumentException("bug: " + name + " is not planted; allowed: "
                + all().stream().map(PlantedBug::name).toList()));
  }

  /**
   * Hunts several at once.
   *
   * @param threads how many at a time, from 1
   * @param told hears of each as soon as it is over; called by several threads
   * @return in the order of the bugs
   */
  public static List<HuntOutcome> hunt(
      List<PlantedBug> bugs, long firstSeed, int most, int threads, Consumer<HuntOutcome> told) {
    try (ExecutorService hunters = Executors.newFixedThreadPool(threads)) {
      List<Future<HuntOutcome>> hunts = bugs.stream()
          .map(bug -> hunters.submit(() -> {
            HuntOutcome outcome = bug.hunt(firstSeed, most);
            told.accept(outcome);
            return outcome;
          }))
          .toList();
      List<HuntOutcome> outcomes = new ArrayList<>();
      for (Future<HuntOutcome> hunt : hunts) {
        outcomes.add(hunt.get());
      }
      return outcomes;
    } catch (ExecutionException e) {
      throw new IllegalStateException(String.valueOf(e.getMessage()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while hunting", e);
    }
  }

  private static PlantedBug bug(String name, String slip, String course, Rewrite... rewrites) {
    return bug(name, slip, course, Where.ANYWHERE, rewrites);
  }

  private static PlantedBug bug(
      String name, String slip, String course, Where where, Rewrite... rewrites) {
    return new PlantedBug(name, slip, course, where, List.of(rewrites));
  }
}
