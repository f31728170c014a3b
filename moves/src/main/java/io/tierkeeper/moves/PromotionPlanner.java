package io.tierkeeper.moves;

import static io.tierkeeper.moves.Planner.POLL;
import static io.tierkeeper.moves.Planner.SLOW_POLL;

import io.tierkeeper.qdrant.KeyTemplate;
import io.tierkeeper.qdrant.Replica;
import io.tierkeeper.qdrant.ReplicaState;
import io.tierkeeper.qdrant.ShardTransfer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/** The way to a key of its own: create Partial, replicate once, verify, retain, delete from the fallback. */
final class PromotionPlanner {

  static final int ATTEMPTS = 3;

  private final Move move;
  private final Observation seen;
  private final ClusterLayout layout;
  private final MoveJournal journal;
  private final MoveSignals signals;
  private final Instant now;
  private final List<ShardTransfer> transfers;

  PromotionPlanner(
      Move move, Observation seen, MoveJournal journal, MoveSignals signals, Instant now) {
    this.move = move;
    this.seen = seen;
    this.layout = seen.layout();
    this.journal = journal;
    this.signals = signals;
    this.now = now;
    this.transfers = layout.transfersInto(move.tenant());
  }

  Action plan() {
    boolean takeBack = signals.abortRequested() || signals.undoRequested() || journal.aborting();
    return switch (layout.state(move.tenant())) {
      case ABSENT -> absent(takeBack);
      case PARTIAL -> transfers.isEmpty() ? partial(takeBack) : running(takeBack);
      case ACTIVE_READ -> transfers.isEmpty() ? between() : running(takeBack);
      case DEAD -> dead(takeBack);
      case ACTIVE -> transfers.isEmpty() ? active(takeBack) : running(false);
      case OTHER -> other();
    };
  }

  private Action absent(boolean takeBack) {
    if (journal.deletionBegun() || journal.activeSince() != null) {
      MoveStep step = journal.deletionBegun() ? MoveStep.DELETE_SOURCE : MoveStep.VERIFY;
      String lost = journal.deletionBegun()
          ? "the deletion from the fallback had begun, so points are lost."
          : "lost is what was written since " + journal.activeSince()
              + "; the fallback still holds what was there before.";
      return Planner.keyGivenUp(journal, signals)
          ? new Action.Complete(
              step,
              MovePhase.ABORTED,
              StallReason.DEDICATED_KEY_VANISHED.apiName(),
              "The dedicated key had been deleted by somebody else: " + lost
                  + " The tenant is in the fallback with what is left.")
          : Planner.vanished(move, step, signals, lost);
    }
    if (takeBack) {
      return new Action.Complete(
          MoveStep.CLEAN_UP,
          MovePhase.ABORTED,
          journal.abortReason() != null
              ? journal.abortReason()
              : signals.abortRequested() ? "AbortRequested" : "Undone",
          journal.abortMessage() == null
              ? "Everything is as it was: the tenant is in the fallback."
              : journal.abortMessage());
    }
    if (journal.startSentAt() != null || journal.step() == MoveStep.CLEAN_UP) {
      return journal.attempt() >= ATTEMPTS
          ? new Action.Compensate(
              MoveStep.CLEAN_UP,
              "ReplicationFailed",
              "The copy failed " + ATTEMPTS + " times; everything is as it was. "
                  + (journal.abortMessage() == null ? "" : journal.abortMessage()))
          : new Action.StartOver(MoveStep.CLEAN_UP, now.plus(backOff()));
    }
    if (journal.notBefore() != null && now.isBefore(journal.notBefore())) {
      return new Action.Wait(
          MoveStep.PREFLIGHT,
          "BackOff",
          "The last attempt failed; the next begins at " + journal.notBefore(),
          min(Duration.between(now, journal.notBefore()), SLOW_POLL));
    }
    Optional<Action> gate = gate();
    if (gate.isPresent()) {
      return gate.get();
    }
    long peer = layout.replicas(move.fallback()).get(0).peerId();
    return new Action.CreateKey(
        MoveStep.CREATE_KEY, new KeyTemplate(move.tenant(), peer, ReplicaState.PARTIAL));
  }

