package io.tierkeeper.migrate;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tierkeeper.qdrant.CollectionDescription;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the metadata of the target says of its migration. Together with the alias and the collections it is all that a migration
 * needs to resume; nothing is kept on the machine of the user.
 *
 * @param id in the marks of all points that the migration wrote
 * @param source the collection or the pattern
 * @param state the last one that was begun
 * @param ids as {@link MigrationSpec.Ids}
 * @param tenantField as in the specification
 * @param created whether the migration created the target
 * @param alias that is switched; null until then
 * @param leftSum the content of the side that applications left, when the alias was switched; null before
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record MigrationRecord(
    String id,
    String source,
    State state,
    MigrationSpec.Ids ids,
    String tenantField,
    boolean created,
    @Nullable String alias,
    @Nullable String leftSum) {

  static final String METADATA = "tierkeeper.io/migration";

  /** In the metadata of a source that may be deleted: the id of the migration that has found it complete. */
  static final String MIGRATED = "tierkeeper.io/migrated";

  private static final ObjectMapper JSON = new ObjectMapper();

  /** How far a migration is. */
  enum State {
    /** The source is live; the target gets its points. */
    COPYING,
    /** The writers are paused and the alias is being switched. */
    SWITCHING,
    /** The target is live. */
    SWITCHED,
    /** The writers are paused, and the source gets what changed in the target. */
    RETURNING,
    /** The source is being deleted. */
    FINISHING
  }

  static Optional<MigrationRecord> of(CollectionDescription target) {
    String text = target.metadata().get(METADATA);
    if (text == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(JSON.readValue(text, MigrationRecord.class));
    } catch (JsonProcessingException e) {
      throw new MigrationException("the metadata " + METADATA + " of collection " + target.name()
          + " cannot be read; it was not written by this version of Tierkeeper: " + text);
    }
  }

  MigrationRecord in(State next) {
    return new MigrationRecord(id, source, next, ids, tenantField, created, alias, leftSum);
  }

  MigrationRecord switching(String toAlias, ContentSum left) {
    return new MigrationRecord(
        id, source, State.SWITCHING, ids, tenantField, created, toAlias, left.toString());
  }

  MigrationRecord returning(ContentSum left) {
    return new MigrationRecord(
        id, source, State.RETURNING, ids, tenantField, created, alias, left.toString());
  }

  Map<String, String> metadata() {
    try {
      return Map.of(METADATA, JSON.writeValueAsString(this));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
