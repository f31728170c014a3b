package io.tierkeeper.moves;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tierkeeper.audit.AuditEvent;
import io.tierkeeper.audit.AuditSink;
import io.tierkeeper.audit.Durability;
import io.tierkeeper.audit.MoveData;
import io.tierkeeper.audit.MoveEvent;
import io.tierkeeper.audit.ResourceRef;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes a move's audit lines; ids follow from the move, so that a repeat appends nothing. */
final class MoveAudit {

  private final AuditSink sink;
  private final InstantSource clock;

  MoveAudit(AuditSink sink, InstantSource clock) {
    this.sink = sink;
    this.clock = clock;
  }

  /** The line that announces a deed; on disk when this returns. */
  void intended(Move move, MoveJournal journal, Action.Deed deed) {
    append(
        move,
        journal,
        MoveEvent.STEP_INTENDED,
        stepName(journal),
        request(deed),
        null,
        null,
        Map.of());
  }

  /** How the deed went. */
  void done(
      Move move,
      MoveJournal after,
      MoveJournal journal,
      Action.Deed deed,
      String answer,
      Duration duration,
      Map<String, Long> counts) {
    ObjectNode json = JsonNodeFactory.instance.objectNode().put("result", answer);
    if (deed instanceof Action.Snapshot && after.snapshot() != null) {
      json.put("snapshot", after.snapshot());
    }
    append(
        move,
        journal,
        MoveEvent.STEP_DONE,
        stepName(journal),
        request(deed),
        json,
        duration,
        counts);
  }

  /** An event of the whole move or of a turn in it, told once for each attempt. */
  void event(
      Move move, MoveJournal journal, MoveEvent event, String reason, Map<String, Long> counts) {
    ObjectNode json = JsonNodeFactory.instance.objectNode().put("reason", reason);
    append(move, journal, event, journal.step().apiName() + "/" + reason, null, json, null, counts);
  }

  private void append(
      Move move,
      MoveJournal journal,
      MoveEvent event,
      String idStep,
      @Nullable ObjectNode request,
      @Nullable ObjectNode answer,
      @Nullable Duration duration,
      Map<String, Long> counts) {
    MoveData data = MoveData.of(
        new ResourceRef("TierMove", move.namespace(), move.name(), move.uid(), 1),
        move.tenant().toString(),
        move.direction().label(),
        event,
        journal.step().apiName(),
        journal.attempt(),
        request,
        answer,
        duration,
        counts);
    sink.append(
        new AuditEvent(
            AuditEvent.id(move.uid(), idStep, journal.attempt(), event.word()),
            "tenant/" + move.tenant(),
            clock.instant(),
            data),
        Durability.BEFORE_MUTATION);
  }

  private static String stepName(MoveJournal journal) {
    // A mover whose journal is lost counts from nothing again; its deeds are other deeds all the
    // same.
    return journal.step().apiName() + "#" + journal.deeds() + "@" + journal.startedAt();
  }

  private static ObjectNode request(Action.Deed deed) {
    ObjectNode json =
        JsonNodeFactory.instance.objectNode().put("call", deed.getClass().getSimpleName());
    switch (deed) {
      case Action.CreateKey create ->
        json.put("key", create.template().key().toString())
            .put("peer", Long.toUnsignedString(create.template().peerId()))
            .put("initialState", create.template().initialState().name());
      case Action.DeleteKey delete -> json.put("key", delete.key().toString());
      case Action.AbortTransfer abort -> json.put("transfer", abort.transfer().toString());
      case Action.Freeze freeze -> json.put("transfer", freeze.transfer().toString());
      case Action.ReplicateShard copy ->
        json.put("shard", copy.shardId())
            .put("from", Long.toUnsignedString(copy.fromPeer()))
            .put("to", Long.toUnsignedString(copy.toPeer()));
      case Action.MoveShard copy ->
        json.put("shard", copy.shardId())
            .put("from", Long.toUnsignedString(copy.fromPeer()))
            .put("to", Long.toUnsignedString(copy.toPeer()));
      case Action.DropReplica drop ->
        json.put("shard", drop.shardId()).put("peer", Long.toUnsignedString(drop.peerId()));
      case Action.RecoverFrozen recover ->
        json.put("fromShard", recover.fromShard()).put("toShard", recover.toShard());
      case Action.Revive revive -> json.put("shard", revive.shardId());
      case Action.Snapshot snapshot ->
        json.put("shard", snapshot.shardId()).put("peer", Long.toUnsignedString(snapshot.peerId()));
      case Action.StartReplication other -> {}
      case Action.Verify other -> {}
      case Action.DeleteSource other -> {}
      case Action.Copy other -> {}
      case Action.Merge other -> {}
      case Action.RaiseFence other -> {}
      case Action.LiftFence other -> {}
      case Action.Drain other -> {}
      case Action.RemoveMarks other -> {}
      case Action.GiveBack other -> {}
      case Action.RemoveCopies other -> {}
    }
    return json;
  }
}
