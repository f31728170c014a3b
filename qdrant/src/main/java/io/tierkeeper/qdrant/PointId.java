package io.tierkeeper.qdrant;

import java.util.UUID;

/** The id of a point: an unsigned 64-bit number or a UUID. Numbers come before UUIDs, each in its natural order. */
public sealed interface PointId extends Comparable<PointId> {

  /** A number, to be read as unsigned. */
  record Num(long value) implements PointId {
    @Override
    public String toString() {
      return Long.toUnsignedString(value);
    }
  }

  /** A UUID, ordered by its 128 bits read as unsigned. */
  record Uuid(UUID value) implements PointId {
    @Override
    public String toString() {
      return value.toString();
    }
  }

  static PointId of(long number) {
    return new Num(number);
  }

  static PointId of(UUID uuid) {
    return new Uuid(uuid);
  }

  /**
   * Reads what {@link #toString} wrote.
   *
   * @throws IllegalArgumentException if it is neither an unsigned 64-bit number nor a UUID
   */
  static PointId parse(String text) {
    return text.matches("[0-9]+") ? of(Long.parseUnsignedLong(text)) : of(UUID.fromString(text));
  }

  @Override
  default int compareTo(PointId other) {
    return switch (this) {
      case Num a -> other instanceof Num b ? Long.compareUnsigned(a.value(), b.value()) : -1;
      case Uuid a -> {
        if (!(other instanceof Uuid b)) {
          yield 1;
        }
        int high = Long.compareUnsigned(
            a.value().getMostSignificantBits(), b.value().getMostSignificantBits());
        yield high != 0
            ? high
            : Long.compareUnsigned(
                a.value().getLeastSignificantBits(), b.value().getLeastSignificantBits());
      }
    };
  }
}
