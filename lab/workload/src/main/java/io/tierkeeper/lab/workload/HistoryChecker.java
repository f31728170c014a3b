package io.tierkeeper.lab.workload;

import io.tierkeeper.lab.workload.Operation.Outcome;
import io.tierkeeper.lab.workload.Operation.Read;
import io.tierkeeper.lab.workload.Operation.Size;
import io.tierkeeper.lab.workload.Operation.Write;
import io.tierkeeper.lab.workload.Operation.WriteKind;
import io.tierkeeper.qdrant.ShardKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Checks the history of a workload: no acknowledged write is lost, no read returns what was never written, no read is
 * older than what was acknowledged before it began, and no tenant is seen partially, twice or mixed with another. Each id
 * has one writer and unique versions, which makes the check linear in the number of operations.
 */
public final class HistoryChecker {

  private static final int MAX_FINDINGS = 20;

  /** A point this young at a freeze may be newer than the last pass of the copy. */
  private static final long NEW_POINT_NANOS = 5_000_000_000L;

  private final Map<Long, PointHistory> writes = new HashMap<>();
  private final List<String> findings = new ArrayList<>();
  private final List<StaleWindow> windows;
  private long pointsWritten;
  private long operations;
  private long lost;
  private long phantom;
  private long stale;
  private long staleUnannounced;
  private long longestStale;
  private long unplaced;
  private long partial;
  private long doubled;
  private long leaked;
  private long readsFailed;
  private long writesUnknown;

  private HistoryChecker(List<StaleWindow> windows) {
    this.windows = windows;
  }

  /**
   * The content of the collection after the last operation.
   *
   * @param versions the version of each point of the tenants with clients, by id
   * @param inBothTiers number of ids in the fallback and in the dedicated key
   * @param faulty number of points in a state that was never written, and of idle tenants whose points have changed
   */
  public record FinalState(Map<Long, Long> versions, long inBothTiers, long faulty) {}

  /**
   * A time in which stale reads of a tenant are announced: between a freeze and the merge of what was written after the
   * last pass.
   *
   * @param from nanoseconds on the clock of the history
   * @param to nanoseconds on the clock of the history
   * @param points how many points may be stale
   */
  public record StaleWindow(ShardKey tenant, long from, long to, long points) {
    private boolean covers(Operation read) {
      return tenant.equals(read.tenant()) && read.invokedAt() <= to && read.returnedAt() >= from;
    }
  }

  /** Checks a complete history; the order of the operations does not matter. */
  public static CheckReport check(Collection<Operation> history, FinalState end) {
    return check(history, List.of(), end);
  }

  /** Checks a complete history with announced stale windows; announced stale reads are counted too. */
  public static CheckReport check(
      Collection<Operation> history, List<StaleWindow> windows, FinalState end) {
    HistoryChecker checker = new HistoryChecker(windows);
    for (Operation operation : history) {
      checker.operations++;
      if (operation instanceof Write write) {
        checker.writes.computeIfAbsent(write.id(), id -> new PointHistory()).add(write);
        if (write.outcome() == Outcome.UNKNOWN) {
          checker.writesUnknown++;
        } else if (write.kind() == WriteKind.UPSERT) {
          checker.pointsWritten++;
        }
      }
    }
    checker.writes.values().forEach(PointHistory::seal);
    checker.checkFinalState(end);
    Map<Integer, Map<Long, Long>> lastSeen = new HashMap<>();
    history.stream()
        .filter(Read.class::isInstance)
        .map(Read.class::cast)
        .sorted(java.util.Comparator.comparingLong(Read::invokedAt))
        .forEach(read ->
            checker.check(read, lastSeen.computeIfAbsent(read.reader(), r -> new HashMap<>())));
    history.stream().filter(Size.class::isInstance).map(Size.class::cast).forEach(checker::check);
    return checker.report(history);
  }

  private void check(Read read, Map<Long, Long> lastSeen) {
    doubled += read.doubled();
    leaked += read.leaked();
    phantom += read.faulty();
    if (read.doubled() + read.leaked() + read.faulty() > 0) {
      find("a read of " + read.tenant() + " saw " + read.doubled() + " ids twice, " + read.leaked()
          + " foreign points and " + read.faulty() + " points in a state that was never written");
    }
    checkMixed(read);
    if (read.outcome() == Outcome.UNKNOWN) {
      readsFailed++;
      note("a read of " + read.tenant() + " failed");
      return;
    }
    for (int i = 0; i < read.ids().length; i++) {
      long id = read.ids()[i];
      long version = read.versions()[i];
      PointHistory known = writes.getOrDefault(id, PointHistory.EMPTY);
      Write acknowledged = known.appliedBefore(read.invokedAt());
      if (!known.holds(version, read.returnedAt())) {
        phantom++;
        find("point " + id + " of " + read.tenant() + " was read as version " + version
            + ", which was never written");
      }
      long floor = Math.max(
          acknowledged == null ? -1 : acknowledged.version(), lastSeen.getOrDefault(id, -1L));
      if (version < floor) {
        stale++;
        boolean announced =
            windows.stream().anyMatch(window -> window.covers(read)) || mayHaveNoEffect(known);
        staleUnannounced += announced ? 0 : 1;
        longestStale = Math.max(
            longestStale,
            read.invokedAt() - (acknowledged == null ? 0 : acknowledged.returnedAt()));
        String finding = "point " + id + " of " + read.tenant() + " was read as version " + version
            + " after version " + floor + " was acknowledged or seen";
        if (announced) {
          note(finding);
        } else {
          find(finding);
        }
      }
      lastSeen.merge(id, version, Math::max);
    }
  }

