package io.tierkeeper.moves;

import static io.tierkeeper.moves.Planner.POLL;
import static io.tierkeeper.moves.Planner.SLOW_POLL;

import io.tierkeeper.qdrant.KeyTemplate;
import io.tierkeeper.qdrant.Replica;
import io.tierkeeper.qdrant.ReplicaState;
import io.tierkeeper.qdrant.ShardKey;
import io.tierkeeper.qdrant.ShardTransfer;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** The way back to the fallback, by freeze or by fence, and the way to take that back. */
final class DemotionPlanner {

  /** In these steps it is known that no freeze was sent since the fallback was last put in order. */
  private static final Set<MoveStep> NO_FREEZE_SENT =
      EnumSet.of(MoveStep.COPY, MoveStep.CREATE_OWN_KEYS, MoveStep.QUIET, MoveStep.REMOVE_COPIES);

  private static final int FREEZES = 10;

  private final Move move;
  private final Observation seen;
  private final ClusterLayout layout;
  private final MoveJournal journal;
  private final MoveSignals signals;
  private final Instant now;
  private final boolean undo;
  private final boolean fence;

  DemotionPlanner(
      Move move,
      Observation seen,
      MoveJournal journal,
      MoveSignals signals,
      Instant now,
      boolean undo) {
    this.move = move;
    this.seen = seen;
    this.layout = seen.layout();
    this.journal = journal;
    this.signals = signals;
    this.now = now;
    this.undo = undo;
    this.fence = move.settings().demotion() == DemotionStrategy.FENCE;
  }

  Action plan() {
    KeyState dedicated = layout.state(move.tenant());
    if (dedicated == KeyState.ABSENT) {
      boolean byUs = journal.deletionBegun() || journal.deeds() == 0;
      return byUs || Planner.keyGivenUp(journal, signals)
          ? afterDeletion()
          : Planner.vanished(
              move,
              journal.step(),
              signals,
              "what it held and the fallback had not yet been given is lost.");
    }
    if (!undo && move.settings().demotion() == DemotionStrategy.NEVER) {
      return new Action.Complete(
          MoveStep.PREFLIGHT,
          MovePhase.ABORTED,
          "DemotionRefused",
          "The policy's demotion strategy is Never; nothing was changed.");
    }
    List<ShardTransfer> into = layout.transfersInto(move.tenant());
    Optional<ShardTransfer> freezing = into.stream().filter(this::fromEmptyKey).findFirst();
    if (freezing.isPresent()) {
      return new Action.AbortTransfer(MoveStep.FREEZE, freezing.get());
    }
    if (!layout.transfers().isEmpty()) {
      return waitOr(
          journal.step(),
          StallReason.FOREIGN_TRANSFER.apiName(),
          "Another transfer runs in the collection: " + layout.transfers(),
          () -> Planner.foreignTransfer(move, journal.step(), layout));
    }
    if (layout.resharding()) {
      return waitOr(
          journal.step(),
          StallReason.RESHARDING.apiName(),
          "A resharding runs in the collection",
          () -> Planner.resharding(move, journal.step()));
    }
    boolean takeBack =
        !undo && (signals.abortRequested() || signals.undoRequested() || journal.aborting());
    return switch (dedicated) {
      case ABSENT -> throw new IllegalStateException("handled above");
      case PARTIAL, ACTIVE_READ, OTHER ->
        waitOr(
            MoveStep.FREEZE,
            "Changing",
            "The dedicated key is changing its state",
            () -> notActive(MoveStep.FREEZE, "its replicas do not come to rest"));
      case DEAD -> frozen(takeBack);
      case ACTIVE -> active(takeBack);
    };
  }

  private boolean fromEmptyKey(ShardTransfer transfer) {
    return layout.replicas(move.emptyKey()).stream()
        .anyMatch(replica -> replica.shardId() == transfer.shardId());
  }

  // ---- the dedicated key is gone: only forward

