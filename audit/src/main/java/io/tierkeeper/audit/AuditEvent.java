package io.tierkeeper.audit;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.tierkeeper.audit.chain.HashChain;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/**
 * One thing to be recorded.
 *
 * @param id the same for the same thing however often it is recorded: see {@link #id(String, String, int, String)}
 * @param subject whom it is about, such as {@code tenant/acme}
 * @param time when it happened, which may be earlier than when it is recorded
 * @param data the payload
 */
public record AuditEvent(String id, String subject, Instant time, EventData data) {

  private static final String ID_DOMAIN = "tierkeeper.audit.id.v1\n";
  private static final int ID_LENGTH = 32;

  /** Refuses a blank id, since two lines with no id would count as one. */
  public AuditEvent {
    if (id.isBlank()) {
      throw new IllegalArgumentException("id: is blank; allowed: the result of AuditEvent.id");
    }
  }

  /** The type of the payload. */
  public AuditType type() {
    return data.type();
  }

  /**
   * The id of one attempt of one step, 32 hexadecimal digits: SHA-256 over the four parts as a JSON array, so that no
   * part can run into the next. A step that is repeated after a crash gets the id it had before.
   *
   * @param moveUid uid of the TierMove, or of whatever resource the event belongs to
   * @param step name of the step, or what else distinguishes two events of the same resource
   * @param attempt from 1; 0 where there are no attempts
   * @param kind what is recorded of it, such as {@code intended} or {@code done}
   */
  public static String id(String moveUid, String step, int attempt, String kind) {
    ArrayNode parts =
        JsonNodeFactory.instance.arrayNode().add(moveUid).add(step).add(attempt).add(kind);
    return HashChain.sha256Hex((ID_DOMAIN + parts).getBytes(StandardCharsets.UTF_8))
        .substring(0, ID_LENGTH);
  }
}
