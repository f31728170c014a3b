package io.tierkeeper.client;

import java.util.UUID;

/**
 * The id of a point. Qdrant's ids are UUIDs and unsigned integers; a {@link Text} is stored as a UUID that is computed from the
 * tenant and the text, and the text is kept in the payload and given back.
 *
 * <p>Ids must be unique in the whole collection, not only within a tenant: a tenant that moves to the shared shard brings its points
 * there. Texts and {@link PointIds} are unique by construction.
 */
public sealed interface PointId {

  /** An id that Qdrant stores as it is. */
  record Uuid(UUID value) implements PointId {
    @Override
    public String toString() {
      return value.toString();
    }
  }

  /** An unsigned integer. */
  record Number(long value) implements PointId {
    @Override
    public String toString() {
      return Long.toUnsignedString(value);
    }
  }

  /** A text of the application; two tenants may use the same. */
  record Text(String value) implements PointId {

    /** @throws TenantClientException.InvalidRequest if the text is empty or has half of a surrogate pair */
    public Text {
      if (value.isEmpty()) {
        throw new TenantClientException.InvalidRequest("the text of a point id is empty", null);
      }
      Texts.utf8("the text of a point id", value);
    }

    @Override
    public String toString() {
      return value;
    }
  }

  /** An id that Qdrant stores as it is. */
  static PointId of(UUID value) {
    return new Uuid(value);
  }

  /** An unsigned integer. */
  static PointId of(long value) {
    return new Number(value);
  }

  /** A text of the application. */
  static PointId of(String text) {
    return new Text(text);
  }
}
