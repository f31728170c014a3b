package io.tierkeeper.lab.workload;

import io.tierkeeper.lab.workload.Operation.Outcome;
import io.tierkeeper.lab.workload.Operation.Read;
import io.tierkeeper.lab.workload.Operation.Size;
import io.tierkeeper.lab.workload.Operation.Write;
import io.tierkeeper.qdrant.ShardKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Checks the history of a workload: no acknowledged write is lost, no read returns what was never written, no read is
 * older than what was acknowledged before it began, and no tenant is seen partially, twice or mixed with another. Each id
 * has one writer and unique versions, which makes the check linear in the number of operations.
 */
public final class HistoryChecker {

  private static final int MAX_FINDINGS = 20;
  private static final PointHistory[] NONE = {PointHistory.EMPTY};
  private static final long[] NOTHING = {};

  /** A point this young at a freeze may be newer than the last pass of the copy. */
  private static final long NEW_POINT_NANOS = 5_000_000_000L;

  /** The registers of each id by their ordinal; only the point itself where no register was read. */
  private final Map<Long, PointHistory[]> writes = new HashMap<>();

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
   * @param registers the versions of the {@link PointRegister}s of these points, by id; empty where they are not known
   * @param inBothTiers number of ids in the fallback and in the dedicated key
   * @param faulty number of points in a state that was never written, and of idle tenants whose points have changed
   */
  public record FinalState(
      Map<Long, Long> versions, Map<Long, long[]> registers, long inBothTiers, long faulty) {

    /** A state of which only the versions of the points are known. */
    public FinalState(Map<Long, Long> versions, long inBothTiers, long faulty) {
      this(versions, Map.of(), inBothTiers, faulty);
    }
  }

  /**
   * A time in which stale reads of a tenant are announced: between a freeze and the merge of what was written after the
   * last pass.
   *
   * @param from nanoseconds on the clock of the history
   * @param to nanoseconds on the clock of the history
   * @param points how many points may be stale
   * @param missed whether it is that of a freeze that was missed or taken back
   */
  public record StaleWindow(ShardKey tenant, long from, long to, long points, boolean missed) {

    /** Of another event than a freeze that was missed or taken back. */
    public StaleWindow(ShardKey tenant, long from, long to, long points) {
      this(tenant, from, to, points, false);
    }

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
    int registers = !end.registers().isEmpty()
            || history.stream()
                .anyMatch(done -> done instanceof Read read && read.registers().length > 0)
        ? PointRegister.COUNT
        : 1;
    for (Operation operation : history) {
      checker.operations++;
      if (operation instanceof Write write) {
        checker.add(write, registers);
        if (write.outcome() == Outcome.UNKNOWN) {
          checker.writesUnknown++;
        } else if (write.kind().whole()) {
          checker.pointsWritten++;
        }
      }
    }
    checker.writes.values().forEach(its -> Stream.of(its).forEach(PointHistory::seal));
    checker.checkFinalState(end);
    Map<Integer, Map<Long, long[]>> lastSeen = new HashMap<>();
    history.stream()
        .filter(Read.class::isInstance)
        .map(Read.class::cast)
        .sorted(java.util.Comparator.comparingLong(Read::invokedAt))
        .forEach(read ->
            checker.check(read, lastSeen.computeIfAbsent(read.reader(), r -> new HashMap<>())));
    history.stream().filter(Size.class::isInstance).map(Size.class::cast).forEach(checker::check);
    return checker.report(history);
  }

  private void add(Write write, int registers) {
    PointHistory[] its = writes.computeIfAbsent(write.id(), id -> {
      PointHistory[] none = new PointHistory[registers];
      Arrays.setAll(none, i -> new PointHistory(PointRegister.at(i)));
      return none;
    });
    for (PointHistory each : its) {
      if (write.touches(each.register())) {
        each.add(write);
      }
    }
  }

