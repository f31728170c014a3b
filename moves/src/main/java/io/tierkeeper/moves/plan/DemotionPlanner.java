package io.tierkeeper.moves.plan;

import static io.tierkeeper.moves.plan.Planner.POLL;
import static io.tierkeeper.moves.plan.Planner.SLOW_POLL;
import static io.tierkeeper.moves.plan.Situation.min;

import io.tierkeeper.moves.Abort;
import io.tierkeeper.moves.CopyEvidence;
import io.tierkeeper.moves.DemotionStrategy;
import io.tierkeeper.moves.Fence;
import io.tierkeeper.moves.JournalHeader;
import io.tierkeeper.moves.Move;
import io.tierkeeper.moves.MovePhase;
import io.tierkeeper.moves.MoveSignals;
import io.tierkeeper.moves.MoveStep;
import io.tierkeeper.moves.Protocol;
import io.tierkeeper.moves.StallReason;
import io.tierkeeper.moves.act.AbortTransfer;
import io.tierkeeper.moves.act.Copy;
import io.tierkeeper.moves.act.CreateKey;
import io.tierkeeper.moves.act.DeleteKey;
import io.tierkeeper.moves.act.Drain;
import io.tierkeeper.moves.act.DropReplica;
import io.tierkeeper.moves.act.LiftFence;
import io.tierkeeper.moves.act.Merge;
import io.tierkeeper.moves.act.Mutation;
import io.tierkeeper.moves.act.RaiseFence;
import io.tierkeeper.moves.act.RecoverFrozen;
import io.tierkeeper.moves.act.RemoveMarks;
import io.tierkeeper.moves.act.Revive;
import io.tierkeeper.moves.act.Snapshot;
import io.tierkeeper.moves.act.UnderWay;
import io.tierkeeper.moves.act.WriteBack;
import io.tierkeeper.moves.observe.ClusterLayout;
import io.tierkeeper.moves.observe.KeyState;
import io.tierkeeper.moves.observe.Observation;
import io.tierkeeper.moves.remedy.Remedy;
import io.tierkeeper.moves.remedy.RemedyRenderer;
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
public final class DemotionPlanner {

  /** In these steps it is known that no freeze was sent since the fallback was last put in order. */
  private static final Set<MoveStep> NO_FREEZE_SENT =
      EnumSet.of(MoveStep.COPY, MoveStep.CREATE_OWN_KEYS, MoveStep.QUIET, MoveStep.REMOVE_COPIES);

  /** So many complete copy scans under a fence may find writes. */
  private static final int MAX_LEAKING_SCANS = 3;

  private final Situation situation;
  private final Move move;
  private final Observation seen;
  private final ClusterLayout layout;
  private final JournalHeader journal;
  private final Abort abort;
  private final CopyEvidence evidence;
  private final Protocol.Demotion demotion;
  private final MoveSignals signals;
  private final Instant now;
  private final UnderWay underWay;
  /** Whatever the state of the dedicated key is, these come first, in this order. */
  private final List<Guard> guards = List.of(
      this::oneShard,
      this::strategyAllows,
      this::abortsFreeze,
      this::noForeignTransfer,
      this::noResharding);

  private final boolean undo;

  DemotionPlanner(Situation situation, Protocol.Demotion demotion) {
    this.situation = situation;
    this.move = situation.move();
    this.seen = situation.seen();
    this.layout = situation.layout();
    this.journal = situation.journal().header();
    this.abort = situation.journal().abort();
    this.evidence = situation.journal().evidence();
    this.demotion = demotion;
    this.signals = situation.signals();
    this.now = situation.now();
    this.underWay = situation.memory().underWay();
    this.undo = demotion.state().undo();
  }