  /**
   * A payload-only change of a point whose last vector is not yet merged returns the vector before for a while, and a merge of
   * vectors and fields writes the vectors a moment before.
   */
  private void checkMixed(Read read) {
    if (read.mixed() == 0) {
      return;
    }
    String finding = "a read of " + read.tenant() + " saw " + read.mixed()
        + " points with a vector of another version than their payload says";
    if (windows.stream().anyMatch(window -> window.covers(read))) {
      stale += read.mixed();
      note(finding);
    } else {
      phantom += read.mixed();
      find(finding);
    }
  }

  private void check(Size size) {
    if (size.outcome() == Outcome.UNKNOWN) {
      readsFailed++;
      note("a count of " + size.tenant() + " failed");
      return;
    }
    long missed = Math.max(size.atLeast() - size.size(), size.size() - size.atMost());
    if (missed <= 0) {
      return;
    }
    if (windows.stream().anyMatch(window -> window.covers(size) && missed <= window.points())
        || missed <= unplaced) {
      stale++;
    } else {
      partial++;
      find("tenant " + size.tenant() + " had " + size.size() + " points, expected " + size.atLeast()
          + " to " + size.atMost());
    }
  }

  private void checkFinalState(FinalState end) {
    phantom += end.faulty();
    doubled += end.inBothTiers();
    if (end.faulty() + end.inBothTiers() > 0) {
      find("at the end " + end.faulty()
          + " points or idle tenants are in a state that was never written, and "
          + end.inBothTiers() + " points are in both tiers");
    }
    writes.forEach((id, known) -> {
      Write lastAcknowledged = null;
      boolean unknownAfter = false;
      for (Write write : known.writes()) {
        if (write.outcome() == Outcome.OK) {
          lastAcknowledged = write;
          unknownAfter = false;
        } else {
          unknownAfter = true;
        }
      }
      Long version = end.versions().get(id);
      if (lastAcknowledged == null) {
        return;
      }
      if (lastAcknowledged.kind() == WriteKind.DELETE) {
        if (version != null && !unknownAfter && mayHaveNoEffect(known)) {
          unplaced++;
        } else if (version != null && !unknownAfter) {
          phantom++;
          find("point " + id + " of " + lastAcknowledged.tenant() + " exists as version " + version
              + " although version " + lastAcknowledged.version() + " deleted it");
        }
      } else if (version == null ? !unknownAfter : version < lastAcknowledged.version()) {
        if (lastAcknowledged.kind() == WriteKind.SET_PAYLOAD
            && version != null
            && mayHaveNoEffect(known)) {
          unplaced++;
          return;
        }
        lost++;
        find("point " + id + " of " + lastAcknowledged.tenant() + " should be version "
            + lastAcknowledged.version() + " and is " + (version == null ? "absent" : version));
      }
    });
    end.versions().forEach((id, version) -> {
      if (!writes.getOrDefault(id, PointHistory.EMPTY).knows(version)) {
        phantom++;
        find("point " + id + " exists as version " + version + ", which was never written");
      }
    });
  }

  /**
   * Whether a point was new at a freeze and was deleted or partially changed before it was merged. Such a write may have
   * had no effect, since the point was not yet in the key that served; this is a known cost of a freeze.
   */
  private boolean mayHaveNoEffect(PointHistory known) {
    if (windows.isEmpty() || known.writes().isEmpty()) {
      return false;
    }
    Write first = known.writes().getFirst();
    return windows.stream()
        .filter(window -> window.tenant().equals(first.tenant()))
        .filter(window -> first.returnedAt() >= window.from() - NEW_POINT_NANOS)
        .anyMatch(window -> known.writes().stream()
            .anyMatch(write -> write.kind() != WriteKind.UPSERT && window.covers(write)));
  }

  private CheckReport report(Collection<Operation> history) {
    return new CheckReport(
        new CheckReport.Traffic(
            operations,
            pointsWritten,
            readsFailed,
            writesUnknown,
            longestGap(history, false),
            longestGap(history, true)),
        new CheckReport.Anomalies(lost, phantom, partial, doubled, leaked),
        new CheckReport.Staleness(stale, staleUnannounced, longestStale / 1_000_000),
        unplaced,
        List.copyOf(findings));
  }

  /** The longest time in which a tenant had no successful write or no successful read. */
  private static CheckReport.Gap longestGap(Collection<Operation> history, boolean reads) {
    Map<ShardKey, Long> last = new HashMap<>();
    CheckReport.Gap longest = CheckReport.Gap.NONE;
    for (Operation operation : history.stream()
        .filter(done -> done.outcome() == Outcome.OK && reads != (done instanceof Write))
        .sorted(java.util.Comparator.comparingLong(Operation::returnedAt))
        .toList()) {
      Long before = last.put(operation.tenant(), operation.returnedAt());
      long millis = before == null ? 0 : (operation.returnedAt() - before) / 1_000_000;
      if (millis > longest.millis()) {
        longest = new CheckReport.Gap(operation.tenant().toString(), millis);
      }
    }
    return longest;
  }

  /** Adds a failed read or an announced stale one; leaves room for anomalies. */
  private void note(String finding) {
    if (findings.size() < MAX_FINDINGS / 2) {
      findings.add(finding);
    }
  }

  private void find(String finding) {
    if (findings.size() < MAX_FINDINGS) {
      findings.add(finding);
    }
  }
}
