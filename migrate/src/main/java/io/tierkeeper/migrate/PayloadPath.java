package io.tierkeeper.migrate;

import io.tierkeeper.qdrant.TenantId;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads and sets the tenant of a payload by a path with dots, as Qdrant names payload fields. */
final class PayloadPath {
  private PayloadPath() {}

  /** The value at the path; null where there is none. */
  static @Nullable Object get(Map<?, ?> payload, String path) {
    int dot = path.indexOf('.');
    if (dot < 0) {
      return payload.get(path);
    }
    return payload.get(path.substring(0, dot)) instanceof Map<?, ?> nested
        ? get(nested, path.substring(dot + 1))
        : null;
  }

  /** The tenant at the path; null where there is none, or a list of several. */
  static @Nullable TenantId tenant(Map<String, Object> payload, String path) {
    Object value = get(payload, path);
    if (value instanceof String text && !text.isEmpty()) {
      return TenantId.of(text);
    }
    return value instanceof Long number && number >= 0 ? TenantId.of(number.longValue()) : null;
  }

  /**
   * A copy of the payload with a value at the path.
   *
   * @throws IllegalArgumentException if something on the way is not an object
   */
  static Map<String, Object> with(Map<?, ?> payload, String path, Object value) {
    Map<String, Object> copy = new LinkedHashMap<>();
    payload.forEach((name, member) -> copy.put(String.valueOf(name), member));
    int dot = path.indexOf('.');
    if (dot < 0) {
      copy.put(path, value);
      return copy;
    }
    String head = path.substring(0, dot);
    Object nested = copy.getOrDefault(head, Map.of());
    if (!(nested instanceof Map<?, ?> map)) {
      throw new IllegalArgumentException(head);
    }
    copy.put(head, with(map, path.substring(dot + 1), value));
    return copy;
  }
}
