package io.tierkeeper.audit.history;

import io.tierkeeper.audit.AuditType;
import io.tierkeeper.audit.EventData;
import io.tierkeeper.audit.file.AuditWriter;
import java.nio.file.Path;
import java.time.Instant;

/**
 * A line of a trail as read back.
 *
 * @param file where it lies
 * @param line from 1, within the file
 * @param offset where it begins in the file, in bytes
 * @param writer who wrote it
 * @param shortened whether it was too long, so that parts of the payload are missing
 * @param data the payload; fields of later versions are left out
 */
public record AuditLine(
    Path file,
    long line,
    long offset,
    long sequence,
    String id,
    String source,
    String subject,
    Instant time,
    String entryHash,
    AuditWriter writer,
    boolean shortened,
    EventData data) {

  /** The type of the payload. */
  public AuditType type() {
    return data.type();
  }

  /** The same line with another payload. */
  AuditLine with(EventData other) {
    return new AuditLine(
        file, line, offset, sequence, id, source, subject, time, entryHash, writer, shortened,
        other);
  }
}
