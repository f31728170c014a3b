package io.tierkeeper.load.mapping;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads and sets fields of nested objects by a path with dots, as Qdrant names payload fields. */
final class Fields {
  private Fields() {}

  /** The value at a path, or the value of a field whose name is the whole path; null where there is none. */
  static @Nullable Object get(Map<?, ?> object, String path) {
    if (object.containsKey(path)) {
      return object.get(path);
    }
    int dot = path.indexOf('.');
    return dot > 0 && object.get(path.substring(0, dot)) instanceof Map<?, ?> nested
        ? get(nested, path.substring(dot + 1))
        : null;
  }

  /**
   * A copy of an object with a value at a path; objects on the way are created.
   *
   * @throws IllegalArgumentException if something on the way is not an object
   */
  static Map<String, @Nullable Object> with(Map<?, ?> object, String path, Object value) {
    Map<String, @Nullable Object> copy = new LinkedHashMap<>();
    object.forEach((name, member) -> copy.put(String.valueOf(name), member));
    int dot = path.indexOf('.');
    if (dot < 0) {
      copy.put(path, value);
      return copy;
    }
    String head = path.substring(0, dot);
    Object nested = copy.get(head);
    if (nested != null && !(nested instanceof Map)) {
      throw new IllegalArgumentException(head);
    }
    copy.put(
        head,
        with(nested instanceof Map<?, ?> map ? map : Map.of(), path.substring(dot + 1), value));
    return copy;
  }
}
