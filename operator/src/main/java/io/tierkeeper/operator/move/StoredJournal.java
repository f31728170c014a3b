package io.tierkeeper.operator.move;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tierkeeper.api.mapping.TimeText;
import io.tierkeeper.moves.MoveJournal;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A journal in the status of its TierMove. It says whose it is: a status that was copied or restored from another
 * TierMove would make the engine delete a source that was not compared.
 */
final class StoredJournal {

  private static final Logger log = LoggerFactory.getLogger(StoredJournal.class);

  /** The uid of the TierMove; absent in journals of the first release. */
  private static final String OF = "of";

  /** The end of a retention that had begun when the journal was lost; the engine does not know it. */
  private static final String RETENTION_ENDS = "retentionEnds";

  private StoredJournal() {}

  /** @param before what is stored now */
  static ObjectNode write(MoveJournal journal, String uid, @Nullable JsonNode before) {
    ObjectNode json = journal.toJson().put(OF, uid);
    if (before != null
        && before.path(OF).asText().equals(uid)
        && before.hasNonNull(RETENTION_ENDS)) {
      json.set(RETENTION_ENDS, before.get(RETENTION_ENDS));
    }
    return json;
  }

  /** The journal of a move that has begun and whose own is lost. */
  static ObjectNode lost(String uid, @Nullable Instant retentionEnds) {
    ObjectNode json = write(MoveJournal.initial(), uid, null);
    return retentionEnds == null ? json : json.put(RETENTION_ENDS, retentionEnds.toString());
  }

  /** The end of the retention that was announced before the journal was lost; empty where none was. */
  static Optional<Instant> retentionEnds(@Nullable JsonNode stored) {
    return stored == null
        ? Optional.empty()
        : TimeText.read(stored.path(RETENTION_ENDS).asText());
  }

  static boolean present(@Nullable JsonNode stored) {
    return stored != null && !stored.isNull();
  }

  /** The journal; empty where there is none, where it is another move's, and where it cannot be read. */
  static Optional<MoveJournal> read(@Nullable JsonNode stored, String name, String uid) {
    if (stored == null || !present(stored)) {
      return Optional.empty();
    }
    if (!stored.isObject()) {
      log.warn("TierMove {}: status.journal cannot be parsed and is treated as lost", name);
      return Optional.empty();
    }
    if (stored.has(OF) && !stored.path(OF).asText().equals(uid)) {
      log.warn(
          "TierMove {}: status.journal belongs to TierMove {} and is treated as lost",
          name,
          stored.path(OF).asText());
      return Optional.empty();
    }
    try {
      return Optional.of(MoveJournal.fromJson(stored));
    } catch (IllegalArgumentException e) {
      log.warn("TierMove {}: status.{}; the journal is treated as lost", name, e.getMessage());
      return Optional.empty();
    }
  }
}