  /** What must hold before the first change, and again before each start. */
  private Optional<Action> gate() {
    if (layout.versions().size() > 1) {
      return Optional.of(
          waitOrAbort("RollOutInProgress", layout.versionRefusal().orElseThrow()));
    }
    if (layout.versionRefusal().isPresent()) {
      return Optional.of(new Action.Compensate(
          MoveStep.PREFLIGHT, "VersionRefused", layout.versionRefusal().get()));
    }
    if (!seen.tenantIndexed()) {
      return Optional.of(new Action.Compensate(
          MoveStep.PREFLIGHT,
          "TenantFieldNotIndexed",
          "The field " + move.tenantField()
              + " has no index, so that each batch of the copy would scan the whole "
              + "fallback under its write lock. Create a keyword index with is_tenant."));
    }
    return busy();
  }

  /** Somebody else at work in the collection, or a fallback that is not fit. */
  private Optional<Action> busy() {
    if (layout.resharding()) {
      return Optional.of(waitOrAbort("Resharding", "A resharding runs in the collection"));
    }
    List<ShardTransfer> foreign = layout.foreignTransfers(move.ownKeys());
    if (!foreign.isEmpty()) {
      return Optional.of(waitOrAbort(
          "ForeignTransfer", "Somebody else moves shards in the collection: " + foreign));
    }
    return layout
        .fallbackFault(move.fallback())
        .map(fault -> waitOrAbort("FallbackNotReady", fault));
  }

  private Action waitOrAbort(String reason, String message) {
    return seen.unchangedFor().compareTo(move.settings().moveDeadline()) > 0
        ? new Action.Compensate(MoveStep.PREFLIGHT, reason, message)
        : new Action.Wait(MoveStep.PREFLIGHT, reason, message, SLOW_POLL);
  }

  private Action partial(boolean takeBack) {
    Optional<Action> harm = harm();
    if (harm.isPresent()) {
      return harm.get();
    }
    if (journal.step() == MoveStep.CREATE_KEY && journal.startSentAt() == null) {
      if (takeBack) {
        return cleanUp();
      }
      if (journal.copied() == null) {
        return new Action.LookBefore(MoveStep.CREATE_KEY);
      }
      Optional<Action> busy = busy();
      return busy.orElseGet(() -> new Action.StartReplication(MoveStep.REPLICATE));
    }
    if (journal.step() == MoveStep.CLEAN_UP) {
      return cleanUp();
    }
    // The start may have been sent and may still come into force.
    return seen.unchangedFor().compareTo(move.settings().settle()) < 0
        ? new Action.Wait(
            MoveStep.AWAIT_ACTIVE,
            "StartMaybeSent",
            "The start of the copy may have been sent; waiting until it would have been seen",
            POLL)
        : cleanUp();
  }

  private Action running(boolean takeBack) {
    if (journal.activeSince() != null || journal.deletionBegun()) {
      return stuck()
          ? placementStuck()
          : new Action.Wait(
              MoveStep.PLACE, "Placing", "A replica of the dedicated key is being copied", POLL);
    }
    boolean ours = transfers.stream()
        .anyMatch(transfer -> layout.replicas(move.fallback()).stream()
            .anyMatch(replica -> replica.shardId() == transfer.shardId()));
    if (ours && (takeBack || stuck())) {
      return new Action.AbortTransfer(MoveStep.CLEAN_UP, transfers.get(0));
    }
    if (stuck()) {
      return Planner.foreignTransfer(move, MoveStep.AWAIT_ACTIVE, layout);
    }
    return new Action.Wait(
        MoveStep.AWAIT_ACTIVE, "Replicating", "Qdrant copies the tenant's points", POLL);
  }

  private Action between() {
    return stuck()
        ? stuckBeforeActive()
        : new Action.Wait(
            MoveStep.AWAIT_ACTIVE, "Replicating", "Waiting for the last step of the copy", POLL);
  }

  private Action dead(boolean takeBack) {
    if (!transfers.isEmpty()) {
      return stuck()
          ? Planner.foreignTransfer(move, MoveStep.CLEAN_UP, layout)
          : new Action.Wait(MoveStep.CLEAN_UP, "TransferEnding", "The transfer is ending", POLL);
    }
    return harm().orElseGet(this::cleanUp);
  }

