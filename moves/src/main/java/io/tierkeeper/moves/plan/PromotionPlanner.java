package io.tierkeeper.moves.plan;

import static io.tierkeeper.moves.plan.Planner.POLL;
import static io.tierkeeper.moves.plan.Planner.SLOW_POLL;
import static io.tierkeeper.moves.plan.Situation.min;

import io.tierkeeper.moves.Abort;
import io.tierkeeper.moves.CopyEvidence;
import io.tierkeeper.moves.JournalHeader;
import io.tierkeeper.moves.Move;
import io.tierkeeper.moves.MovePhase;
import io.tierkeeper.moves.MoveSignals;
import io.tierkeeper.moves.MoveStep;
import io.tierkeeper.moves.Placement;
import io.tierkeeper.moves.Protocol;
import io.tierkeeper.moves.StallReason;
import io.tierkeeper.moves.Verdict;
import io.tierkeeper.moves.VerificationReport;
import io.tierkeeper.moves.act.AbortTransfer;
import io.tierkeeper.moves.act.CreateKey;
import io.tierkeeper.moves.act.DeleteKey;
import io.tierkeeper.moves.act.DeleteSource;
import io.tierkeeper.moves.act.MoveShard;
import io.tierkeeper.moves.act.Mutation;
import io.tierkeeper.moves.act.ReplicateShard;
import io.tierkeeper.moves.act.Snapshot;
import io.tierkeeper.moves.act.StartReplication;
import io.tierkeeper.moves.act.Verify;
import io.tierkeeper.moves.observe.ClusterLayout;
import io.tierkeeper.moves.observe.Observation;
import io.tierkeeper.qdrant.KeyTemplate;
import io.tierkeeper.qdrant.Replica;
import io.tierkeeper.qdrant.ReplicaState;
import io.tierkeeper.qdrant.ShardTransfer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The way to a key of its own: create Partial, replicate once, verify, retain, delete from the fallback. */
public final class PromotionPlanner {

  static final int MAX_ATTEMPTS = 3;

  private final Situation situation;
  private final Move move;
  private final Observation seen;
  private final ClusterLayout layout;
  private final JournalHeader journal;
  private final Abort abort;
  private final CopyEvidence evidence;
  private final Protocol.Promotion promotion;
  private final MoveSignals signals;
  private final Instant now;
  private final List<ShardTransfer> transfers;
  private final PromotionStalls stalls;

  PromotionPlanner(Situation situation, Protocol.Promotion promotion) {
    this.situation = situation;
    this.move = situation.move();
    this.seen = situation.seen();
    this.layout = situation.layout();
    this.journal = situation.journal().header();
    this.abort = situation.journal().abort();
    this.evidence = situation.journal().evidence();
    this.promotion = promotion;
    this.signals = situation.signals();
    this.now = situation.now();
    this.transfers = layout.transfersInto(move.dedicated());
    this.stalls = new PromotionStalls(situation);
  }

  Decision plan() {
    boolean takeBack = signals.abortRequested() || signals.undoRequested() || abort.aborting();
    return switch (layout.state(move.dedicated())) {
      case ABSENT -> absent(takeBack);
      case PARTIAL -> transfers.isEmpty() ? partial(takeBack) : running(takeBack);
      case ACTIVE_READ -> transfers.isEmpty() ? between() : running(takeBack);
      case DEAD -> dead(takeBack);
      case ACTIVE -> transfers.isEmpty() ? active(takeBack) : running(false);
      case OTHER -> other();
    };
  }

