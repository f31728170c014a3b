package io.tierkeeper.moves.content;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Base64;
import java.util.Deque;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A set of points, each a hash of its id and one of its content, in 2 KB however many they are: two such tables show which
 * points are in only one of both sets, as long as these are a few dozen. An invertible Bloom lookup table (Eppstein et al.,
 * "What's the Difference?", SIGCOMM 2011) with four hashes.
 */
public final class CopyTable {

  /** A point as the table knows it. */
  public record Entry(long id, long content) {}

  /** What is in only one of two tables. */
  public record Difference(Set<Entry> onlyHere, Set<Entry> onlyThere) {}

  private static final int HASHES = 4;
  private static final int PART = 24;
  private static final int CELLS = HASHES * PART;
  private static final int BYTES = CELLS * (8 + 8 + 4 + 1);
  private static final String FORM = "1:";

  private final long[] ids = new long[CELLS];
  private final long[] contents = new long[CELLS];
  private final int[] checks = new int[CELLS];
  // Of a count only the last byte matters, since it is only ever subtracted.
  private final byte[] counts = new byte[CELLS];

  /** Adds a point that is not in it yet. */
  public void add(long id, long content) {
    put(new Entry(id, content), 1);
  }

  /** An independent copy. */
  CopyTable copy() {
    CopyTable copy = new CopyTable();
    System.arraycopy(ids, 0, copy.ids, 0, CELLS);
    System.arraycopy(contents, 0, copy.contents, 0, CELLS);
    System.arraycopy(checks, 0, copy.checks, 0, CELLS);
    System.arraycopy(counts, 0, copy.counts, 0, CELLS);
    return copy;
  }

  /** Takes out a point that was added with the same content. */
  public void remove(long id, long content) {
    put(new Entry(id, content), -1);
  }

  /** What differs from another table; empty where that is too much to be listed. */
  public Optional<Difference> minus(CopyTable other) {
    CopyTable rest = new CopyTable();
    Deque<Integer> waiting = new ArrayDeque<>();
    for (int i = 0; i < CELLS; i++) {
      rest.ids[i] = ids[i] ^ other.ids[i];
      rest.contents[i] = contents[i] ^ other.contents[i];
      rest.checks[i] = checks[i] ^ other.checks[i];
      rest.counts[i] = (byte) (counts[i] - other.counts[i]);
      waiting.add(i);
    }
    Difference found = new Difference(new HashSet<>(), new HashSet<>());
    while (!waiting.isEmpty()) {
      int cell = waiting.remove();
      Entry one = new Entry(rest.ids[cell], rest.contents[cell]);
      int count = rest.counts[cell];
      if (Math.abs(count) != 1 || rest.checks[cell] != check(one)) {
        continue;
      }
      if (!(count > 0 ? found.onlyHere() : found.onlyThere()).add(one)) {
        return Optional.empty();
      }
      rest.put(one, -count);
      for (int hash = 0; hash < HASHES; hash++) {
        waiting.add(cell(one, hash));
      }
    }
    return rest.isEmpty() ? Optional.of(found) : Optional.empty();
  }

  /** As it is stored in a journal: 2,690 characters. */
  public String text() {
    ByteBuffer bytes = ByteBuffer.allocate(BYTES);
    for (int i = 0; i < CELLS; i++) {
      bytes.putLong(ids[i]).putLong(contents[i]).putInt(checks[i]).put(counts[i]);
    }
    return FORM + Base64.getEncoder().encodeToString(bytes.array());
  }

  /** Reads what {@link #text} wrote; empty where there is nothing, or nothing that this version can read. */
  public static Optional<CopyTable> of(@Nullable String text) {
    if (text == null || !text.startsWith(FORM)) {
      return Optional.empty();
    }
    byte[] raw;
    try {
      raw = Base64.getDecoder().decode(text.substring(FORM.length()));
    } catch (IllegalArgumentException e) {
      // A table that cannot be read is one that is not there.
      return Optional.empty();
    }
    if (raw.length != BYTES) {
      return Optional.empty();
    }
    CopyTable table = new CopyTable();
    ByteBuffer bytes = ByteBuffer.wrap(raw);
    for (int i = 0; i < CELLS; i++) {
      table.ids[i] = bytes.getLong();
      table.contents[i] = bytes.getLong();
      table.checks[i] = bytes.getInt();
      table.counts[i] = bytes.get();
    }
    return Optional.of(table);
  }

  private void put(Entry entry, int sign) {
    for (int hash = 0; hash < HASHES; hash++) {
      int cell = cell(entry, hash);
      ids[cell] ^= entry.id();
      contents[cell] ^= entry.content();
      checks[cell] ^= check(entry);
      counts[cell] += (byte) sign;
    }
  }

  private boolean isEmpty() {
    return Arrays.stream(ids).allMatch(sum -> sum == 0)
        && Arrays.stream(contents).allMatch(sum -> sum == 0)
        && Arrays.stream(checks).allMatch(sum -> sum == 0)
        && Arrays.equals(counts, new byte[CELLS]);
  }

  /** One cell in each of the four parts, so that they are four. */
  private static int cell(Entry entry, int hash) {
    int part = (int) (mixed(entry) >>> (16 * hash)) & 0xFFFF;
    return hash * PART + (part * PART >>> 16);
  }

  private static int check(Entry entry) {
    return (int) (mix(mixed(entry) + 0x632BE59BD9B4E019L) >>> 32);
  }

  private static long mixed(Entry entry) {
    return mix(mix(entry.id()) + entry.content());
  }

  private static long mix(long value) {
    long z = value + 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
