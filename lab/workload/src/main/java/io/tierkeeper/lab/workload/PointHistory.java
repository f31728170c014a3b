package io.tierkeeper.lab.workload;

import io.tierkeeper.lab.workload.Operation.Outcome;
import io.tierkeeper.lab.workload.Operation.Write;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The writes of one register of an id. Its one writer sends them one after the other, so they are sorted by version and by
 * time, and each query is a binary search.
 */
final class PointHistory {

  static final PointHistory EMPTY = new PointHistory(PointRegister.POINT).seal();

  private final PointRegister register;
  private final List<Write> writes = new ArrayList<>(2);

  /** For each write the last one up to it that is known to be applied; null when there is none. */
  private final List<@Nullable Write> applied = new ArrayList<>(2);

  PointHistory(PointRegister register) {
    this.register = register;
  }

  PointRegister register() {
    return register;
  }

  void add(Write write) {
    writes.add(write);
  }

  /** Orders the writes; none may be added afterwards. */
  PointHistory seal() {
    writes.sort(Comparator.comparingLong(Write::version));
    Write last = null;
    for (Write write : writes) {
      if (write.outcome() == Outcome.OK && write.waited()) {
        last = write;
      }
      applied.add(last);
    }
    return this;
  }

  /** All writes, in order. */
  List<Write> writes() {
    return writes;
  }

  /** Whether a write that was invoked by this time gave the register the value of this version. */
  boolean holds(long version, long by) {
    Write write = find(version);
    return write != null && !write.removes(register) && write.invokedAt() <= by;
  }

  /** Whether the register was removed by a write of this version or a later one that was invoked by this time. */
  boolean removed(long from, long by) {
    return writes.stream()
        .anyMatch(
            write -> write.version() >= from && write.removes(register) && write.invokedAt() <= by);
  }

  /** Whether a write of this version was ever sent. */
  boolean knows(long version) {
    return find(version) != null;
  }

  /** The last write that was known to be applied before this time; null when there is none. */
  @Nullable
  Write appliedBefore(long time) {
    int from = 0;
    int to = writes.size();
    while (from < to) {
      int mid = (from + to) >>> 1;
      if (writes.get(mid).returnedAt() < time) {
        from = mid + 1;
      } else {
        to = mid;
      }
    }
    return from == 0 ? null : applied.get(from - 1);
  }

  /** The write of this version; null when there is none. */
  @Nullable
  Write find(long version) {
    int from = 0;
    int to = writes.size() - 1;
    while (from <= to) {
      int mid = (from + to) >>> 1;
      long at = writes.get(mid).version();
      if (at == version) {
        return writes.get(mid);
      }
      if (at < version) {
        from = mid + 1;
      } else {
        to = mid - 1;
      }
    }
    return null;
  }
}
