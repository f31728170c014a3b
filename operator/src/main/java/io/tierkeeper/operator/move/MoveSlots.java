package io.tierkeeper.operator.move;

import java.util.HashMap;
import java.util.Map;

/** Who may change shards: one move at a time in a collection, so many in a Qdrant cluster. */
public final class MoveSlots {

  /** @param stalled the move waits for manual intervention, so that others of the cluster may go on */
  private record Holder(String moveUid, String cluster, boolean stalled) {}

  private final Map<String, Holder> byCollection = new HashMap<>();

  /**
   * Takes the slot of a collection, or finds that the move has it.
   *
   * @param collection namespace and name
   * @param cluster which Qdrant
   * @param limit moves at one time in that cluster, at least 1
   * @return false while another move has the collection, or the cluster has no room
   */
  public synchronized boolean claim(String collection, String cluster, String moveUid, int limit) {
    Holder holder = byCollection.get(collection);
    if (holder != null) {
      return resume(collection, cluster, moveUid);
    }
    if (busy(cluster) >= limit) {
      return false;
    }
    return resume(collection, cluster, moveUid);
  }

  /** Takes the slot whatever the limit: for a move that was at work before a restart or a stall. */
  public synchronized boolean resume(String collection, String cluster, String moveUid) {
    Holder holder = byCollection.get(collection);
    boolean free = holder == null || holder.moveUid().equals(moveUid);
    if (free) {
      byCollection.put(collection, new Holder(moveUid, cluster, false));
    }
    return free;
  }

  /** The move is stalled: it keeps its collection and does not count in its cluster until it goes on. */
  public synchronized void stalled(String collection, String moveUid) {
    Holder holder = byCollection.get(collection);
    if (holder != null && holder.moveUid().equals(moveUid)) {
      byCollection.put(collection, new Holder(moveUid, holder.cluster(), true));
    }
  }

  /** Gives the slot back if the move has it; whether it had it. */
  public synchronized boolean release(String collection, String moveUid) {
    Holder holder = byCollection.get(collection);
    boolean held = holder != null && holder.moveUid().equals(moveUid);
    if (held) {
      byCollection.remove(collection);
    }
    return held;
  }

  /** Moves at work in a cluster, without those that are stalled. */
  public synchronized int busy(String cluster) {
    return (int) byCollection.values().stream()
        .filter(holder -> holder.cluster().equals(cluster) && !holder.stalled())
        .count();
  }
}