  Decision plan() {
    KeyState dedicated = layout.state(move.dedicated());
    if (dedicated == KeyState.ABSENT) {
      boolean byUs = journal.deletionBegun() || journal.deeds() == 0;
      return byUs || Planner.keyGivenUp(journal, signals)
          ? afterDeletion()
          : Planner.vanished(
              move,
              journal.step(),
              signals,
              "points that had not been copied to the fallback yet are lost.");
    }
    for (Guard guard : guards) {
      Optional<Decision> decision = guard.decide(situation);
      if (decision.isPresent()) {
        return decision.get();
      }
    }
    boolean takeBack = takesBack();
    return switch (dedicated) {
      case ABSENT -> throw new IllegalStateException("handled above");
      case PARTIAL, ACTIVE_READ, OTHER ->
        waitOr(
            MoveStep.FREEZE,
            "Changing",
            "The dedicated key is changing its state",
            () -> DemotionStalls.notActive(
                situation, MoveStep.FREEZE, "the states of its replicas keep changing"));
      case DEAD -> frozen(takeBack);
      case ACTIVE -> active(takeBack);
    };
  }

  /** A freeze and its way back handle one shard. */
  private Optional<Decision> oneShard(Situation of) {
    long shards = of.layout().shards(move.dedicated());
    if (shards <= 1) {
      return Optional.empty();
    }
    String message = "shard key " + move.dedicated() + " has " + shards + " shards; allowed: one.";
    boolean untouched = journal.deeds() == 0 && of.seen().marked() == 0;
    return Optional.of(
        untouched
            ? of.onceWritesHaveArrived(new Decision.Complete(
                MoveStep.PREFLIGHT,
                MovePhase.ABORTED,
                "DedicatedKeyHasSeveralShards",
                "The " + message + " Nothing was changed."))
            : waitOr(
                MoveStep.FREEZE,
                "DedicatedKeyHasSeveralShards",
                "The " + message,
                () -> DemotionStalls.severalShards(of, message)));
  }

  private Optional<Decision> strategyAllows(Situation of) {
    if (undo || takesBack() || move.settings().demotion().strategy() != DemotionStrategy.NEVER) {
      return Optional.empty();
    }
    boolean untouched = journal.deeds() == 0
        && seen.marked() == 0
        && layout.state(move.dedicated()) == KeyState.ACTIVE
        && layout.state(move.freezeSourceKey()) == KeyState.ABSENT
        && layout.state(move.thawedCopyKey()) == KeyState.ABSENT;
    String refusal = "demotion.strategy of the policy is Never; allowed: Freeze or Fence. ";
    // A journal that is lost does not know by which rules the move began.
    return Optional.of(
        untouched
            ? of.onceWritesHaveArrived(new Decision.Complete(
                MoveStep.PREFLIGHT,
                MovePhase.ABORTED,
                "DemotionRefused",
                refusal + "Nothing was changed."))
            : of.takeBack(new Decision.TakeBack(
                journal.step(), "DemotionRefused", refusal + "The demotion is taken back.")));
  }

  /** A freeze of this move that a process before did not get to abort. */
  private Optional<Decision> abortsFreeze(Situation of) {
    return of.layout().transfersInto(move.dedicated()).stream()
        .filter(this::fromFreezeSource)
        .findFirst()
        .map(freezing -> mutate(new AbortTransfer(MoveStep.FREEZE, freezing)));
  }

  private Optional<Decision> noForeignTransfer(Situation of) {
    return of.layout().transfers().isEmpty()
        ? Optional.empty()
        : Optional.of(waitOr(
            journal.step(),
            StallReason.FOREIGN_TRANSFER.apiName(),
            "Another transfer runs in collection " + move.collection() + ": "
                + of.layout().transfers(),
            () -> Planner.foreignTransfer(move, journal.step(), layout)));
  }

  private Optional<Decision> noResharding(Situation of) {
    return of.layout().resharding()
        ? Optional.of(waitOr(
            journal.step(),
            StallReason.RESHARDING.apiName(),
            "A resharding runs in collection " + move.collection(),
            () -> Planner.resharding(move, journal.step())))
        : Optional.empty();
  }

  private boolean takesBack() {
    return !undo && (signals.abortRequested() || signals.undoRequested() || abort.aborting());
  }

  private boolean fromFreezeSource(ShardTransfer transfer) {
    return layout.replicas(move.freezeSourceKey()).stream()
        .anyMatch(replica -> replica.shardId() == transfer.shardId());
  }

