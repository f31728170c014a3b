package io.tierkeeper.lab.qdrant.emulator.points;

import io.qdrant.client.grpc.Common.PointId;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A point id in the engine's order: numbers (unsigned) before UUIDs. */
public record PointKey(long number, @Nullable String uuid) implements Comparable<PointKey> {

  public static PointKey of(PointId id) {
    return switch (id.getPointIdOptionsCase()) {
      case NUM -> new PointKey(id.getNum(), null);
      case UUID -> {
        String canonical = canonical(id.getUuid());
        if (canonical == null) {
          throw QdrantError.validation("Unable to parse UUID: " + id.getUuid());
        }
        yield new PointKey(0, canonical);
      }
      case POINTIDOPTIONS_NOT_SET -> throw QdrantError.validation("Empty ID is not allowed");
    };
  }

  /** A UUID in lower case with hyphens, whatever its spelling; null where the text is none. */
  static @Nullable String canonical(String text) {
    String plain = text.startsWith("urn:uuid:") ? text.substring("urn:uuid:".length()) : text;
    plain = plain.replaceFirst("^\\{(.*)}$", "$1").toLowerCase(Locale.ROOT);
    if (plain.matches("[0-9a-f]{32}")) {
      plain = plain.replaceFirst("(.{8})(.{4})(.{4})(.{4})(.{12})", "$1-$2-$3-$4-$5");
    }
    if (!plain.matches("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")) {
      return null;
    }
    return UUID.fromString(plain).toString();
  }

  /** Whether a text is a UUID in some spelling. */
  public static boolean isUuid(String text) {
    return canonical(text) != null;
  }

  public PointId toId() {
    return uuid == null
        ? PointId.newBuilder().setNum(number).build()
        : PointId.newBuilder().setUuid(uuid).build();
  }

  @Override
  public int compareTo(PointKey other) {
    if (uuid == null) {
      return other.uuid == null ? Long.compareUnsigned(number, other.number) : -1;
    }
    return other.uuid == null ? 1 : uuid.compareTo(other.uuid);
  }

  @Override
  public String toString() {
    return uuid == null ? Long.toUnsignedString(number) : uuid;
  }
}
