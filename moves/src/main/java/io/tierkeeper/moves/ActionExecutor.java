package io.tierkeeper.moves;

import io.tierkeeper.governance.decision.Direction;
import io.tierkeeper.qdrant.Filter;
import io.tierkeeper.qdrant.Point;
import io.tierkeeper.qdrant.PointId;
import io.tierkeeper.qdrant.QdrantCluster;
import io.tierkeeper.qdrant.QdrantException;
import io.tierkeeper.qdrant.QdrantReads;
import io.tierkeeper.qdrant.QdrantWrites;
import io.tierkeeper.qdrant.ScrollRequest;
import io.tierkeeper.qdrant.ShardSelector;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Performs one deed through the port of the right peer; what it learns goes into the journal that it returns. */
final class ActionExecutor {

  /**
   * What a deed brought.
   *
   * @param finished whether the deed, perhaps a walk of several turns, is done
   * @param stall what a person is asked for; null where nothing
   */
  record Outcome(
      MoveJournal journal,
      boolean finished,
      Map<String, Long> counts,
      @Nullable Stall stall) {

    static Outcome done(MoveJournal journal) {
      return new Outcome(journal, true, Map.of(), null);
    }
  }

  private static final Logger log = LoggerFactory.getLogger(ActionExecutor.class);

  /** A pass that changed so few points lets the move go on. */
  static final int FEW = 20;

  private final QdrantCluster cluster;
  private final InstantSource clock;
  private final Leadership leadership;
  private final FenceCalls fences;
  private final PassExecutor passes;

  ActionExecutor(
      QdrantCluster cluster, InstantSource clock, Leadership leadership, WebhookSender webhooks) {
    this.cluster = cluster;
    this.clock = clock;
    this.leadership = leadership;
    this.fences = new FenceCalls(webhooks);
    this.passes = new PassExecutor(clock);
  }

  /** What must be durable before the deed. */
  MoveJournal announce(Move move, Observation seen, MoveJournal journal, Action.Deed deed) {
    Instant now = clock.instant();
    boolean forwardOnly = journal.deeds() == 0
        && seen.layout().state(move.tenant()) == KeyState.ABSENT
        && (move.direction() == Direction.DEMOTE || journal.undo());
    return journal.with(draft -> {
      draft.deeds++;
      // A journal that was lost learns here that the key went by the move itself.
      draft.deletionBegun |= forwardOnly;
      switch (deed) {
        case Action.CreateKey create -> {
          if (create.step() == MoveStep.CREATE_KEY) {
            draft.attempt++;
            draft.notBefore = null;
          }
        }
        case Action.StartReplication start -> draft.startSentAt = now;
        case Action.Freeze freeze -> {
          draft.startSentAt = now;
          draft.verification = null;
          draft.attempt++;
        }
        case Action.DeleteSource delete -> draft.deletionBegun = true;
        case Action.DeleteKey delete -> {
          if (delete.key().equals(move.tenant()) && delete.step() == MoveStep.DELETE_DEDICATED) {
            draft.deletionBegun = true;
          }
        }
        case Action.RaiseFence raise ->
          draft.token = fences.remember(fence(move), seen.layout().anyPort(), draft.token);
        case Action.AbortTransfer other -> {}
        case Action.ReplicateShard other -> {}
        case Action.MoveShard other -> {}
        case Action.DropReplica other -> {}
        case Action.Verify other -> {}
        case Action.Copy other -> {}
        case Action.RecoverFrozen other -> {}
        case Action.Merge other -> {}
        case Action.LiftFence other -> {}
        case Action.Drain other -> {}
        case Action.RemoveMarks other -> {}
        // From here on the key may be back, and must be given what it has missed.
        case Action.Revive revive -> draft.startSentAt = now;
        case Action.GiveBack other -> {}
        case Action.RemoveCopies other -> {}
        case Action.Snapshot other -> {}
      }
    });
  }