  private Decision absent(boolean takeBack) {
    if (journal.deletionBegun() || promotion.activeSince() != null) {
      MoveStep step = journal.deletionBegun() ? MoveStep.DELETE_SOURCE : MoveStep.VERIFY;
      String lost = journal.deletionBegun()
          ? "the deletion from the fallback had begun, so points are lost."
          : "writes since " + promotion.activeSince()
              + " are lost; the fallback still holds the points from before.";
      return Planner.keyGivenUp(journal, signals)
          ? situation.onceWritesHaveArrived(new Decision.Complete(
              step,
              MovePhase.ABORTED,
              StallReason.DEDICATED_KEY_VANISHED.apiName(),
              "The dedicated key " + move.dedicated() + " was deleted by another client: " + lost
                  + " The tenant is in the fallback with what is left."))
          : Planner.vanished(move, step, signals, lost);
    }
    if (takeBack) {
      return situation.onceWritesHaveArrived(new Decision.Complete(
          MoveStep.CLEAN_UP,
          MovePhase.ABORTED,
          abort.abortReason() != null
              ? abort.abortReason()
              : signals.abortRequested() ? "AbortRequested" : "Undone",
          abort.abortMessage() == null
              ? "Everything is restored: the tenant is in the fallback."
              : abort.abortMessage()));
    }
    if (journal.startSentAt() != null || journal.step() == MoveStep.CLEAN_UP) {
      return journal.attempt() >= MAX_ATTEMPTS
          ? situation.takeBack(new Decision.TakeBack(
              MoveStep.CLEAN_UP,
              "ReplicationFailed",
              "The copy failed " + MAX_ATTEMPTS
                  + " times. Everything is restored: the tenant is in the fallback. "
                  + (abort.abortMessage() == null ? "" : abort.abortMessage())))
          : new Decision.StartOver(MoveStep.CLEAN_UP, now.plus(backOff()));
    }
    if (promotion.notBefore() != null && now.isBefore(promotion.notBefore())) {
      return new Decision.Wait(
          MoveStep.PREFLIGHT,
          "BackOff",
          "The last attempt failed; the next starts at " + promotion.notBefore(),
          min(Duration.between(now, promotion.notBefore()), SLOW_POLL));
    }
    Optional<Decision> gate = gate();
    if (gate.isPresent()) {
      return gate.get();
    }
    if (evidence.copied() == null) {
      // Before the key, which must not be Partial for as long as it takes to read all points.
      return new Decision.ScanBeforeCopy(MoveStep.PREFLIGHT);
    }
    long peer = layout.replicas(move.fallback()).get(0).peerId();
    return mutate(new CreateKey(
        MoveStep.CREATE_KEY, new KeyTemplate(move.dedicated(), peer, ReplicaState.PARTIAL)));
  }

  /** What must hold before the first change, and again before each start. */
  private Optional<Decision> gate() {
    if (layout.versions().size() > 1) {
      return Optional.of(
          waitOrAbort("RollOutInProgress", layout.versionRefusal().orElseThrow()));
    }
    if (layout.versionRefusal().isPresent()) {
      return Optional.of(situation.takeBack(new Decision.TakeBack(
          MoveStep.PREFLIGHT, "VersionRefused", layout.versionRefusal().get())));
    }
    if (!seen.counts().tenantIndexed()) {
      return Optional.of(situation.takeBack(new Decision.TakeBack(
          MoveStep.PREFLIGHT,
          "TenantFieldNotIndexed",
          "The payload field " + move.tenantField() + " of collection " + move.collection()
              + " has no index, so each batch of the copy would scan the whole fallback under its write "
              + "lock. Create a keyword index with is_tenant: true.")));
    }
    if (seen.shared().any()) {
      return Optional.of(situation.takeBack(new Decision.TakeBack(
          MoveStep.PREFLIGHT,
          "SharedPoints",
          "Of tenant " + move.tenant() + ", " + seen.shared()
              + " belong to other tenants as well: payload field " + move.tenantField()
              + " holds several values. A promotion would take them from the other tenants. Allowed: one "
              + "tenant for each point; store a shared document once for each tenant.")));
    }
    return busy();
  }

  /** Another operation runs in the collection, or the fallback is not fit. */
  private Optional<Decision> busy() {
    if (layout.resharding()) {
      return Optional.of(
          waitOrAbort("Resharding", "A resharding runs in collection " + move.collection()));
    }
    List<ShardTransfer> foreign = layout.foreignTransfers(move.keys());
    if (!foreign.isEmpty()) {
      return Optional.of(waitOrAbort(
          "ForeignTransfer",
          "A shard transfer of another client runs in collection " + move.collection() + ": "
              + foreign));
    }
    return layout
        .fallbackFault(move.fallback())
        .map(fault -> waitOrAbort("FallbackNotReady", fault));
  }

  private Decision waitOrAbort(String reason, String message) {
    return seen.unchangedFor().compareTo(move.settings().moveDeadline()) > 0
        ? situation.takeBack(new Decision.TakeBack(MoveStep.PREFLIGHT, reason, message))
        : new Decision.Wait(MoveStep.PREFLIGHT, reason, message, SLOW_POLL);
  }

  private Decision partial(boolean takeBack) {
    Optional<Decision> harm = harm();
    if (harm.isPresent()) {
      return harm.get();
    }
    if (journal.step() == MoveStep.CREATE_KEY && journal.startSentAt() == null) {
      if (takeBack) {
        return cleanUp();
      }
      if (evidence.copied() == null) {
        return new Decision.ScanBeforeCopy(MoveStep.CREATE_KEY);
      }
      Optional<Decision> busy = busy();
      return busy.orElseGet(() -> mutate(new StartReplication(MoveStep.REPLICATE)));
    }
    if (journal.step() == MoveStep.CLEAN_UP) {
      return cleanUp();
    }
    // The start may have been sent and may still come into force.
    return seen.unchangedFor().compareTo(move.settings().settle()) < 0
        ? new Decision.Wait(
            MoveStep.AWAIT_ACTIVE,
            "StartMaybeSent",
            "The copy may have been started; waiting until its transfer would be visible",
            POLL)
        : cleanUp();
  }

