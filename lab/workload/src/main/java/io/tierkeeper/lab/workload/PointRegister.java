package io.tierkeeper.lab.workload;

import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A part of a point that a client can write alone. Each is a register of its own to the checker: its value tells the
 * version of the write that set it.
 */
public enum PointRegister {
  /** The point itself, with its version field; gone where the point is deleted. */
  POINT(null),
  /** The vector that clients search. */
  VECTOR(null),
  TITLE("title"),
  SCORE("score"),
  TAGS("tags"),
  PLACE("place"),
  PARTS("parts"),
  RANK("rank"),
  RATIO("ratio"),
  NOTE("note"),
  /** A second dense vector. */
  IMAGE(null),
  /** A sparse vector. */
  WORDS(null),
  /** A multivector. */
  TOKENS(null);

  /** A register without a value. */
  public static final long ABSENT = -1;
  /** A register that was not read, or that points of this collection do not have. */
  public static final long NOT_READ = -2;

  /** Those that are vectors. */
  static final List<PointRegister> VECTORS = List.of(VECTOR, IMAGE, WORDS, TOKENS);
  /** Those that are payload fields. */
  static final List<PointRegister> FIELDS = List.copyOf(EnumSet.range(TITLE, NOTE));

  static final int COUNT = values().length;
  private static final PointRegister[] ALL = values();

  private final @Nullable String field;

  PointRegister(@Nullable String field) {
    this.field = field;
  }

  /** The payload field; empty for others. */
  String field() {
    return field == null ? "" : field;
  }

  int bit() {
    return 1 << ordinal();
  }

  static PointRegister at(int ordinal) {
    return ALL[ordinal];
  }

  static int bits(Set<PointRegister> registers) {
    return registers.stream().mapToInt(PointRegister::bit).sum();
  }

  /** The value that the write of this version gives a payload field. */
  Object value(long version) {
    return switch (this) {
      case TITLE -> "title " + version;
      case SCORE -> version + 0.25;
      case TAGS -> List.of("tag " + version, version % 3, "all");
      case PLACE -> Map.of("city", Map.of("code", version), "country", "c");
      case PARTS ->
        List.of(Map.of("part", version), Map.of("part", 0L, "weights", List.of(0.5, 2L)));
      case RANK -> version;
      case RATIO -> version * -1.0e12 - 0.5;
      case NOTE -> Map.of("text", "note " + version, "flags", List.of(true, version % 2 == 0));
      case POINT, VECTOR, IMAGE, WORDS, TOKENS ->
        throw new IllegalArgumentException(this + " is no payload field");
    };
  }

  /**
   * The version that has given a payload field its value.
   *
   * @return {@link #ABSENT} for null; empty where no version gives this value
   */
  java.util.OptionalLong version(@Nullable Object value) {
    if (value == null) {
      return java.util.OptionalLong.of(ABSENT);
    }
    long version = switch (this) {
      case TITLE -> number(value);
      case SCORE -> value instanceof Double number ? (long) Math.floor(number) : NOT_READ;
      case TAGS ->
        value instanceof List<?> list && !list.isEmpty() ? number(list.getFirst()) : NOT_READ;
      case PLACE ->
        value instanceof Map<?, ?> map
                && map.get("city") instanceof Map<?, ?> city
                && city.get("code") instanceof Long code
            ? code
            : NOT_READ;
      case PARTS ->
        value instanceof List<?> list
                && !list.isEmpty()
                && list.getFirst() instanceof Map<?, ?> part
                && part.get("part") instanceof Long number
            ? number
            : NOT_READ;
      case RANK -> value instanceof Long number ? number : NOT_READ;
      case RATIO ->
        value instanceof Double number ? Math.round((number + 0.5) / -1.0e12) : NOT_READ;
      case NOTE -> value instanceof Map<?, ?> map ? number(map.get("text")) : NOT_READ;
      case POINT, VECTOR, IMAGE, WORDS, TOKENS -> NOT_READ;
    };
    return version >= 0 && value(version).equals(value)
        ? java.util.OptionalLong.of(version)
        : java.util.OptionalLong.empty();
  }

  private static long number(@Nullable Object text) {
    if (!(text instanceof String words)) {
      return NOT_READ;
    }
    try {
      return Long.parseLong(words.substring(words.lastIndexOf(' ') + 1));
    } catch (NumberFormatException e) {
      return NOT_READ;
    }
  }
}