  private Action afterDeletion() {
    for (ShardKey key : List.of(move.frozenKey(), move.emptyKey())) {
      if (layout.state(key) != KeyState.ABSENT) {
        return layout.transfers().isEmpty()
            ? new Action.DeleteKey(MoveStep.DELETE_DEDICATED, key)
            : waitOr(
                MoveStep.DELETE_DEDICATED,
                StallReason.FOREIGN_TRANSFER.apiName(),
                "A transfer runs",
                () -> Planner.foreignTransfer(move, MoveStep.DELETE_DEDICATED, layout));
      }
    }
    if (fence && mayBeFenced()) {
      return new Action.LiftFence(MoveStep.LIFT);
    }
    if (seen.marked() > 0) {
      return new Action.RemoveMarks(MoveStep.REMOVE_MARKER);
    }
    if (!journal.deletionBegun() && journal.deeds() > 0) {
      return new Action.Complete(
          MoveStep.REMOVE_MARKER,
          MovePhase.ABORTED,
          StallReason.DEDICATED_KEY_VANISHED.apiName(),
          "The dedicated key had been deleted by somebody else; the tenant is in the fallback with what is left.");
    }
    return undo
        ? new Action.Complete(
            MoveStep.REMOVE_MARKER,
            MovePhase.ABORTED,
            "Undone",
            "The promotion was taken back: the tenant is in the fallback again.")
        : new Action.Complete(
            MoveStep.REMOVE_MARKER,
            MovePhase.SUCCEEDED,
            "Demoted",
            "The tenant lives in the fallback and nowhere else.");
  }

  /** A journal that knows nothing may have lost the fence; lifting twice does no harm. */
  private boolean mayBeFenced() {
    return journal.fencedAt() != null
        || (journal.deeds() == 0 && seen.marked() > 0 && journal.step() != MoveStep.LIFT);
  }

  // ---- frozen

  private Action frozen(boolean takeBack) {
    Replica shard = layout.replicas(move.tenant()).get(0);
    boolean begun = journal.deletionBegun();
    boolean back = takeBack && !begun;
    boolean ours =
        layout.state(move.emptyKey()) != KeyState.ABSENT || journal.startSentAt() != null;
    if (!ours && !back) {
      return notActive(MoveStep.PREFLIGHT, "this move did not freeze it");
    }
    if (begun || (verified() && !back)) {
      return new Action.DeleteKey(MoveStep.DELETE_DEDICATED, move.tenant());
    }
    // A key that is to come back is thawed as well: against what it held at the freeze it shows
    // what
    // clients write into it afterwards.
    return switch (layout.state(move.frozenKey())) {
      case ABSENT ->
        new Action.CreateKey(
            MoveStep.THAW_COPY,
            new KeyTemplate(move.frozenKey(), shard.peerId(), ReplicaState.PARTIAL));
      case ACTIVE -> back ? revive(shard) : new Action.Merge(MoveStep.MERGE);
      case PARTIAL, ACTIVE_READ, DEAD, OTHER -> {
        Replica into = layout.replicas(move.frozenKey()).get(0);
        yield new Action.RecoverFrozen(
            MoveStep.THAW_COPY, shard.shardId(), shard.peerId(), into.shardId(), into.peerId());
      }
    };
  }

  private Action revive(Replica shard) {
    // A second revival that comes after the first would take back what clients wrote in between.
    boolean maybeSent = journal.step() == MoveStep.REVIVE
        && seen.unchangedFor().compareTo(move.settings().settle()) < 0;
    return maybeSent
        ? new Action.Wait(
            MoveStep.REVIVE,
            "RevivalMaybeSent",
            "The dedicated key may be coming back; waiting until that would have been seen",
            POLL)
        : new Action.Revive(MoveStep.REVIVE, shard.shardId(), shard.peerId());
  }

  private boolean verified() {
    return journal.verification() != null && journal.verification().verdict() == Verdict.EQUAL;
  }

  // ---- serving

