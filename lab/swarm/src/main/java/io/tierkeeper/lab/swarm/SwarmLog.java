package io.tierkeeper.lab.swarm;

import io.tierkeeper.lab.workload.Operation;
import io.tierkeeper.qdrant.ShardKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/** The history of all operations of agents, for the checker. */
final class SwarmLog {

  /** A packet is written once, never changed, and deleted when it has expired. */
  private static final long VERSION = 1;

  private final Queue<Operation> history = new ConcurrentLinkedQueue<>();
  private final Map<Long, ShardKey> owners = new ConcurrentHashMap<>();
  private final Map<ShardKey, Counts> counts = new ConcurrentHashMap<>();

  /** What was sent and answered of a group. */
  private static final class Counts {
    private final AtomicLong deposits = new AtomicLong();
    private final AtomicLong acknowledged = new AtomicLong();
    private final AtomicLong deletions = new AtomicLong();
    private final AtomicLong deleted = new AtomicLong();
  }

  private Counts of(ShardKey group) {
    return counts.computeIfAbsent(group, key -> new Counts());
  }

  /** Call before a deposit is sent. */
  void depositing(ShardKey group, long id) {
    owners.put(id, group);
    of(group).deposits.incrementAndGet();
  }

  void deposited(ShardKey group, long id, long from, long to, boolean done) {
    history.add(new Operation.Write(
        group,
        Operation.WriteKind.UPSERT,
        id,
        VERSION,
        true,
        from,
        to,
        done ? Operation.Outcome.OK : Operation.Outcome.UNKNOWN));
    if (done) {
      of(group).acknowledged.incrementAndGet();
    }
  }

  /** Call before the first deletion of an expired packet is sent. */
  void deleting(ShardKey group) {
    of(group).deletions.incrementAndGet();
  }

  /**
   * Records the deletion of an expired packet.
   *
   * @param attempt 1 for the first deletion that was sent for this packet
   * @param done false where the packet may still be there
   */
  void deleted(ShardKey group, long id, int attempt, long from, long to, boolean done) {
    history.add(new Operation.Write(
        group,
        Operation.WriteKind.DELETE_BY_FILTER,
        id,
        VERSION + attempt,
        true,
        from,
        to,
        done ? Operation.Outcome.OK : Operation.Outcome.UNKNOWN));
    if (done) {
      of(group).deleted.incrementAndGet();
    }
  }

  void found(ShardKey group, int reader, List<Match> matches, long from, long to) {
    Set<Long> distinct = new HashSet<>();
    int doubled = 0;
    int leaked = 0;
    for (Match match : matches) {
      doubled += distinct.add(match.id()) ? 0 : 1;
      ShardKey owner = owners.get(match.id());
      leaked += owner != null && !owner.equals(group) ? 1 : 0;
    }
    int faulty = (int)
        matches.stream().filter(match -> match.packet().id() != match.id()).count();
    read(group, reader, distinct, doubled, leaked, faulty, from, to, Operation.Outcome.OK);
  }

  void notAnswered(ShardKey group, int reader, long from, long to) {
    read(group, reader, Set.of(), 0, 0, 0, from, to, Operation.Outcome.UNKNOWN);
  }

  private void read(
      ShardKey group,
      int reader,
      Set<Long> ids,
      int doubled,
      int leaked,
      int faulty,
      long from,
      long to,
      Operation.Outcome outcome) {
    long[] seen = ids.stream().mapToLong(Long::longValue).toArray();
    long[] versions = new long[seen.length];
    Arrays.fill(versions, VERSION);
    history.add(new Operation.Read(
        group, reader, seen, versions, doubled, leaked, faulty, from, to, outcome));
  }

  /** Deposits that are acknowledged by now. */
  long acknowledged(ShardKey group) {
    return of(group).acknowledged.get();
  }

  /** Deposits that are sent by now. */
  long invoked(ShardKey group) {
    return of(group).deposits.get();
  }

  /** Packets whose deletion is sent by now. */
  long deletionsInvoked(ShardKey group) {
    return of(group).deletions.get();
  }

  /** Packets whose deletion is acknowledged by now. */
  long deletionsAcknowledged(ShardKey group) {
    return of(group).deleted.get();
  }

  /** Records a count with its bounds: acknowledged before it and not deleted by its return, and sent by its return and not deleted before it. */
  void counted(ShardKey group, long size, long atLeast, long atMost, long from, long to) {
    history.add(new Operation.Size(group, size, atLeast, atMost, from, to, Operation.Outcome.OK));
  }

  Collection<Operation> history() {
    return new ArrayList<>(history);
  }

  static long version() {
    return VERSION;
  }
}
