package io.tierkeeper.lab.qdrant.emulator.cluster;

import io.tierkeeper.lab.qdrant.emulator.points.FilterCost;
import io.tierkeeper.lab.qdrant.emulator.points.QdrantError;
import io.tierkeeper.lab.time.Scheduler;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** The peers of one emulated cluster and what they share: consensus, time and chance. */
public final class Cluster {

  private final Scheduler processes;
  private final Clock clock;
  private final Random random;
  private final Consensus consensus;
  private final Map<Long, PeerNode> nodes = new TreeMap<>();
  private final Duration forwardTimeout;
  private final TransferOptions transfers;
  private final ReplicaLag replicaLag;
  private final FilterCost filterCost = new FilterCost();
  private volatile Duration maxWriteDelay = Duration.ZERO;

  /**
   * A cluster whose peers run.
   *
   * @param peers how many
   * @param seed of every random choice
   * @param consensusLag longest time between the commit of an entry and its application by a peer
   * @param forwardTimeout how long one peer waits for another that does not answer
   * @param replicaLag longest time between the arrival of a write at one replica and at the next
   * @param transfers how shard transfers run
   * @param processes where it runs and waits
   */
  public Cluster(
      int peers,
      long seed,
      Duration consensusLag,
      Duration forwardTimeout,
      Duration replicaLag,
      TransferOptions transfers,
      Scheduler processes) {
    this.forwardTimeout = forwardTimeout;
    this.transfers = transfers;
    this.processes = processes;
    this.clock = processes.clock();
    this.random = new Random(seed);
    this.replicaLag = new ReplicaLag(replicaLag, seed, processes);
    List<Long> ids = random.longs(1, 1L << 53).distinct().limit(peers).boxed().toList();
    this.consensus = new Consensus(ids, consensusLag, seed, processes);
    for (long id : ids) {
      nodes.put(id, new PeerNode(id, this));
    }
    nodes.values().forEach(consensus::join);
  }

  Duration forwardTimeout() {
    return forwardTimeout;
  }

  TransferOptions transfers() {
    return transfers;
  }

  public Scheduler processes() {
    return processes;
  }

  /** When writes arrive at the replicas of a shard. */
  public ReplicaLag replicaLag() {
    return replicaLag;
  }

  /** What filters on fields without an index have read, on all peers. */
  public FilterCost filterCost() {
    return filterCost;
  }

  /** Delays writes between the replicas of a shard by up to this time; zero for none. */
  public void delayReplicas(Duration longest) {
    replicaLag.setLongest(longest);
  }

  public Clock clock() {
    return clock;
  }

  public Consensus consensus() {
    return consensus;
  }

  public List<PeerNode> nodes() {
    return List.copyOf(nodes.values());
  }

  public PeerNode node(long peerId) {
    PeerNode node = nodes.get(peerId);
    if (node == null) {
      throw QdrantError.badRequest("Peer " + peerId + " does not exist");
    }
    return node;
  }

  /** A seeded order of these peers. */
  public synchronized List<Long> shuffled(List<Long> peers) {
    List<Long> order = new ArrayList<>(peers);
    Collections.shuffle(order, random);
    return order;
  }

  /** Delays some writes to a fallback by up to this time between routing and the shard; zero for none. */
  public void delayWrites(Duration longest) {
    maxWriteDelay = longest;
  }

  /** The delay of the next write to a fallback. */
  public synchronized Duration nextWriteDelay() {
    return maxWriteDelay.isZero() || random.nextInt(3) > 0
        ? Duration.ZERO
        : maxWriteDelay.minusNanos(random.nextLong(maxWriteDelay.toNanos() / 5 * 4));
  }
}