  /** Deleting the key is safe only while the fallback is certainly the truth. */
  private Optional<Action> harm() {
    if (journal.deletionBegun() || journal.activeSince() != null) {
      return Optional.of(rescue("it had been serving the tenant"));
    }
    boolean known = journal.startSentAt() != null || journal.step() == MoveStep.CREATE_KEY;
    long held =
        layout.replicas(move.tenant()).stream().mapToLong(Replica::points).max().orElse(0);
    // A clean-up that this process did not begin by a start of its own is one after a lost journal:
    // it saw the copy running. If the key holds more than the fallback, that copy was no promotion.
    boolean seenRunning =
        journal.step() == MoveStep.CLEAN_UP && held >= 0 && held <= seen.inFallback();
    return known || held == 0 || seenRunning ? Optional.empty() : Optional.of(unknownHistory(held));
  }

  /** Dead keys cannot be read, so Qdrant cannot show whether it was a copy or the tenant's home. */
  private Action unknownHistory(long held) {
    Replica replica = layout.replicas(move.tenant()).get(0);
    return new Action.Fail(
        MoveStep.VERIFY,
        StallReason.DEDICATED_KEY_NOT_ACTIVE,
        "The dedicated key " + move.tenant() + " is " + layout.state(move.tenant()) + " on peer "
            + Long.toUnsignedString(replica.peerId()) + ", holds " + held
            + " points (the fallback: "
            + seen.inFallback()
            + "), and the journal of how it came there is lost: it may be a copy "
            + "that was broken off or the tenant's only home. It is never deleted without a person. "
            + "If it was a copy, the command saves it, on that peer, and drops the key, and the move "
            + "goes on; if not, recover that snapshot into the same shard instead.",
        Curl.saveAndDrop(move, replica));
  }

  private Action rescue(String why) {
    List<Replica> replicas = layout.replicas(move.tenant());
    return new Action.Fail(
        journal.deletionBegun() ? MoveStep.DELETE_SOURCE : MoveStep.VERIFY,
        StallReason.DEDICATED_KEY_NOT_ACTIVE,
        "The dedicated key " + move.tenant() + " is not Active (" + Planner.places(replicas)
            + ") and " + why
            + "; it is never deleted then. Meanwhile the fallback serves the tenant "
            + "and takes its writes. The command brings the key back from its own content, on that peer; "
            + "both keys are compared again before anything is deleted.",
        Planner.bringBack(move, replicas));
  }

  private Action placementStuck() {
    String also = transfers.stream()
        .filter(ShardTransfer::sync)
        .map(transfer -> "; "
            + Curl.dropReplica(
                move,
                Objects.requireNonNullElse(transfer.toShardId(), transfer.shardId()),
                transfer.toPeer()))
        .collect(Collectors.joining());
    return new Action.Fail(
        MoveStep.PLACE,
        StallReason.PLACEMENT_STUCK,
        "A transfer of the dedicated key has shown no progress for "
            + seen.idleFor().toSeconds()
            + " s: " + transfers
            + ". The key serves meanwhile. The command aborts it and drops what it "
            + "was bringing; the move then begins it anew.",
        Curl.abortTransfers(move, transfers) + also);
  }

  private Action stuckBeforeActive() {
    Replica replica = layout.replicas(move.tenant()).get(0);
    return new Action.Fail(
        MoveStep.AWAIT_ACTIVE,
        StallReason.STUCK_BEFORE_ACTIVE,
        "The dedicated key has been ActiveRead without a transfer for "
            + seen.idleFor().toSeconds()
            + " s (" + Planner.places(List.of(replica))
            + "): reads go to it, writes to both keys, nothing is lost. The command saves it, on that "
            + "peer, and drops it; the fallback has everything, and the copy begins anew.",
        Curl.saveAndDrop(move, replica));
  }

  private Action cleanUp() {
    Optional<Action> busy = transfersElsewhere();
    return busy.orElseGet(() -> new Action.DeleteKey(MoveStep.CLEAN_UP, move.tenant()));
  }

  private Optional<Action> transfersElsewhere() {
    return layout.transfers().isEmpty()
        ? Optional.empty()
        : Optional.of(waitForTransfer(
            MoveStep.CLEAN_UP, "No key is deleted while a transfer runs in the collection"));
  }

