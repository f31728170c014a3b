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
    EventData data) {

  /** The type of the payload. */
  public AuditType type() {
    return data.type();
  }
}
