package io.tierkeeper.operator.move;

import java.util.HashMap;
import java.util.Map;

/** Who may change shards: one move at a time in a collection, so many in a Qdrant cluster. */
public final class MoveSlots {

  private record Holder(String moveUid, String cluster) {}

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
      return holder.moveUid().equals(moveUid);
    }
    if (busy(cluster) >= limit) {
      return false;
    }
    byCollection.put(collection, new Holder(moveUid, cluster));
    return true;
  }

  /** Takes the slot whatever the limit: for a move that was at work before a restart. */
  public synchronized boolean resume(String collection, String cluster, String moveUid) {
    Holder holder = byCollection.putIfAbsent(collection, new Holder(moveUid, cluster));
    return holder == null || holder.moveUid().equals(moveUid);
  }

  /** Gives the slot back if the move has it. */
  public synchronized void release(String collection, String moveUid) {
    Holder holder = byCollection.get(collection);
    if (holder != null && holder.moveUid().equals(moveUid)) {
      byCollection.remove(collection);
    }
  }

  /** Moves at work in a cluster. */
  public synchronized int busy(String cluster) {
    return (int) byCollection.values().stream()
        .filter(holder -> holder.cluster().equals(cluster))
        .count();
  }
}
