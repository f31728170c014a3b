package io.tierkeeper.rag;

import dev.langchain4j.data.document.Metadata;
import dev.langchain4j.data.segment.TextSegment;
import io.tierkeeper.client.PointId;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Segments as payloads of points, and ids of LangChain4j as ids of points. */
final class Segments {

  private final String textField;

  /** @param textField the payload field that holds the text */
  Segments(String textField) {
    this.textField = textField;
  }

  /**
   * The metadata as fields of their own, and the text.
   *
   * @throws IllegalArgumentException if the metadata has the field of the text
   */
  Map<String, Object> payload(@Nullable TextSegment segment) {
    Map<String, Object> payload = new LinkedHashMap<>();
    if (segment == null) {
      return payload;
    }
    segment
        .metadata()
        .toMap()
        .forEach(
            (key, value) -> payload.put(key, value instanceof UUID ? value.toString() : value));
    // Belongs to a retrieval, not to the segment.
    payload.remove(Retrieval.ORDER_KEY);
    if (payload.containsKey(textField)) {
      throw new IllegalArgumentException("metadata key " + textField
          + " is the payload field of the text; rename the key, or set textField to another field");
    }
    payload.put(textField, segment.text());
    return payload;
  }

  /** The segment of a payload; null where it has no text. Fields of types that {@link Metadata} does not have are left out. */
  @Nullable
  TextSegment segment(Map<String, ?> payload) {
    if (!(payload.get(textField) instanceof String text) || text.isBlank()) {
      return null;
    }
    Map<String, Object> metadata = new LinkedHashMap<>();
    payload.forEach((key, value) -> {
      if (!key.equals(textField)
          && !key.isBlank()
          && (value instanceof String || value instanceof Long || value instanceof Double)) {
        metadata.put(key, value);
      }
    });
    return TextSegment.from(text, Metadata.from(metadata));
  }

  /**
   * The id of a point: a UUID or an unsigned number where the text is exactly as Qdrant writes one, else the text itself. The id that
   * is read again is the same text.
   *
   * @throws IllegalArgumentException if the id is null or blank
   */
  static PointId pointId(@Nullable String id) {
    if (id == null || id.isBlank()) {
      throw new IllegalArgumentException("id cannot be null or blank");
    }
    try {
      UUID uuid = UUID.fromString(id);
      if (uuid.toString().equals(id)) {
        return PointId.of(uuid);
      }
    } catch (IllegalArgumentException e) {
      // Not a UUID; it may be a number.
    }
    try {
      long number = Long.parseUnsignedLong(id);
      if (Long.toUnsignedString(number).equals(id)) {
        return PointId.of(number);
      }
    } catch (NumberFormatException e) {
      // Not a number either: a text of the application.
    }
    return PointId.of(id);
  }
}
