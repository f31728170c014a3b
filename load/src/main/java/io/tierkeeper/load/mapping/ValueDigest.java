package io.tierkeeper.load.mapping;

import io.tierkeeper.qdrant.PointVector;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * SHA-256 over values, each preceded by its type and its length, so that no two lists of values have the same bytes. The
 * order of the members of an object does not count.
 */
final class ValueDigest {
  private final MessageDigest digest;

  ValueDigest() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** Adds one part. */
  ValueDigest add(@Nullable Object value) {
    switch (value) {
      case null -> part('n', new byte[0]);
      case Boolean flag -> part('b', new byte[] {(byte) (flag ? 1 : 0)});
      case String text -> part('s', text.getBytes(StandardCharsets.UTF_8));
      case Long number ->
        part('i', ByteBuffer.allocate(Long.BYTES).putLong(number).array());
      case Double number ->
        part('d', ByteBuffer.allocate(Double.BYTES).putDouble(number).array());
      case List<?> list -> {
        count('l', list.size());
        list.forEach(this::add);
      }
      case Map<?, ?> map -> {
        count('m', map.size());
        new TreeMap<>(map).forEach((name, member) -> add(name).add(member));
      }
      case PointVector.Dense dense -> floats(dense.values());
      case PointVector.MultiDense multi -> {
        count('v', multi.rows().length);
        for (float[] row : multi.rows()) {
          floats(row);
        }
      }
      case PointVector.Sparse sparse -> {
        ByteBuffer indices = ByteBuffer.allocate(sparse.indices().length * Integer.BYTES);
        indices.asIntBuffer().put(sparse.indices());
        part('x', indices.array());
        floats(sparse.values());
      }
      default -> part('t', value.toString().getBytes(StandardCharsets.UTF_8));
    }
    return this;
  }

  /** The first 128 bits of the digest; no more parts may be added. */
  UUID uuid() {
    ByteBuffer bytes = ByteBuffer.wrap(digest.digest());
    return new UUID(bytes.getLong(), bytes.getLong());
  }

  private void floats(float[] values) {
    ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES);
    bytes.asFloatBuffer().put(values);
    part('f', bytes.array());
  }

  private void part(char type, byte[] bytes) {
    count(type, bytes.length);
    digest.update(bytes);
  }

  private void count(char type, int size) {
    digest.update(
        ByteBuffer.allocate(1 + Integer.BYTES).put((byte) type).putInt(size).array());
  }
}