  private Action active(boolean takeBack) {
    if (fence && journal.deletionBegun() && journal.fencedAt() != null) {
      return new Action.DeleteKey(MoveStep.DELETE_DEDICATED, move.tenant());
    }
    boolean keys = layout.state(move.emptyKey()) != KeyState.ABSENT
        || layout.state(move.frozenKey()) != KeyState.ABSENT;
    if (keys && (journal.startSentAt() != null || !NO_FREEZE_SENT.contains(journal.step()))) {
      boolean settled = seen.unchangedFor().compareTo(move.settings().settle()) >= 0;
      // The sooner it is given back, the fewer points change in both keys.
      boolean revived = journal.step() == MoveStep.REVIVE || journal.step() == MoveStep.GIVE_BACK;
      return !settled && !revived
          ? new Action.Wait(
              MoveStep.FREEZE,
              "FreezeMaybeSent",
              "A freeze may have been sent; waiting until it would have been seen",
              POLL)
          : new Action.GiveBack(MoveStep.GIVE_BACK, settled);
    }
    if (takeBack) {
      return backToStart();
    }
    if (layout.state(move.frozenKey()) == KeyState.ACTIVE) {
      // Left by an earlier freeze from which the key has come back; its content is old.
      return new Action.DeleteKey(MoveStep.CREATE_OWN_KEYS, move.frozenKey());
    }
    Optional<Action> gate = gate();
    if (gate.isPresent()) {
      return gate.get();
    }
    List<Replica> replicas = layout.replicas(move.tenant());
    if (replicas.size() > 1) {
      Replica extra = replicas.get(replicas.size() - 1);
      return new Action.DropReplica(MoveStep.REDUCE, extra.shardId(), extra.peerId());
    }
    if (move.settings().snapshotFirst() && !undo && journal.snapshot() == null) {
      Replica shard = replicas.get(0);
      return new Action.Snapshot(MoveStep.PREFLIGHT, shard.shardId(), shard.peerId());
    }
    return fence ? fenced() : freeze();
  }

  private Optional<Action> gate() {
    if (layout.versions().size() > 1) {
      return Optional.of(
          waitOrAbort("RollOutInProgress", layout.versionRefusal().orElseThrow()));
    }
    if (layout.versionRefusal().isPresent()) {
      return Optional.of(
          giveUp(MoveStep.PREFLIGHT, "VersionRefused", layout.versionRefusal().get()));
    }
    return layout
        .fallbackFault(move.fallback())
        .map(fault -> waitOrAbort("FallbackNotReady", fault));
  }

  private Action freeze() {
    boolean own = layout.state(move.emptyKey()) == KeyState.ACTIVE
        && layout.state(move.frozenKey()) != KeyState.ABSENT;
    if (journal.copied() == null || journal.step() == MoveStep.PREFLIGHT) {
      return new Action.Copy(MoveStep.COPY, undo);
    }
    Replica shard = layout.replicas(move.tenant()).get(0);
    if (!own) {
      return layout.state(move.emptyKey()) == KeyState.ABSENT
          ? new Action.CreateKey(
              MoveStep.CREATE_OWN_KEYS,
              new KeyTemplate(move.emptyKey(), shard.peerId(), ReplicaState.ACTIVE))
          : new Action.CreateKey(
              MoveStep.CREATE_OWN_KEYS,
              new KeyTemplate(move.frozenKey(), shard.peerId(), ReplicaState.PARTIAL));
    }
    Instant quietSince = journal.quietSince();
    boolean quiet =
        quietSince != null && !now.isBefore(quietSince.plus(move.settings().quietFor()));
    boolean givesUp = move.settings().whenBusy() == WhenBusy.GIVE_UP;
    // An undo has nothing to fall back to: it waits for the tenant as long as it takes.
    if (late() && !quiet && givesUp && !undo) {
      return new Action.Compensate(
          MoveStep.QUIET,
          "NotQuiet",
          "The tenant was never quiet for " + move.settings().quietFor() + " within "
              + move.settings().maxWait() + "; use the fence, or whenBusy: Proceed.");
    }
    boolean due = quiet || late() && !givesUp;
    if (due && journal.attempt() >= FREEZES && !undo) {
      return new Action.Compensate(
          MoveStep.QUIET,
          "FreezeMissed",
          "The transfer that freezes the key was over before it could be aborted, " + FREEZES
              + " times; use the fence (demotion.strategy: Fence).");
    }
    if (due) {
      Replica empty = layout.replicas(move.emptyKey()).get(0);
      return new Action.Freeze(
          MoveStep.FREEZE,
          new ShardTransfer(
              empty.shardId(), shard.shardId(), empty.peerId(), shard.peerId(), true));
    }
    return new Action.Copy(MoveStep.QUIET, false);
  }