  private Decision running(boolean takeBack) {
    if (promotion.activeSince() != null || journal.deletionBegun()) {
      return stuck()
          ? stalls.placementStuck()
          : new Decision.Wait(
              MoveStep.PLACE, "Placing", "Qdrant is copying a replica of the dedicated key", POLL);
    }
    boolean ours = transfers.stream()
        .anyMatch(transfer -> layout.replicas(move.fallback()).stream()
            .anyMatch(replica -> replica.shardId() == transfer.shardId()));
    if (ours && (takeBack || stuck())) {
      return mutate(new AbortTransfer(MoveStep.CLEAN_UP, transfers.get(0)));
    }
    if (stuck()) {
      return Planner.foreignTransfer(move, MoveStep.AWAIT_ACTIVE, layout);
    }
    return new Decision.Wait(
        MoveStep.AWAIT_ACTIVE, "Replicating", "Qdrant is copying the tenant's points", POLL);
  }

  private Decision between() {
    return stuck()
        ? stalls.stuckBeforeActive()
        : new Decision.Wait(
            MoveStep.AWAIT_ACTIVE, "Replicating", "Waiting for the last step of the copy", POLL);
  }

  private Decision dead(boolean takeBack) {
    if (!transfers.isEmpty()) {
      return stuck()
          ? Planner.foreignTransfer(move, MoveStep.CLEAN_UP, layout)
          : new Decision.Wait(MoveStep.CLEAN_UP, "TransferEnding", "The transfer is ending", POLL);
    }
    return harm().orElseGet(this::cleanUp);
  }

  /** Deleting the key is safe only while the fallback is certainly the truth. */
  private Optional<Decision> harm() {
    if (journal.deletionBegun() || promotion.activeSince() != null) {
      return Optional.of(stalls.rescue("it has served the tenant"));
    }
    boolean known = journal.startSentAt() != null || journal.step() == MoveStep.CREATE_KEY;
    long held = layout.replicas(move.dedicated()).stream()
        .mapToLong(Replica::points)
        .max()
        .orElse(0);
    // A clean-up after a lost journal: the process saw the copy running.
    boolean seenRunning = journal.step() == MoveStep.CLEAN_UP && held >= 0;
    // A key that holds more than the fallback may have served in the meantime, unobserved.
    return held == 0 || ((known || seenRunning) && held <= seen.inFallback())
        ? Optional.empty()
        : Optional.of(stalls.unknownHistory(held, known));
  }

  private Decision cleanUp() {
    Optional<Decision> busy = transfersElsewhere();
    return busy.orElseGet(() -> mutate(new DeleteKey(MoveStep.CLEAN_UP, move.dedicated())));
  }

  private Optional<Decision> transfersElsewhere() {
    return layout.transfers().isEmpty()
        ? Optional.empty()
        : Optional.of(waitForTransfer(
            MoveStep.CLEAN_UP,
            "Waiting to delete a key until no transfer runs in collection " + move.collection()));
  }

  private Decision waitForTransfer(MoveStep step, String message) {
    return stuck()
        ? Planner.foreignTransfer(move, step, layout)
        : new Decision.Wait(step, "ForeignTransfer", message, SLOW_POLL);
  }

  private Decision active(boolean takeBack) {
    if (!seen.steady()) {
      return new Decision.Wait(
          MoveStep.AWAIT_ACTIVE, "Confirming", "Waiting for two equal polls", POLL);
    }
    Instant activeSince = promotion.activeSince();
    if (activeSince == null) {
      return new Decision.RecordActive(MoveStep.AWAIT_ACTIVE);
    }
    if (journal.deletionBegun() && !journal.interrupted() && journal.verified()) {
      return deleting();
    }
    Optional<Decision> placing = takeBack ? Optional.empty() : placing();
    if (promotion.baseline() == null) {
      return new Decision.ScanAfterSwitch(placing.isPresent() ? MoveStep.PLACE : MoveStep.SETTLE);
    }
    if (placing.isPresent()) {
      return placing.get();
    }
    Instant settled = activeSince.plus(move.settings().settle());
    if (now.isBefore(settled)) {
      return new Decision.Wait(
          MoveStep.SETTLE,
          "Settling",
          "Waiting until no request from before the switch can be in flight",
          min(Duration.between(now, settled), SLOW_POLL));
    }
    VerificationReport verification = journal.verification();
    if (verification == null || verification.verdict() == Verdict.RUNNING) {
      return verify();
    }
    boolean onlySearches = verification.missing() + verification.different() == 0;
    if (verification.verdict() == Verdict.DIFFERENT && !(takeBack && onlySearches)) {
      return verify();
    }
    if (takeBack && !journal.deletionBegun()) {
      return comparedHere(new Decision.Undo(MoveStep.RETAIN));
    }
    Instant until = promotion.retainedUntil();
    if (until != null && now.isBefore(until)) {
      return new Decision.Wait(
          MoveStep.RETAIN,
          "Retained",
          "The tenant is in its dedicated key; the old copy is retained until " + until
              + ". To undo the promotion, set spec.tier: Fallback in its TenantTier before then.",
          min(Duration.between(now, until), Duration.ofMinutes(1)));
    }
    if (!signals.cleanUpAllowed()) {
      return new Decision.Wait(
          MoveStep.RETAIN,
          "AwaitingWindow",
          "Waiting for the next maintenance window to delete the old copy",
          Duration.ofMinutes(1));
    }
    return deleting();
  }