  private Action waitForTransfer(MoveStep step, String message) {
    return stuck()
        ? Planner.foreignTransfer(move, step, layout)
        : new Action.Wait(step, "ForeignTransfer", message, SLOW_POLL);
  }

  private Action active(boolean takeBack) {
    if (!seen.steady()) {
      return new Action.Wait(
          MoveStep.AWAIT_ACTIVE, "Confirming", "Waiting for two equal polls", POLL);
    }
    Instant activeSince = journal.activeSince();
    if (activeSince == null) {
      return new Action.RecordActive(MoveStep.AWAIT_ACTIVE);
    }
    if (journal.deletionBegun() && !journal.interrupted()) {
      return deleting();
    }
    if (journal.baseline() == null) {
      return new Action.LookFirst(MoveStep.SETTLE);
    }
    Optional<Action> placing = placing();
    if (placing.isPresent() && !takeBack) {
      return placing.get();
    }
    Instant settled = activeSince.plus(move.settings().settle());
    if (now.isBefore(settled)) {
      return new Action.Wait(
          MoveStep.SETTLE,
          "Settling",
          "Waiting until no request from before the switch can be in flight",
          min(Duration.between(now, settled), SLOW_POLL));
    }
    VerificationReport verification = journal.verification();
    if (verification == null || verification.verdict() == Verdict.RUNNING) {
      return new Action.Verify(MoveStep.VERIFY);
    }
    boolean onlySearches = verification.missing() + verification.different() == 0;
    if (verification.verdict() == Verdict.DIFFERENT && !(takeBack && onlySearches)) {
      return new Action.Verify(MoveStep.VERIFY);
    }
    if (takeBack && !journal.deletionBegun()) {
      return new Action.Undo(MoveStep.RETAIN);
    }
    Instant until = journal.retainedUntil();
    if (until != null && now.isBefore(until)) {
      return new Action.Wait(
          MoveStep.RETAIN,
          "Retained",
          "The tenant is in its own key; the old copy stays until " + until
              + " and can be gone back to: kubectl tier demote",
          min(Duration.between(now, until), Duration.ofMinutes(1)));
    }
    if (!signals.cleanUpAllowed()) {
      return new Action.Wait(
          MoveStep.RETAIN,
          "AwaitingWindow",
          "The old copy is deleted in the next maintenance window",
          Duration.ofMinutes(1));
    }
    return deleting();
  }

  private Action deleting() {
    if (seen.inFallback() == 0) {
      return new Action.Complete(
          MoveStep.DELETE_SOURCE,
          MovePhase.SUCCEEDED,
          "Promoted",
          "The tenant lives in its own shard key " + move.tenant() + " and nowhere else.");
    }
    return new Action.DeleteSource(MoveStep.DELETE_SOURCE);
  }

  /** A replica that is missing, or a place beside the fallback where another was wanted. */
  private Optional<Action> placing() {
    List<Replica> replicas = layout.replicas(move.tenant());
    List<Long> on = replicas.stream().map(Replica::peerId).toList();
    int shard = replicas.get(0).shardId();
    if (!layout.transfers().isEmpty()) {
      return Optional.of(
          waitForTransfer(MoveStep.PLACE, "Another transfer runs in the collection"));
    }
    if (move.settings().placement() == Placement.LEAST_LOADED && replicas.size() == 1) {
      boolean beside = layout.replicas(move.fallback()).stream()
          .anyMatch(replica -> replica.peerId() == on.get(0));
      Optional<Long> target = MovePlanner.leastLoaded(layout, on);
      if (beside && target.isPresent()) {
        return Optional.of(new Action.MoveShard(MoveStep.PLACE, shard, on.get(0), target.get()));
      }
    }
    if (replicas.size()
        < Math.min(move.settings().replicationFactor(), layout.peers().size())) {
      return MovePlanner.leastLoaded(layout, on)
          .map(target -> new Action.ReplicateShard(MoveStep.PLACE, shard, on.get(0), target));
    }
    return Optional.empty();
  }

  private Action other() {
    if (!layout.transfers().isEmpty() && journal.activeSince() != null) {
      return running(false);
    }
    return stuck()
        ? rescue("its replicas do not come to rest")
        : new Action.Wait(
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

  private static Duration min(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }
}
