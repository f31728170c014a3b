package io.tierkeeper.audit.file;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tierkeeper.audit.AuditEvent;
import io.tierkeeper.audit.CheckpointData;
import io.tierkeeper.audit.EventData;
import io.tierkeeper.audit.EventJson;
import io.tierkeeper.audit.GapData;
import io.tierkeeper.audit.TenantPseudonyms;
import io.tierkeeper.audit.chain.AuditCheckpoint;
import io.tierkeeper.audit.chain.AuditHead;
import io.tierkeeper.audit.chain.CheckpointSignature;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Composes the lines of a trail: the envelope of each event, and the events that the log itself records; pure. */
final class TrailLines {

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final AuditStream stream;
  private final AuditWriter writer;
  private final @Nullable TenantPseudonyms pseudonyms;

  /** @param pseudonyms replaces tenant ids; null keeps them */
  TrailLines(AuditStream stream, AuditWriter writer, @Nullable TenantPseudonyms pseudonyms) {
    this.stream = stream;
    this.writer = writer;
    this.pseudonyms = pseudonyms;
  }

  AuditEvent gap(
      AuditHead head, Instant now, GapData.Reason reason, List<GapData.TornTail> tornTails) {
    return own(head, now, new GapData(new GapData.Gap(reason, tornTails, null, null)));
  }

  AuditEvent clockJump(AuditHead head, Instant from, Instant to) {
    return own(
        head, to, new GapData(new GapData.Gap(GapData.Reason.CLOCK_JUMP, List.of(), from, to)));
  }

  /** The line has the checkpoint's time, which is part of what is signed. */
  AuditEvent checkpoint(AuditHead head, AuditCheckpoint checkpoint) {
    CheckpointSignature signature = checkpoint.signature();
    return own(
        head,
        checkpoint.time(),
        new CheckpointData(new CheckpointData.Checkpoint(
            checkpoint.size(),
            checkpoint.headHash(),
            signature == null ? null : signature.keyId(),
            signature == null ? null : signature.value())));
  }

  private AuditEvent own(AuditHead head, Instant time, EventData data) {
    String id = AuditEvent.id(
        stream.source(), Long.toString(head.sequence() + 1), 0, data.type().eventType());
    return new AuditEvent(id, "trail", time, data);
  }

  /**
   * The line of an event that follows a head, without its hashes; shortened where it would be too long.
   *
   * @param opensSegment whether it is the first of a file that goes on from another
   */
  ObjectNode line(AuditEvent event, AuditHead head, boolean opensSegment) {
    ObjectNode data = EventJson.write(event.data());
    String subject = event.subject();
    if (pseudonyms != null) {
      data = pseudonyms.data(subject, data);
      subject = pseudonyms.subject(subject);
    }
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
        .put("subject", subject)
        .put("time", event.time().toString())
        .put("datacontenttype", "application/json")
        .put("dataschema", event.type().dataSchema())
        .put("sequence", "%020d".formatted(head.sequence() + 1));
    line.set("data", data);
    if (LineLimit.exceeds(line)) {
      LineLimit.shorten(line);
    }
    return line;
  }
}
