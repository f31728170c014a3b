package io.tierkeeper.audit;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.List;

/** Composes the lines of a trail: the envelope of each event, and the events that the log tells of itself; pure. */
final class TrailLines {

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final AuditStream stream;
  private final AuditWriter writer;

  TrailLines(AuditStream stream, AuditWriter writer) {
    this.stream = stream;
    this.writer = writer;
  }

  AuditEvent gap(
      AuditHead head, Instant now, String reason, List<TrailRecovery.TornTail> tornTails) {
    ObjectNode data = JSON.objectNode();
    ObjectNode gap = data.putObject("gap").put("reason", reason);
    if (!tornTails.isEmpty()) {
      ArrayNode torn = gap.putArray("torn");
      tornTails.forEach(tail -> torn.addObject()
          .put("file", tail.file())
          .put("length", tail.length())
          .put("sha256", tail.sha256()));
    }
    return own(AuditType.GAP, head, now, data);
  }

  AuditEvent clockJump(AuditHead head, Instant from, Instant to) {
    ObjectNode data = JSON.objectNode();
    data.putObject("gap")
        .put("reason", "ClockJump")
        .put("from", from.toString())
        .put("to", to.toString());
    return own(AuditType.GAP, head, to, data);
  }

  /** The line has the checkpoint's time, which is part of what is signed. */
  AuditEvent checkpoint(AuditHead head, AuditCheckpoint checkpoint) {
    ObjectNode data = JSON.objectNode();
    ObjectNode told = data.putObject("checkpoint")
        .put("size", checkpoint.size())
        .put("headHash", checkpoint.headHash());
    CheckpointSignature signature = checkpoint.signature();
    if (signature != null) {
      told.put("keyId", signature.keyId()).put("signature", signature.value());
    }
    return own(AuditType.CHECKPOINT, head, checkpoint.time(), data);
  }

  private AuditEvent own(AuditType type, AuditHead head, Instant time, ObjectNode data) {
    String id =
        AuditEvent.id(stream.source(), Long.toString(head.sequence() + 1), 0, type.eventType());
    return new AuditEvent(type, id, "trail", time, data);
  }

  /**
   * The line of an event that follows a head, without its {@code entryhash}.
   *
   * @param opensSegment whether it is the first of a file that goes on from another
   */
  ObjectNode line(AuditEvent event, AuditHead head, boolean opensSegment) {
    ObjectNode data = event.data().deepCopy();
    data.putObject("actor")
        .put("kind", "Operator")
        .put("version", writer.version())
        .put("instance", writer.instance())
        .put("term", writer.term());
    if (opensSegment) {
      data.put("opensSegment", true);
    }
    ObjectNode line = JSON.objectNode()
        .put("specversion", "1.0")
        .put("id", event.id())
        .put("source", stream.source())
        .put("type", event.type().eventType())
        .put("subject", event.subject())
        .put("time", event.time().toString())
        .put("datacontenttype", "application/json")
        .put("dataschema", event.type().dataSchema())
        .put("sequence", "%020d".formatted(head.sequence() + 1))
        .put("prevhash", head.headHash());
    line.set("data", data);
    return line;
  }
}