  private void check(Read read, Map<Long, long[]> lastSeen) {
    doubled += read.doubled();
    leaked += read.leaked();
    phantom += read.faulty();
    if (read.doubled() + read.leaked() + read.faulty() > 0) {
      find("a read of " + read.tenant() + " saw " + read.doubled() + " ids twice, " + read.leaked()
          + " foreign points and " + read.faulty() + " points in a state that was never written");
    }
    if (read.outcome() == Outcome.UNKNOWN) {
      readsFailed++;
      note("a read of " + read.tenant() + " failed");
      return;
    }
    for (int i = 0; i < read.ids().length; i++) {
      long id = read.ids()[i];
      long[] seen =
          i < read.registers().length ? read.registers()[i] : new long[] {read.versions()[i]};
      PointHistory[] known = writes.getOrDefault(id, NONE);
      long[] last = lastSeen.computeIfAbsent(id, any -> {
        long[] nothing = new long[seen.length];
        Arrays.fill(nothing, PointRegister.ABSENT);
        return nothing;
      });
      for (int register = 0; register < Math.min(seen.length, known.length); register++) {
        if (seen[register] != PointRegister.NOT_READ) {
          check(read, id, known, register, seen[register], last);
        }
      }
      torn(known, seen, read).ifPresent(write -> torn(read, write));
    }
  }

  private void check(
      Read read, long id, PointHistory[] known, int register, long version, long[] lastSeen) {
    PointHistory its = known[register];
    Write acknowledged = its.appliedBefore(read.invokedAt());
    long floor = Math.max(acknowledged == null ? -1 : acknowledged.version(), lastSeen[register]);
    boolean absent = version == PointRegister.ABSENT;
    if (!absent && !its.holds(version, read.returnedAt())) {
      phantom++;
      find(name(id, register) + " of " + read.tenant() + " was read as version " + version
          + ", which was never written");
    }
    if (absent ? floor >= 0 && !its.removed(floor, read.returnedAt()) : version < floor) {
      stale++;
      boolean announced = windows.stream().anyMatch(window -> window.covers(read))
          || mayHaveNoEffect(known)
          || removedNothing(its, read)
          || (acknowledged != null && mayBeKept(known, acknowledged));
      staleUnannounced += announced ? 0 : 1;
      longestStale = Math.max(
          longestStale, read.invokedAt() - (acknowledged == null ? 0 : acknowledged.returnedAt()));
      String finding = name(id, register) + " of " + read.tenant() + " was read as "
          + (absent ? "absent" : "version " + version) + " after version " + floor
          + " was acknowledged or seen";
      if (announced) {
        note(finding);
      } else {
        find(finding);
      }
    }
    lastSeen[register] = Math.max(lastSeen[register], version);
  }

  private static String name(long id, int register) {
    return (register == 0
            ? ""
            : PointRegister.at(register).name().toLowerCase(Locale.ROOT) + " of ")
        + "point " + id;
  }

  /** The write of which a point shows a part, and not the other parts or newer ones; empty where there is none. */
  private Optional<Write> torn(PointHistory[] known, long[] seen, Read read) {
    for (int i = 0; i < Math.min(seen.length, known.length); i++) {
      Write write = seen[i] < 0 ? null : known[i].find(seen[i]);
      if (write == null) {
        continue;
      }
      for (int other = 0; other < Math.min(seen.length, known.length); other++) {
        if (!write.touches(PointRegister.at(other)) || seen[other] == PointRegister.NOT_READ) {
          continue;
        }
        boolean older = seen[other] == PointRegister.ABSENT
            ? !known[other].removed(write.version(), read.returnedAt())
            : seen[other] < write.version();
        if (older && !removedNothing(known[other], read)) {
          return Optional.of(write);
        }
      }
    }
    return Optional.empty();
  }

