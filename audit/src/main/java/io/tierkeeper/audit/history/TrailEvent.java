package io.tierkeeper.audit.history;

import io.tierkeeper.audit.EventData;
import java.time.Instant;

/** A line with its payload, by the type of the payload. */
public record TrailEvent<D extends EventData>(AuditLine line, D data) {

  /** When it happened. */
  public Instant time() {
    return line.time();
  }
}
