package io.tierkeeper.audit;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.time.Instant;

/**
 * A line of a trail as read back.
 *
 * @param file where it lies
 * @param line from 1, within the file
 * @param offset where it begins in the file, in bytes
 * @param data the payload with {@code actor}; fields of later versions are in it too
 */
public record AuditLine(
    Path file,
    long line,
    long offset,
    long sequence,
    AuditType type,
    String id,
    String source,
    String subject,
    Instant time,
    String entryHash,
    ObjectNode data) {}
