package io.tierkeeper.moves.content;

import io.tierkeeper.qdrant.Point;
import io.tierkeeper.qdrant.PointId;
import java.util.Arrays;
import java.util.Collection;
import java.util.OptionalLong;

/** What every point of a key held at one time: 24 or 32 bytes a point, filled in id order. */
public final class Baseline {

  private static final int FIRST = 256;
  private static final int BYTES_OF_UUID = 32;

  private final Column numbers = new Column();
  private final Column uuids = new Column();
  private Fingerprint fingerprint = new Fingerprint();

  /** How many points fit into so many bytes: the arrays double, and ids may be UUIDs. */
  public static long maxPoints(long bytes) {
    long entries = bytes / BYTES_OF_UUID;
    return entries < FIRST ? 0 : Long.highestOneBit(entries);
  }

  /** Adds a point; ids must come in ascending order. */
  public void add(Point point) {
    PointContent.Digest digest = PointContent.digest(point);
    fingerprint.add(PointContent.hash(point.id()), digest.content());
    switch (point.id()) {
      case PointId.Num number -> numbers.add(0, number.value(), digest);
      case PointId.Uuid uuid ->
        uuids.add(
            uuid.value().getMostSignificantBits(), uuid.value().getLeastSignificantBits(), digest);
    }
  }

  /** Whether the point was there at all. */
  public boolean knows(PointId id) {
    return switch (id) {
      case PointId.Num number -> numbers.find(0, number.value()) >= 0;
      case PointId.Uuid uuid ->
        uuids.find(uuid.value().getMostSignificantBits(), uuid.value().getLeastSignificantBits())
            >= 0;
    };
  }

  /** Whether the point was there with this payload and, but for their last bits, these vectors. */
  public boolean matches(Point point) {
    return switch (point.id()) {
      case PointId.Num number -> numbers.matches(numbers.find(0, number.value()), point);
      case PointId.Uuid uuid ->
        uuids.matches(
            uuids.find(
                uuid.value().getMostSignificantBits(), uuid.value().getLeastSignificantBits()),
            point);
    };
  }

  /** Takes points out of the fingerprint and its table, each once; {@link #matches} still knows them. */
  public void forget(Collection<PointId> ids) {
    fingerprint = without(ids);
  }

  /** The fingerprint of all but the points with these ids. */
  public Fingerprint without(Collection<PointId> ids) {
    Fingerprint rest = fingerprint.copy();
    for (PointId id : ids) {
      OptionalLong content = switch (id) {
        case PointId.Num number -> numbers.content(numbers.find(0, number.value()));
        case PointId.Uuid uuid ->
          uuids.content(uuids.find(
              uuid.value().getMostSignificantBits(), uuid.value().getLeastSignificantBits()));
      };
      content.ifPresent(known -> rest.remove(PointContent.hash(id), known));
    }
    return rest;
  }

  public long count() {
    return fingerprint.count();
  }

  public String fingerprint() {
    return fingerprint.text();
  }

  /** All of it together. */
  public Fingerprint whole() {
    return fingerprint;
  }

  public CopyTable table() {
    return fingerprint.table();
  }

  private static final class Column {
    private long[] high = new long[0];
    private long[] low = new long[FIRST];
    private long[] hashes = new long[FIRST];
    private long[] sums = new long[FIRST];
    private int count;

    void add(long highBits, long lowBits, PointContent.Digest digest) {
      if (count == low.length) {
        low = Arrays.copyOf(low, count * 2);
        hashes = Arrays.copyOf(hashes, count * 2);
        sums = Arrays.copyOf(sums, count * 2);
      }
      if (highBits != 0 && high.length < low.length) {
        high = Arrays.copyOf(high, low.length);
      }
      if (high.length > count) {
        high[count] = highBits;
      }
      low[count] = lowBits;
      hashes[count] = digest.exact();
      sums[count++] = digest.vectors().sums();
    }

    int find(long highBits, long lowBits) {
      int from = 0;
      int to = count - 1;
      while (from <= to) {
        int mid = (from + to) >>> 1;
        int order = Long.compareUnsigned(mid < high.length ? high[mid] : 0, highBits);
        if (order == 0) {
          order = Long.compareUnsigned(low[mid], lowBits);
        }
        if (order == 0) {
          return mid;
        }
        if (order < 0) {
          from = mid + 1;
        } else {
          to = mid - 1;
        }
      }
      return -1;
    }

    OptionalLong content(int at) {
      return at < 0 ? OptionalLong.empty() : OptionalLong.of(hashes[at] * 31 + sums[at]);
    }

    boolean matches(int at, Point point) {
      if (at < 0) {
        return false;
      }
      PointContent.Digest now = PointContent.digest(point);
      long exact = now.vectors().exact();
      // Where the hashes are equal, so are the shapes of the vectors, and with them the number of
      // unit rows.
      return hashes[at] == now.exact()
          && now.vectors()
              .matches(VectorSketch.of(exact, sums[at], now.vectors().unitRows()));
    }
  }
}
