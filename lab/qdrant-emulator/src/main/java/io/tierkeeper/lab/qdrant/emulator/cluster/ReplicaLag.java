package io.tierkeeper.lab.qdrant.emulator.cluster;

import io.qdrant.client.grpc.Collections.ReplicaState;
import io.tierkeeper.lab.time.Scheduler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * When a write arrives at the replicas of its shard: at the first one at once, at each further one later, so that replicas
 * differ meanwhile. Writes arrive at all replicas in the same order. Without a lag, they arrive together.
 */
public final class ReplicaLag {

  private record Destination(long born, int shardId, long peer) {}

  private final Scheduler processes;
  private final Random random;
  private final Map<Destination, Long> lastArrivals = new HashMap<>();
  private volatile Duration longest;

  ReplicaLag(Duration longest, long seed, Scheduler processes) {
    this.longest = longest;
    // Numbers of its own: without a lag no other random choice changes.
    this.random = new Random(~seed);
    this.processes = processes;
  }

  void setLongest(Duration changed) {
    longest = changed;
  }

  /**
   * The receivers in the order in which a write reaches them; which is first differs between shards. A replica that is still
   * being copied is last.
   */
  public List<Long> order(ReplicaSet shard, List<Long> receivers) {
    if (longest.isZero() || receivers.size() < 2) {
      return receivers;
    }
    List<Long> order = new ArrayList<>(receivers);
    Collections.rotate(order, (int) Math.floorMod(shard.born(), receivers.size()));
    // A deletion that reached the receiver of a transfer before the point, and the source after the
    // transfer, would be lost.
    order.sort(Comparator.comparing(
        peer -> shard.replicas().getOrDefault(peer, ReplicaState.Dead) == ReplicaState.Partial));
    return order;
  }

  /** Waits until a write that another replica has taken arrives at this one. */
  public void awaitArrival(ReplicaSet shard, long peer) {
    if (longest.isZero()) {
      return;
    }
    long wait;
    synchronized (lastArrivals) {
      long now = processes.nanoTime();
      Destination destination = new Destination(shard.born(), shard.shardId(), peer);
      long drawn = now + random.nextLong(longest.toNanos());
      Long last = lastArrivals.get(destination);
      long arrival = last == null ? drawn : Math.max(drawn, last + 1);
      lastArrivals.put(destination, arrival);
      wait = arrival - now;
    }
    processes.sleep(Duration.ofNanos(wait));
  }
}