  /**
   * A change of the payload alone, of a point whose last vector is not yet merged, returns the vector before for a while,
   * and a merge of vectors and fields writes the vectors a moment before.
   */
  private void torn(Read read, Write write) {
    String finding = "point " + write.id() + " of " + read.tenant() + " was read with a part of "
        + write.kind() + " of version " + write.version() + " and without its other parts";
    if (windows.stream().anyMatch(window -> window.covers(read))) {
      stale++;
      note(finding);
    } else {
      phantom++;
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
      Long version = end.versions().get(id);
      checkFinal(id, known, 0, version == null ? PointRegister.ABSENT : version);
      long[] registers = end.registers().getOrDefault(id, NOTHING);
      for (int register = 1; register < Math.min(known.length, registers.length); register++) {
        if (registers[register] != PointRegister.NOT_READ) {
          checkFinal(id, known, register, registers[register]);
        }
      }
    });
    end.versions().forEach((id, version) -> {
      PointHistory[] known = writes.getOrDefault(id, NONE);
      if (!known[0].knows(version)) {
        phantom++;
        find("point " + id + " exists as version " + version + ", which was never written");
      }
    });
  }

  private void checkFinal(long id, PointHistory[] known, int register, long version) {
    Write lastAcknowledged = null;
    boolean unknownAfter = false;
    boolean removalUnknown = false;
    PointHistory its = known[register];
    for (Write write : its.writes()) {
      if (write.outcome() == Outcome.OK) {
        lastAcknowledged = write;
        unknownAfter = false;
        removalUnknown = false;
      } else {
        unknownAfter = true;
        removalUnknown |= write.removes(its.register());
      }
    }
    boolean absent = version == PointRegister.ABSENT;
    if (register > 0 && !absent && !its.holds(version, Long.MAX_VALUE)) {
      phantom++;
      find(name(id, register) + " holds version " + version + ", which was never written");
    }
    if (lastAcknowledged == null) {
      return;
    }
    if (lastAcknowledged.removes(its.register())) {
      if (!absent
          && !unknownAfter
          && (mayHaveNoEffect(known)
              || removedNothing(its, lastAcknowledged)
              || mayBeKept(known, lastAcknowledged))) {
        unplaced++;
      } else if (!absent && !unknownAfter) {
        phantom++;
        find(name(id, register) + " of " + lastAcknowledged.tenant() + " exists as version "
            + version + " although version " + lastAcknowledged.version() + " deleted it"
            + (register == 0 ? "" : " (" + lastAcknowledged.kind() + ")"));
      }
    } else if (absent ? !removalUnknown : version < lastAcknowledged.version()) {
      if (!lastAcknowledged.kind().whole() && (!absent || register > 0) && mayHaveNoEffect(known)) {
        unplaced++;
        return;
      }
      lost++;
      find(name(id, register) + " of " + lastAcknowledged.tenant() + " should be version "
          + lastAcknowledged.version() + " (" + lastAcknowledged.kind() + ") and is "
          + (absent ? "absent" : version));
    }
  }

  /**
   * Whether a point was new at a freeze and was deleted or partially changed before it was merged. Such a write may have
   * had no effect, since the point was not yet in the key that served; this is a known cost of a freeze.
   */
  private boolean mayHaveNoEffect(PointHistory[] known) {
    if (windows.isEmpty() || known[0].writes().isEmpty()) {
      return false;
    }
    Write first = known[0].writes().getFirst();
    return windows.stream()
        .filter(window -> window.tenant().equals(first.tenant()))
        .filter(window -> first.returnedAt() >= window.from() - NEW_POINT_NANOS)
        .anyMatch(window -> Stream.of(known)
            .flatMap(its -> its.writes().stream())
            .anyMatch(write -> !write.kind().whole() && window.covers(write)));
  }

  /**
   * Whether a point was deleted during a freeze that was missed or taken back, after it had been changed since the last copy
   * scan. Without the frozen content nothing tells whether that change is older or newer than the deletion, and the point is
   * kept; this is a known cost of such a freeze.
   */
  private boolean mayBeKept(PointHistory[] known, Write deletion) {
    return deletion.kind().deletes()
        && windows.stream()
            .filter(window -> window.missed() && window.covers(deletion))
            .anyMatch(window -> Stream.of(known)
                .flatMap(its -> its.writes().stream())
                .anyMatch(write -> write.version() < deletion.version()
                    && write.returnedAt() >= window.from() - NEW_POINT_NANOS));
  }

  /**
   * Whether a part of a point was new at a freeze and was removed before it was merged: such a removal has had no effect, since
   * the key that served did not have the part yet; this is a known cost of a freeze.
   */
  private boolean removedNothing(PointHistory its, Read read) {
    Write last = its.appliedBefore(read.invokedAt());
    return last != null && last.removes(its.register()) && removedNothing(its, last);
  }

  private boolean removedNothing(PointHistory its, Write removal) {
    if (removal.kind().whole() || removal.kind().deletes()) {
      return false;
    }
    Write before = null;
    for (Write write : its.writes()) {
      if (write.version() < removal.version()) {
        before = write;
      }
    }
    long written = before == null ? Long.MIN_VALUE : before.returnedAt();
    return windows.stream()
        .anyMatch(window -> window.covers(removal) && written >= window.from() - NEW_POINT_NANOS);
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