  private Decision afterDeletion() {
    for (ShardKey key : List.of(move.thawedCopyKey(), move.freezeSourceKey())) {
      if (layout.state(key) != KeyState.ABSENT) {
        return layout.transfers().isEmpty()
            ? mutate(new DeleteKey(MoveStep.DELETE_DEDICATED, key))
            : waitOr(
                MoveStep.DELETE_DEDICATED,
                StallReason.FOREIGN_TRANSFER.apiName(),
                "A transfer runs in collection " + move.collection(),
                () -> Planner.foreignTransfer(move, MoveStep.DELETE_DEDICATED, layout));
      }
    }
    if (demotion instanceof Protocol.Fence fence && mayBeFenced(fence)) {
      return mutate(new LiftFence(MoveStep.LIFT));
    }
    Optional<Decision> arriving = situation.awaitsWrites();
    if (arriving.isPresent() && !underWay.marked()) {
      return arriving.get();
    }
    if (underWay.marked() || seen.marked() > 0) {
      return mutate(new RemoveMarks(MoveStep.REMOVE_MARKER));
    }
    if (!journal.deletionBegun() && journal.deeds() > 0) {
      return situation.onceWritesHaveArrived(
          new Decision.Complete(
              MoveStep.REMOVE_MARKER,
              MovePhase.ABORTED,
              StallReason.DEDICATED_KEY_VANISHED.apiName(),
              "The dedicated key " + move.dedicated()
                  + " was deleted by another client; the tenant is in the fallback with what is left."));
    }
    return undo
        ? situation.onceWritesHaveArrived(new Decision.Complete(
            MoveStep.REMOVE_MARKER,
            MovePhase.ABORTED,
            "Undone",
            "The promotion was undone: the tenant is in the fallback again."))
        : situation.onceWritesHaveArrived(new Decision.Complete(
            MoveStep.REMOVE_MARKER,
            MovePhase.SUCCEEDED,
            "Demoted",
            "The tenant is in the fallback and nowhere else."));
  }

  /** A journal that knows nothing may have lost the fence; lifting twice does no harm. */
  private boolean mayBeFenced(Protocol.Fence fence) {
    return fence.raised().fencedAt() != null
        || (journal.deeds() == 0 && seen.marked() > 0 && journal.step() != MoveStep.LIFT);
  }

  private Decision frozen(boolean takeBack) {
    Replica shard = layout.replicas(move.dedicated()).get(0);
    boolean begun = journal.deletionBegun();
    boolean back = takeBack && !begun;
    boolean ours =
        layout.state(move.freezeSourceKey()) != KeyState.ABSENT || journal.startSentAt() != null;
    if (!ours && !back) {
      return DemotionStalls.notActive(situation, MoveStep.PREFLIGHT, "this move did not freeze it");
    }
    if (begun || (journal.verified() && !back)) {
      return deleteDedicated();
    }
    if (back && Abort.THAW_FAILED.equals(abort.abortReason())) {
      return revive(shard);
    }
    // A key that is to come back is thawed as well: against what it held at the freeze it shows
    // what clients write into it afterwards.
    return switch (layout.state(move.thawedCopyKey())) {
      case ABSENT ->
        mutate(new CreateKey(
            MoveStep.THAW_COPY,
            new KeyTemplate(move.thawedCopyKey(), shard.peerId(), ReplicaState.PARTIAL)));
      case ACTIVE -> back ? revive(shard) : mutate(new Merge(MoveStep.MERGE));
      case PARTIAL, ACTIVE_READ, DEAD, OTHER -> {
        Replica into = layout.replicas(move.thawedCopyKey()).get(0);
        yield mutate(new RecoverFrozen(
            MoveStep.THAW_COPY, shard.shardId(), shard.peerId(), into.shardId(), into.peerId()));
      }
    };
  }