  Outcome perform(
      Move move, Observation seen, MoveJournal journal, WorkingMemory memory, Action.Deed deed) {
    String collection = move.collection();
    ClusterLayout layout = seen.layout();
    QdrantWrites port = writes(layout.anyPort());
    TenantReads reads = new TenantReads(move, port);
    switch (deed) {
      case Action.CreateKey create -> port.createShardKey(collection, create.template());
      case Action.DeleteKey delete -> port.deleteShardKey(collection, delete.key());
      case Action.StartReplication start ->
        port.replicatePoints(collection, move.fallback(), move.tenant(), move.tenantFilter());
      case Action.AbortTransfer abort -> port.abortTransfer(collection, abort.transfer());
      case Action.ReplicateShard copy ->
        port.replicateShard(collection, copy.shardId(), copy.fromPeer(), copy.toPeer());
      case Action.MoveShard copy ->
        port.moveShard(collection, copy.shardId(), copy.fromPeer(), copy.toPeer());
      case Action.DropReplica drop -> port.dropReplica(collection, drop.shardId(), drop.peerId());
      case Action.Freeze freeze -> freeze(move, port, freeze);
      case Action.RecoverFrozen recover ->
        carry(
            collection,
            peer(layout, recover.fromPeer()),
            recover.fromShard(),
            peer(layout, recover.toPeer()),
            recover.toShard());
      case Action.Revive revive -> {
        QdrantWrites own = peer(layout, revive.peerId());
        carry(collection, own, revive.shardId(), own, revive.shardId());
      }
      case Action.RaiseFence raise -> {
        leadership.requireLeading();
        fences.raise(move, fence(move), port);
        return Outcome.done(journal.with(draft -> draft.fencedAt = clock.instant()));
      }
      case Action.LiftFence lift -> {
        leadership.requireLeading();
        fences.lift(move, fence(move), port, journal.token());
        return Outcome.done(journal.with(draft -> draft.fencedAt = null));
      }
      case Action.Snapshot snapshot -> {
        String name =
            peer(layout, snapshot.peerId()).createShardSnapshot(collection, snapshot.shardId());
        return Outcome.done(journal.with(draft -> draft.snapshot = name));
      }
      case Action.Drain drain ->
        port.deletePayload(
            collection,
            ShardSelector.key(move.tenant()),
            CopyMark.FIELDS,
            CopyMark.filter(move.uid()));
      case Action.RemoveMarks remove ->
        port.deletePayload(
            collection,
            ShardSelector.key(move.fallback()),
            CopyMark.FIELDS,
            move.tenantFilter().and(CopyMark.filter(move.uid())));
      case Action.RemoveCopies remove -> {
        return removeCopies(move, port, journal);
      }
      case Action.Verify verify -> {
        return passes.verify(reads, port, journal, memory);
      }
      case Action.DeleteSource delete -> {
        return passes.deleteSource(reads, port, journal, memory);
      }
      case Action.Copy copy -> {
        return passes.copy(reads, port, journal, memory, copy);
      }
      case Action.Merge merge -> {
        return passes.merge(reads, port, journal, memory);
      }
      case Action.GiveBack give -> {
        boolean thawed = layout.state(move.frozenKey()) == KeyState.ACTIVE;
        // The own keys are made after a whole pass.
        boolean copied = layout.state(move.emptyKey()) != KeyState.ABSENT;
        return passes.giveBack(reads, port, journal, memory, thawed, copied, give.concludes());
      }
    }
    return Outcome.done(journal);
  }

  /** Reads the fallback; changes nothing, so it needs no intent. */
  Outcome lookBefore(Move move, Observation seen, MoveJournal journal, WorkingMemory memory) {
    return passes.lookBefore(new TenantReads(move, seen.layout().anyPort()), journal, memory);
  }

  /** Reads both keys; changes nothing, so it needs no intent. */
  Outcome lookFirst(Move move, Observation seen, MoveJournal journal, WorkingMemory memory) {
    return passes.lookFirst(new TenantReads(move, seen.layout().anyPort()), journal, memory);
  }

  private QdrantWrites peer(ClusterLayout layout, long peerId) {
    return writes(layout
        .port(peerId)
        .orElseThrow(
            () -> new QdrantException.Unavailable("no endpoint for peer " + peerId, null)));
  }

  /** The same peer as one that was observed, with the right to write while this process leads. */
  private QdrantWrites writes(QdrantReads observed) {
    return cluster.peers().stream()
        .filter(peer -> peer == observed)
        .findFirst()
        .map(peer -> GuardedPort.of(peer, leadership))
        .orElseThrow(() -> new IllegalStateException("an observed peer is not in the cluster"));
  }

  /** A refusal of the start is the caller's to judge; after it every moment counts and the abort follows at once. */
  private static void freeze(Move move, QdrantWrites port, Action.Freeze freeze) {
    QdrantException.OutcomeUnknown unknown = null;
    try {
      port.replicatePoints(move.collection(), move.emptyKey(), move.tenant(), move.tenantFilter());
    } catch (QdrantException.OutcomeUnknown e) {
      unknown = e;
    }
    try {
      port.abortTransfer(move.collection(), freeze.transfer());
    } catch (QdrantException.NotFound | QdrantException.Rejected e) {
      // Not begun yet, or over already: the next look tells, and a key that is Active again is
      // frozen anew.
      log.info("move {}: the freeze was not caught: {}", move.name(), e.getMessage());
    }
    if (unknown != null) {
      throw unknown;
    }
  }

  private static void carry(
      String collection, QdrantWrites from, int fromShard, QdrantWrites to, int toShard) {
    String name = from.createShardSnapshot(collection, fromShard);
    try {
      Path file = Files.createTempFile("tierkeeper-", ".snapshot");
      try {
        from.downloadShardSnapshot(collection, fromShard, name, file);
        to.recoverShardSnapshot(collection, toShard, file);
      } finally {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("no room for the snapshot of shard " + fromShard, e);
    }
    try {
      from.deleteShardSnapshot(collection, fromShard, name);
    } catch (QdrantException.NotFound e) {
      // Recovering a shard into itself may take its snapshots away: what was wanted.
      return;
    }
  }

  private Outcome removeCopies(Move move, QdrantWrites port, MoveJournal journal) {
    Budget budget = new Budget(clock);
    Filter marked = move.tenantFilter().and(CopyMark.filter(move.uid()));
    ShardSelector fallback = ShardSelector.key(move.fallback());
    long removed = 0;
    while (budget.left()) {
      List<PointId> ids = port
          .scroll(new ScrollRequest(
              move.collection(),
              fallback,
              marked,
              null,
              move.settings().deleteBatch(),
              false,
              false,
              true))
          .points()
          .stream()
          .map(Point::id)
          .toList();
      if (ids.isEmpty()) {
        break;
      }
      port.delete(
          move.collection(), fallback, Filter.ids(ids).and(CopyMark.filter(move.uid())), true);
      removed += ids.size();
      ids.forEach(id -> budget.spend());
    }
    return new Outcome(journal, true, Map.of("deleted", removed), null);
  }

  private static Fence fence(Move move) {
    Fence fence = move.settings().fence();
    if (fence == null) {
      throw new IllegalStateException("fence: is missing in the settings of move " + move.name());
    }
    return fence;
  }
}
