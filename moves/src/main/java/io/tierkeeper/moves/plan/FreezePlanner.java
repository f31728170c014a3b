package io.tierkeeper.moves.plan;

import io.tierkeeper.moves.JournalHeader;
import io.tierkeeper.moves.Move;
import io.tierkeeper.moves.MoveStep;
import io.tierkeeper.moves.Protocol;
import io.tierkeeper.moves.WhenBusy;
import io.tierkeeper.moves.act.Copy;
import io.tierkeeper.moves.act.CreateKey;
import io.tierkeeper.moves.act.Freeze;
import io.tierkeeper.moves.act.ProbeTransfer;
import io.tierkeeper.moves.observe.ClusterLayout;
import io.tierkeeper.moves.observe.KeyState;
import io.tierkeeper.qdrant.KeyTemplate;
import io.tierkeeper.qdrant.Replica;
import io.tierkeeper.qdrant.ReplicaState;
import io.tierkeeper.qdrant.ShardTransfer;
import java.time.Instant;

/** The way of an Active dedicated key to its freeze: copy, create the working keys, wait until the tenant is quiet. */
final class FreezePlanner {

  private static final int MAX_FREEZES = 10;

  private final Situation situation;
  private final Move move;
  private final ClusterLayout layout;
  private final JournalHeader journal;
  private final Protocol.Freeze freeze;
  private final boolean undo;

  FreezePlanner(Situation situation, Protocol.Freeze freeze) {
    this.situation = situation;
    this.move = situation.move();
    this.layout = situation.layout();
    this.journal = situation.journal().header();
    this.freeze = freeze;
    this.undo = freeze.state().undo();
  }

  Decision plan() {
    boolean own = layout.state(move.freezeSourceKey()) == KeyState.ACTIVE
        && layout.state(move.thawedCopyKey()) != KeyState.ABSENT;
    if (situation.journal().evidence().copied() == null || journal.step() == MoveStep.PREFLIGHT) {
      return new Decision.Mutate(new Copy(MoveStep.COPY, undo, false));
    }
    Replica shard = layout.replicas(move.dedicated()).get(0);
    if (!own) {
      KeyTemplate missing = layout.state(move.freezeSourceKey()) == KeyState.ABSENT
          ? new KeyTemplate(move.freezeSourceKey(), shard.peerId(), ReplicaState.ACTIVE)
          : new KeyTemplate(move.thawedCopyKey(), shard.peerId(), ReplicaState.PARTIAL);
      return new Decision.Mutate(new CreateKey(MoveStep.CREATE_OWN_KEYS, missing));
    }
    if (!freeze.state().transferProbed()) {
      Replica thawed = layout.replicas(move.thawedCopyKey()).get(0);
      return new Decision.Mutate(new ProbeTransfer(
          MoveStep.CREATE_OWN_KEYS,
          shard.shardId(),
          shard.peerId(),
          thawed.shardId(),
          thawed.peerId()));
    }
    Instant quietSince = freeze.state().quietSince();
    boolean quiet = quietSince != null
        && !situation.now().isBefore(quietSince.plus(move.settings().demotion().quietFor()));
    boolean givesUp = move.settings().demotion().whenBusy() == WhenBusy.GIVE_UP;
    // An undo has nothing to fall back to: it waits for the tenant as long as it takes.
    if (situation.late() && !quiet && givesUp && !undo) {
      return situation.takeBack(new Decision.TakeBack(
          MoveStep.QUIET,
          "NotQuiet",
          "The tenant was never quiet for " + move.settings().demotion().quietFor() + " within "
              + move.settings().demotion().maxWait()
              + ". Set demotion.strategy: Fence or demotion.whenBusy: Proceed in the policy."));
    }
    boolean due = quiet || situation.late() && !givesUp;
    if (due && journal.attempt() >= MAX_FREEZES && !undo) {
      return situation.takeBack(new Decision.TakeBack(
          MoveStep.QUIET,
          "FreezeMissed",
          "The transfer that freezes the dedicated key ended before it could be aborted, "
              + MAX_FREEZES + " times. Set demotion.strategy to Fence in the policy."));
    }
    if (due) {
      Replica empty = layout.replicas(move.freezeSourceKey()).get(0);
      return situation.onceWritesHaveArrived(
          situation.memory().copiedForFreeze()
              ? new Freeze(
                  MoveStep.FREEZE,
                  new ShardTransfer(
                      empty.shardId(), shard.shardId(), empty.peerId(), shard.peerId(), true))
              // What a client writes between the last copy scan and the freeze is read stale
              // until it is merged, so a scan comes right before.
              : new Copy(MoveStep.QUIET, false, true));
    }
    return new Decision.Mutate(new Copy(MoveStep.QUIET, false, false));
  }
}