  private Decision revive(Replica shard) {
    // A second revival that comes after the first would take back what clients wrote in between.
    boolean maybeSent = journal.step() == MoveStep.REVIVE
        && seen.unchangedFor().compareTo(move.settings().settle()) < 0;
    return maybeSent
        ? new Decision.Wait(
            MoveStep.REVIVE,
            "RevivalMaybeSent",
            "The dedicated key may be returning to service; waiting until that would be visible",
            POLL)
        : mutate(new Revive(MoveStep.REVIVE, shard.shardId(), shard.peerId()));
  }

  private Decision active(boolean takeBack) {
    if (demotion instanceof Protocol.Fence fence
        && journal.deletionBegun()
        && fence.raised().fencedAt() != null) {
      return deleteDedicated();
    }
    boolean keys = layout.state(move.freezeSourceKey()) != KeyState.ABSENT
        || layout.state(move.thawedCopyKey()) != KeyState.ABSENT;
    if (keys && (journal.startSentAt() != null || !NO_FREEZE_SENT.contains(journal.step()))) {
      boolean settled = situation.settled();
      // The sooner it is written back, the fewer points change in both keys.
      boolean revived = journal.step() == MoveStep.REVIVE || journal.step() == MoveStep.GIVE_BACK;
      return !settled && !revived
          ? new Decision.Wait(
              MoveStep.FREEZE,
              "FreezeMaybeSent",
              "A freeze may have been sent; waiting until it would be visible",
              POLL)
          : mutate(new WriteBack(MoveStep.GIVE_BACK, settled));
    }
    if (takeBack) {
      boolean raised = demotion instanceof Protocol.Fence fence
          && (mayBeFenced(fence) || journal.step() == MoveStep.FENCE);
      return new ReversalPlanner(situation, raised).plan();
    }
    if (journal.interrupted() && (undo || copying(keys))) {
      return mutate(new WriteBack(MoveStep.GIVE_BACK, situation.settled()));
    }
    if (layout.state(move.thawedCopyKey()) == KeyState.ACTIVE) {
      // Left by an earlier freeze from which the key has come back; its content is old.
      return mutate(new DeleteKey(MoveStep.CREATE_OWN_KEYS, move.thawedCopyKey()));
    }
    Optional<Decision> gate = gate();
    if (gate.isPresent()) {
      return gate.get();
    }
    if (evidence.copied() == null && !underWay.copy()) {
      Optional<Decision> foreign = ForeignPoints.decide(situation, undo);
      if (foreign.isPresent()) {
        return foreign.get();
      }
    }
    List<Replica> replicas = layout.replicas(move.dedicated());
    if (replicas.size() > 1) {
      Replica extra = replicas.get(replicas.size() - 1);
      return mutate(new DropReplica(MoveStep.REDUCE, extra.shardId(), extra.peerId()));
    }
    if (move.settings().snapshots().beforeDemotion() && !undo && journal.taken() == null) {
      Replica shard = replicas.get(0);
      MoveStep step = demotion.state().replicas() > 0 ? MoveStep.REDUCE : MoveStep.PREFLIGHT;
      return mutate(new Snapshot(step, shard.shardId(), shard.peerId()));
    }
    return switch (demotion) {
      case Protocol.Fence fence -> fenced(fence);
      case Protocol.Freeze freeze -> new FreezePlanner(situation, freeze).plan();
    };
  }

  /** Whether the fallback may hold copies of this move: what it has accepted since is newer, or asked about. */
  private boolean copying(boolean keys) {
    return keys
        || evidence.copied() != null
        || underWay.copy()
        || underWay.writeBack()
        || seen.marked() > 0;
  }

  private Optional<Decision> gate() {
    if (layout.versions().size() > 1) {
      String message = layout.versionRefusal().orElseThrow();
      return Optional.of(waitOrAbort(
          "RollOutInProgress", message, () -> DemotionStalls.versions(situation, message)));
    }
    if (layout.versionRefusal().isPresent()) {
      String message = layout.versionRefusal().get();
      return Optional.of(
          undo
              ? waitOrAbort(
                  "VersionRefused", message, () -> DemotionStalls.versions(situation, message))
              : situation.takeBack(
                  new Decision.TakeBack(MoveStep.PREFLIGHT, "VersionRefused", message)));
    }
    return layout
        .fallbackFault(move.fallback())
        .map(fault -> waitOrAbort(
            "FallbackNotReady", fault, () -> CommonGuards.unreadable(situation, fault)));
  }

