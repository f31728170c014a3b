package io.tierkeeper.lab.swarm;

import io.tierkeeper.qdrant.QdrantException;
import io.tierkeeper.qdrant.ShardKey;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Deletes the packets of groups that have expired, by a filter in one call for each group, so that they do not count as mass
 * of their group. A group that is being moved keeps them until the move has ended: right after the switch, the verification
 * of a move cannot tell a deletion from a loss, and would observe the clients or require manual intervention.
 */
final class ExpiredPackets {

  private final Memory memory;
  private final GroupGates gates;
  private final SwarmLog log;
  private final Clock clock;
  private final Map<ShardKey, Map<Long, Packet>> waiting = new ConcurrentHashMap<>();
  private final Set<Long> expired = ConcurrentHashMap.newKeySet();

  private static final class Packet {
    private final Instant expires;
    private volatile boolean acknowledged;
    private int attempts;

    Packet(Instant expires) {
      this.expires = expires;
    }
  }

  ExpiredPackets(Memory memory, GroupGates gates, SwarmLog log, Clock clock) {
    this.memory = memory;
    this.gates = gates;
    this.log = log;
    this.clock = clock;
  }

  /** Call before a deposit is sent: the packet may be stored, and expire, before the deposit is acknowledged. */
  void depositing(ShardKey group, OutcomePacket packet) {
    of(group).put(packet.id(), new Packet(packet.expires()));
  }

  /** Call when a deposit has been answered; one that was not acknowledged is not waited for. */
  void deposited(ShardKey group, long id, boolean acknowledged) {
    if (acknowledged) {
      of(group).computeIfPresent(id, (key, packet) -> {
        packet.acknowledged = true;
        return packet;
      });
    } else {
      of(group).remove(id);
    }
  }

  /** Deletes what has expired by now; for one thread. */
  void delete() {
    waiting.keySet().stream()
        .filter(group -> !gates.moving(group))
        .forEach(group -> gates.pass(group, () -> delete(group)));
  }

  private void delete(ShardKey group) {
    Instant now = clock.instant();
    List<Long> certain = new ArrayList<>();
    List<Long> uncertain = new ArrayList<>();
    of(group).forEach((id, packet) -> {
      if (!now.isBefore(packet.expires)) {
        (packet.acknowledged ? certain : uncertain).add(id);
        packet.attempts++;
        if (packet.attempts == 1) {
          log.deleting(group);
        }
      }
    });
    if (certain.isEmpty() && uncertain.isEmpty()) {
      return;
    }
    expired.addAll(certain);
    long from = System.nanoTime();
    boolean done = true;
    try {
      memory.deleteExpired(group, now);
    } catch (QdrantException e) {
      // The next call repeats it; the report counts what is left at the end.
      done = false;
    }
    long to = System.nanoTime();
    for (Long id : certain) {
      log.deleted(group, id, attempt(group, id), from, to, done);
      if (done) {
        of(group).remove(id);
      }
    }
    for (Long id : uncertain) {
      log.deleted(group, id, attempt(group, id), from, to, false);
    }
  }

  private int attempt(ShardKey group, Long id) {
    Packet packet = of(group).get(id);
    // Its deposit has failed since: nothing more is sent for it.
    return packet == null ? 1 : packet.attempts;
  }

  /** Number of packets that were stored and had expired by the last deletion. */
  long expired() {
    return expired.size();
  }

  /** How many of them are not among those that are still stored. */
  long deleted(Collection<Long> stored) {
    Set<Long> gone = new HashSet<>(expired);
    gone.removeAll(Set.copyOf(stored));
    return gone.size();
  }

  private Map<Long, Packet> of(ShardKey group) {
    return waiting.computeIfAbsent(group, key -> new ConcurrentHashMap<>());
  }
}
