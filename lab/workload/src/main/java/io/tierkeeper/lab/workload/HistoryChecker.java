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
 * Judges the history of a workload: nothing acknowledged is lost, nothing is read that was never written, no read is
 * older than what was acknowledged before it began, no tenant is seen in part, twice or mixed with another. One writer an
 * id and unique versions make the pass linear.
 */
public final class HistoryChecker {

  private static final int MOST_FINDINGS = 20;

  /** A point this young at a freeze may have come after the last pass. */
  private static final long NEW_NANOS = 5_000_000_000L;

  private final Map<Long, PointHistory> writes = new HashMap<>();
  private final List<String> findings = new ArrayList<>();
  private final List<StaleWindow> windows;
  private long pointsWritten;
  private long operations;
  private long lost;
  private long phantom;
  private long stale;
  private long staleOutside;
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
   * What is there when everything is at rest.
   *
   * @param versions the version of each point of the tenants that were written to, by id
   * @param inBothTiers ids that lie in the fallback and in the dedicated key
   */
  public record FinalState(Map<Long, Long> versions, long inBothTiers, long faulty) {}

  /**
   * A time in which a tenant is known to read some points stale: between a freeze and the merge of what was written after
   * the last pass.
   *
   * @param from on the clock of the history, in nanoseconds
   * @param to as from
   * @param points how many of them
   */
  public record StaleWindow(ShardKey tenant, long from, long to, long points) {
    private boolean explains(Operation read) {
      return tenant.equals(read.tenant()) && read.invokedAt() <= to && read.returnedAt() >= from;
    }
  }

  /** Judges a whole history; the order of the operations does not matter. */
  public static CheckReport judge(Collection<Operation> history, FinalState end) {
    return judge(history, List.of(), end);
  }

  /** Judges a whole history in which some staleness is announced; it is counted all the same. */
  public static CheckReport judge(
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
    checker.judge(end);
    Map<Integer, Map<Long, Long>> lastSeen = new HashMap<>();
    history.stream()
        .filter(Read.class::isInstance)
        .map(Read.class::cast)
        .sorted(java.util.Comparator.comparingLong(Read::invokedAt))
        .forEach(read ->
            checker.judge(read, lastSeen.computeIfAbsent(read.reader(), r -> new HashMap<>())));
    history.stream().filter(Size.class::isInstance).map(Size.class::cast).forEach(checker::judge);
    return checker.report(history);
  }

  private void judge(Read read, Map<Long, Long> lastSeen) {
    doubled += read.doubled();
    leaked += read.leaked();
    phantom += read.faulty();
    if (read.doubled() + read.leaked() + read.faulty() > 0) {
      find("a read of " + read.tenant() + " saw " + read.doubled() + " ids twice, " + read.leaked()
          + " foreign points and " + read.faulty() + " points that were never written so");
    }
    judgeMixed(read);
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
            windows.stream().anyMatch(window -> window.explains(read)) || mayMeetNothing(known);
        staleOutside += announced ? 0 : 1;
        longestStale = Math.max(
            longestStale,
            read.invokedAt() - (acknowledged == null ? 0 : acknowledged.returnedAt()));
        String words = "point " + id + " of " + read.tenant() + " was read as version " + version
            + " after version " + floor + " was acknowledged or seen";
        if (announced) {
          note(words);
        } else {
          find(words);
        }
      }
      lastSeen.merge(id, version, Math::max);
    }
  }

  /** A change of the payload alone, of a point whose last vector is not yet merged, shows the one before for a while. */
  private void judgeMixed(Read read) {
    if (read.mixed() == 0) {
      return;
    }
    String words = "a read of " + read.tenant() + " saw " + read.mixed()
        + " points with a vector older than their payload says";
    if (windows.stream().anyMatch(window -> window.explains(read))) {
      stale += read.mixed();
      note(words);
    } else {
      phantom += read.mixed();
      find(words);
    }
  }

  private void judge(Size size) {
    if (size.outcome() == Outcome.UNKNOWN) {
      readsFailed++;
      note("a count of " + size.tenant() + " failed");
      return;
    }
    long missed = Math.max(size.atLeast() - size.size(), size.size() - size.atMost());
    if (missed <= 0) {
      return;
    }
    if (windows.stream().anyMatch(window -> window.explains(size) && missed <= window.points())
        || missed <= unplaced) {
      stale++;
    } else {
      partial++;
      find("tenant " + size.tenant() + " had " + size.size() + " points, expected " + size.atLeast()
          + " to " + size.atMost());
    }
  }

  private void judge(FinalState end) {
    phantom += end.faulty();
    doubled += end.inBothTiers();
    if (end.faulty() + end.inBothTiers() > 0) {
      find("at rest " + end.faulty() + " points do not match themselves and " + end.inBothTiers()
          + " lie in both tiers");
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
        if (version != null && !unknownAfter && mayMeetNothing(known)) {
          unplaced++;
        } else if (version != null && !unknownAfter) {
          phantom++;
          find("point " + id + " of " + lastAcknowledged.tenant() + " is there as version "
              + version + " although version " + lastAcknowledged.version() + " deleted it");
        }
      } else if (version == null ? !unknownAfter : version < lastAcknowledged.version()) {
        if (lastAcknowledged.kind() == WriteKind.SET_PAYLOAD
            && version != null
            && mayMeetNothing(known)) {
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
        find("point " + id + " is there as version " + version + ", which was never written");
      }
    });
  }

  /**
   * Whether a point was new at a freeze and was deleted or changed in part before it was merged: that may have met
   * nothing, since the point was not yet where it is served, and is what a freeze costs.
   */
  private boolean mayMeetNothing(PointHistory known) {
    if (windows.isEmpty() || known.writes().isEmpty()) {
      return false;
    }
    Write first = known.writes().getFirst();
    return windows.stream()
        .filter(window -> window.tenant().equals(first.tenant()))
        .filter(window -> first.returnedAt() >= window.from() - NEW_NANOS)
        .anyMatch(window -> known.writes().stream()
            .anyMatch(write -> write.kind() != WriteKind.UPSERT && window.explains(write)));
  }

  private CheckReport report(Collection<Operation> history) {
    return new CheckReport(
        operations,
        pointsWritten,
        lost,
        phantom,
        stale,
        staleOutside,
        unplaced,
        longestStale / 1_000_000,
        partial,
        doubled,
        leaked,
        readsFailed,
        writesUnknown,
        longestGap(history, false),
        longestGap(history, true),
        List.copyOf(findings));
  }

  /** The longest time in which a tenant had no successful write, or read. */
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

  /** A failed read, or a stale one that was announced, is worth a line but must not take the room of what is worse. */
  private void note(String finding) {
    if (findings.size() < MOST_FINDINGS / 2) {
      findings.add(finding);
    }
  }

  private void find(String finding) {
    if (findings.size() < MOST_FINDINGS) {
      findings.add(finding);
    }
  }
}