  private Decision fenced(Protocol.Fence fence) {
    if (evidence.copied() == null) {
      return copy(MoveStep.COPY, undo);
    }
    boolean byHand = move.settings().demotion().fence() instanceof Fence.Manual;
    if (byHand && !signals.fenced() && fence.raised().fencedAt() != null) {
      // The writers continue: what was verified under the fence is not the last version any more.
      return mutate(new LiftFence(MoveStep.FENCE));
    }
    if (byHand && !signals.fenced()) {
      return situation.late() && !undo
          ? situation.takeBack(new Decision.TakeBack(
              MoveStep.FENCE,
              "NotFenced",
              "spec.fenced of the TierMove was not set to true within "
                  + move.settings().demotion().maxWait()))
          : new Decision.Wait(
              MoveStep.FENCE,
              "AwaitingFence",
              "Pause the tenant's writers, then run: "
                  + RemedyRenderer.command(move, new Remedy.ConfirmFence()),
              SLOW_POLL);
    }
    Instant since = fence.raised().fencedAt();
    if (since == null) {
      return mutate(new RaiseFence(MoveStep.FENCE));
    }
    Instant drained = since.plus(move.settings().settle());
    if (now.isBefore(drained)) {
      return new Decision.Wait(
          MoveStep.DRAIN,
          "Draining",
          "Waiting until no write from before the fence can be in flight",
          min(Duration.between(now, drained), SLOW_POLL));
    }
    if (journal.step() == MoveStep.FENCE || journal.step() == MoveStep.DRAIN) {
      return mutate(new Drain(MoveStep.LAST_PASSES));
    }
    boolean expired = now.isAfter(drained.plus(move.settings().moveDeadline()));
    if (expired && situation.memory().leakingScans() >= MAX_LEAKING_SCANS && !undo) {
      return situation.takeBack(new Decision.TakeBack(
          MoveStep.LAST_PASSES,
          "NotFenced",
          "The fence has been raised since " + since + ", but "
              + situation.memory().leakingScans()
              + " copy scans since have found new writes to the dedicated key " + move.dedicated()
              + ". Pause every writer of the tenant."));
    }
    // The key is deleted directly after a scan that found nothing, whatever was verified before.
    return journal.verified() && situation.memory().copiedForFreeze()
        ? deleteDedicated()
        : mutate(new Copy(MoveStep.LAST_PASSES, false, true));
  }

  private Decision waitOr(MoveStep step, String reason, String message, Supplier<Decision> late) {
    if (!situation.stuck()) {
      return new Decision.Wait(step, reason, message, reason.equals("Changing") ? POLL : SLOW_POLL);
    }
    return step == MoveStep.PREFLIGHT && !undo
        ? situation.takeBack(new Decision.TakeBack(step, reason, message))
        : late.get();
  }

  /** Taking back what is itself a taking back would begin it again, so an undo stalls. */
  private Decision waitOrAbort(String reason, String message, Supplier<Decision> stalled) {
    if (!situation.stuck()) {
      return new Decision.Wait(MoveStep.PREFLIGHT, reason, message, SLOW_POLL);
    }
    return undo
        ? stalled.get()
        : situation.takeBack(new Decision.TakeBack(MoveStep.PREFLIGHT, reason, message));
  }

  private Decision deleteDedicated() {
    return situation
        .awaitsWrites()
        .or(() -> ForeignPoints.decide(situation, undo))
        .orElseGet(() -> mutate(new DeleteKey(MoveStep.DELETE_DEDICATED, move.dedicated())));
  }

  private static Decision copy(MoveStep step, boolean sourceWins) {
    return mutate(new Copy(step, sourceWins, false));
  }

  private static Decision mutate(Mutation mutation) {
    return new Decision.Mutate(mutation);
  }
}