  private Action fenced() {
    if (journal.copied() == null) {
      return new Action.Copy(MoveStep.COPY, undo);
    }
    boolean byHand = move.settings().fence() instanceof Fence.Manual;
    if (byHand && !signals.fenced()) {
      return late() && !undo
          ? new Action.Compensate(
              MoveStep.FENCE, "NotFenced", "Nobody has paused the tenant's writers in time")
          : new Action.Wait(
              MoveStep.FENCE,
              "AwaitingFence",
              "Pause the tenant's writers, then: kubectl patch tiermove " + move.name()
                  + " --type merge -p '{\"spec\":{\"fenced\":true}}'",
              SLOW_POLL);
    }
    Instant since = journal.fencedAt();
    if (since == null) {
      return new Action.RaiseFence(MoveStep.FENCE);
    }
    Instant drained = since.plus(move.settings().settle());
    if (now.isBefore(drained)) {
      return new Action.Wait(
          MoveStep.DRAIN,
          "Draining",
          "Waiting until no write from before the fence can be in flight",
          min(Duration.between(now, drained), SLOW_POLL));
    }
    if (journal.step() == MoveStep.FENCE || journal.step() == MoveStep.DRAIN) {
      return new Action.Drain(MoveStep.LAST_PASSES);
    }
    if (!verified()) {
      return new Action.Copy(MoveStep.LAST_PASSES, false);
    }
    return new Action.DeleteKey(MoveStep.DELETE_DEDICATED, move.tenant());
  }

  private boolean late() {
    return journal.startedAt() != null
        && now.isAfter(journal.startedAt().plus(move.settings().maxWait()));
  }

  // ---- back

  private Action backToStart() {
    // First of all, so that the writers need not wait; the answer to raising it may have been lost.
    if (fence && (mayBeFenced() || journal.step() == MoveStep.FENCE)) {
      return new Action.LiftFence(MoveStep.LIFT);
    }
    // Before the copies, so that no older journal takes their absence for a client's deletions.
    for (ShardKey key : List.of(move.frozenKey(), move.emptyKey())) {
      if (layout.state(key) != KeyState.ABSENT) {
        return new Action.DeleteKey(MoveStep.REMOVE_COPIES, key);
      }
    }
    if (seen.marked() > 0) {
      return new Action.RemoveCopies(MoveStep.REMOVE_COPIES);
    }
    List<Replica> replicas = layout.replicas(move.tenant());
    if (replicas.size()
        < Math.min(move.settings().replicationFactor(), layout.peers().size())) {
      List<Long> on = replicas.stream().map(Replica::peerId).toList();
      Optional<Long> target = MovePlanner.leastLoaded(layout, on);
      if (target.isPresent()) {
        return new Action.ReplicateShard(
            MoveStep.REMOVE_COPIES, replicas.get(0).shardId(), on.get(0), target.get());
      }
    }
    return new Action.Complete(
        MoveStep.REMOVE_COPIES,
        MovePhase.ABORTED,
        journal.abortReason() == null ? "AbortRequested" : journal.abortReason(),
        journal.abortMessage() == null
            ? "Everything is as it was: the tenant is in its own key."
            : journal.abortMessage());
  }

  private Action waitOr(MoveStep step, String reason, String message, Supplier<Action> late) {
    if (!stuck()) {
      return new Action.Wait(step, reason, message, reason.equals("Changing") ? POLL : SLOW_POLL);
    }
    return step == MoveStep.PREFLIGHT ? giveUp(step, reason, message) : late.get();
  }

  private Action waitOrAbort(String reason, String message) {
    return stuck()
        ? giveUp(MoveStep.PREFLIGHT, reason, message)
        : new Action.Wait(MoveStep.PREFLIGHT, reason, message, SLOW_POLL);
  }

  /** Taking back what is itself a taking back would begin it again. */
  private Action giveUp(MoveStep step, String reason, String message) {
    return undo
        ? new Action.Wait(step, reason, message, SLOW_POLL)
        : new Action.Compensate(step, reason, message);
  }

  private Action notActive(MoveStep step, String why) {
    List<Replica> replicas = layout.replicas(move.tenant());
    return new Action.Fail(
        step,
        StallReason.DEDICATED_KEY_NOT_ACTIVE,
        "The dedicated key " + move.tenant() + " is not Active (" + Planner.places(replicas)
            + ") and "
            + why
            + ". Its content is on disk; meanwhile the fallback serves the tenant and takes its "
            + "writes. The command brings the key back from its own content, on that peer.",
        Planner.bringBack(move, replicas));
  }

  private boolean stuck() {
    return seen.unchangedFor().compareTo(move.settings().moveDeadline()) > 0;
  }

  private static Duration min(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }
}