  /** Differences can be judged only against what this process has scanned since the switch. */
  private Decision verify() {
    return comparedHere(mutate(new Verify(MoveStep.VERIFY)));
  }

  private Decision deleting() {
    DeleteSource delete = new DeleteSource(MoveStep.DELETE_SOURCE);
    if (situation.memory().underWay().deletion()) {
      return mutate(delete);
    }
    Optional<Decision> arriving = situation.awaitsWrites();
    if (arriving.isPresent()) {
      return arriving.get();
    }
    if (seen.inFallback() <= seen.shared().count()) {
      return new Decision.Complete(
          MoveStep.DELETE_SOURCE,
          MovePhase.SUCCEEDED,
          "Promoted",
          seen.shared().any()
              ? "The tenant is in its dedicated shard key " + move.dedicated()
                  + "; in the fallback, " + seen.shared()
                  + " remain, since they belong to other tenants as well."
              : "The tenant is in its dedicated shard key " + move.dedicated()
                  + " and nowhere else.");
    }
    if (move.settings().snapshots().beforeCleanup()
        && journal.taken() == null
        && !journal.deletionBegun()) {
      Replica shard = layout.replicas(move.dedicated()).getFirst();
      return mutate(new Snapshot(MoveStep.RETAIN, shard.shardId(), shard.peerId()));
    }
    return comparedHere(mutate(delete));
  }

  /**
   * A decision that relies on the comparison of both keys. An earlier process may have made it, and nobody knows what happened
   * since: then the keys are scanned and compared again.
   */
  private Decision comparedHere(Decision decision) {
    return situation.memory().scannedSinceSwitch()
        ? decision
        : new Decision.ScanAfterSwitch(MoveStep.VERIFY);
  }

  /** A replica that is missing, or a place beside the fallback where another was wanted. */
  private Optional<Decision> placing() {
    List<Replica> replicas = layout.replicas(move.dedicated());
    List<Long> on = replicas.stream().map(Replica::peerId).toList();
    int shard = replicas.get(0).shardId();
    if (!layout.transfers().isEmpty()) {
      return Optional.of(waitForTransfer(
          MoveStep.PLACE, "Another transfer runs in collection " + move.collection()));
    }
    if (move.settings().placement() == Placement.LEAST_LOADED && replicas.size() == 1) {
      boolean beside = layout.replicas(move.fallback()).stream()
          .anyMatch(replica -> replica.peerId() == on.get(0));
      Optional<Long> target = layout.leastLoaded(on);
      if (beside && target.isPresent()) {
        return Optional.of(mutate(new MoveShard(MoveStep.PLACE, shard, on.get(0), target.get())));
      }
    }
    if (replicas.size()
        < Math.min(move.settings().replicationFactor(), layout.peers().size())) {
      return layout
          .leastLoaded(on)
          .map(target -> mutate(new ReplicateShard(MoveStep.PLACE, shard, on.get(0), target)));
    }
    return Optional.empty();
  }

  private Decision other() {
    if (!layout.transfers().isEmpty() && promotion.activeSince() != null) {
      return running(false);
    }
    return stuck()
        ? stalls.rescue("the states of its replicas keep changing")
        : new Decision.Wait(
            MoveStep.AWAIT_ACTIVE, "Changing", "The dedicated key is changing its state", POLL);
  }

  private boolean stuck() {
    return seen.idleFor().compareTo(move.settings().moveDeadline()) > 0;
  }

  private Duration backOff() {
    return min(
        Duration.ofSeconds(5L << Math.min(10, journal.attempt())),
        move.settings().moveDeadline());
  }

  private static Decision mutate(Mutation mutation) {
    return new Decision.Mutate(mutation);
  }
}
