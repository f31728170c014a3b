package io.tierkeeper.load.journal;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongConsumer;
import java.util.stream.Collectors;

/** A set of row numbers, kept as ranges. */
public final class RowSet {
  private final TreeMap<Long, Long> lastByFirst = new TreeMap<>();
  private long size;

  /** Adds a row; false where it was there. */
  public boolean add(long row) {
    if (contains(row)) {
      return false;
    }
    size++;
    Map.Entry<Long, Long> before = lastByFirst.floorEntry(row);
    long first = before != null && before.getValue() == row - 1 ? before.getKey() : row;
    Long after = lastByFirst.remove(row + 1);
    lastByFirst.put(first, after == null ? Long.valueOf(row) : after);
    return true;
  }

  /** Removes a row; false where it was not there. */
  public boolean remove(long row) {
    if (!contains(row)) {
      return false;
    }
    size--;
    Map.Entry<Long, Long> range = lastByFirst.floorEntry(row);
    long first = range.getKey();
    long last = range.getValue();
    lastByFirst.remove(first);
    if (first < row) {
      lastByFirst.put(first, row - 1);
    }
    if (row < last) {
      lastByFirst.put(row + 1, last);
    }
    return true;
  }

  /** Whether it has a row. */
  public boolean contains(long row) {
    Map.Entry<Long, Long> range = lastByFirst.floorEntry(row);
    return range != null && range.getValue() >= row;
  }

  /** Number of rows. */
  public long size() {
    return size;
  }

  /** Whether it has no row. */
  public boolean isEmpty() {
    return size == 0;
  }

  /** Passes all rows, ascending. */
  public void forEach(LongConsumer row) {
    each(toString(), row);
  }

  /** As {@code 1-500,502}. */
  @Override
  public String toString() {
    return lastByFirst.entrySet().stream()
        .map(range -> range.getKey().equals(range.getValue())
            ? range.getKey().toString()
            : range.getKey() + "-" + range.getValue())
        .collect(Collectors.joining(","));
  }

  /**
   * Adds what {@link #toString} wrote.
   *
   * @throws IllegalArgumentException if it is anything else
   */
  void addAll(String text) {
    each(text, this::add);
  }

  /** Removes what {@link #toString} wrote. */
  void removeAll(String text) {
    each(text, this::remove);
  }

  private static void each(String text, LongConsumer row) {
    if (text.isEmpty()) {
      return;
    }
    for (String range : text.split(",", -1)) {
      int dash = range.indexOf('-');
      long first = Long.parseLong(dash < 0 ? range : range.substring(0, dash));
      long last = dash < 0 ? first : Long.parseLong(range.substring(dash + 1));
      if (first < 1 || last < first) {
        throw new IllegalArgumentException("no range of rows: " + range);
      }
      for (long each = first; each <= last; each++) {
        row.accept(each);
      }
    }
  }
}
