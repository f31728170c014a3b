package io.tierkeeper.lab.qdrant.emulator;

import io.qdrant.client.grpc.Collections.ReplicaState;
import io.tierkeeper.lab.qdrant.emulator.calls.CallLog;
import io.tierkeeper.lab.qdrant.emulator.calls.FaultPlan;
import io.tierkeeper.lab.qdrant.emulator.calls.MutatingCall;
import io.tierkeeper.lab.qdrant.emulator.cluster.Cluster;
import io.tierkeeper.lab.qdrant.emulator.cluster.CollectionState;
import io.tierkeeper.lab.qdrant.emulator.cluster.Command;
import io.tierkeeper.lab.qdrant.emulator.rules.RuleMonitor;
import io.tierkeeper.lab.qdrant.emulator.rules.RuleViolation;
import io.tierkeeper.lab.time.Scheduler;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A Qdrant cluster of several peers in this JVM, each behind its own gRPC and REST port on loopback. It keeps points
 * in memory, lets every peer apply consensus with its own lag, and behaves as {@code DESIGN.md} says; what a real
 * server does differently is a fault of the emulator.
 */
public final class EmulatedQdrant implements AutoCloseable {

  private final Cluster cluster;
  private final RuleMonitor rules;
  private final FaultPlan faults = new FaultPlan();
  private final CallLog log = new CallLog();
  private final List<EmulatedPeer> peers;

  private EmulatedQdrant(
      EmulatorOptions options, Scheduler processes, @Nullable Duration deadline) {
    this.cluster = new Cluster(
        options.peers(),
        options.seed(),
        options.consensusLag(),
        options.forwardTimeout(),
        options.replicaLag(),
        options.transfers(),
        processes);
    this.rules = new RuleMonitor(cluster);
    this.peers = cluster.nodes().stream()
        .map(node -> new EmulatedPeer(node, options, rules, faults, log, deadline))
        .toList();
  }

  /** Starts a cluster; its ports are open when this returns. */
  public static EmulatedQdrant start(EmulatorOptions options) {
    return new EmulatedQdrant(options, Scheduler.realTime(), null);
  }

  /**
   * Starts a cluster without ports, for callers in this process: {@link EmulatedPeer#channel()} and
   * {@link EmulatedPeer#http()} are served on the thread that calls.
   *
   * @param processes where it waits, and what time it has
   * @param deadline after which a call that is left without an answer fails
   */
  public static EmulatedQdrant withoutPorts(
      EmulatorOptions options, Scheduler processes, Duration deadline) {
    return new EmulatedQdrant(options, processes, deadline);
  }

  /** The peers, in the order of their ids. */
  public List<EmulatedPeer> peers() {
    return peers;
  }

  /** The peer of this id; an unknown one is rejected. */
  public EmulatedPeer peer(long peerId) {
    return peers.stream()
        .filter(peer -> peer.peerId() == peerId)
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no peer has the id " + peerId));
  }

  /** The faults to inject into later calls. */
  public FaultPlan faults() {
    return faults;
  }

  /** Aborts every running transfer of a collection, as the engine does when one fails; returns how many. */
  public int abortTransfers(String collection) {
    CollectionState state = cluster.consensus().head().collection(collection);
    state
        .transfers()
        .forEach(t -> cluster.consensus().propose(new Command.AbortTransfer(collection, t.key())));
    return state.transfers().size();
  }

  /** Sets a replica Dead on all peers, as after a write that failed there. */
  public void killReplica(String collection, int shardId, long peerId) {
    forceReplicaState(collection, shardId, peerId, ReplicaState.Dead);
  }

  /** Sets a replica's state by force, for tests of states that need an accident to come about. */
  public void forceReplicaState(String collection, int shardId, long peerId, ReplicaState state) {
    cluster.consensus().propose(new Command.ForceReplicaState(collection, shardId, peerId, state));
    cluster.consensus().awaitAll(cluster.consensus().head().peers(), Duration.ofSeconds(10));
  }

  /**
   * Makes late writes: delays some upserts and set-payloads between the peer that has routed them to a fallback and the
   * shard, so that they arrive after a switch (W1 in the facts of the engine). Deletions are not delayed.
   *
   * @param longest the longest delay; zero for none
   */
  public void delayWrites(Duration longest) {
    cluster.delayWrites(longest);
  }

  /**
   * Delays writes between the replicas of a shard from now on: the first one takes a write at once, each further one up to
   * this time later; the write is acknowledged when all have it.
   *
   * @param longest the longest delay between two replicas; zero for none
   */
  public void delayReplicas(Duration longest) {
    cluster.delayReplicas(longest);
  }

  /**
   * Lets a peer acknowledge writes and lose them, as a crash before they are on disk does: its replicas differ for good from the
   * others of their shards. Shards with one replica lose nothing.
   */
  public void loseWrites(long peerId, boolean lose) {
    cluster.node(peerId).loseWrites(lose);
  }

  /**
   * How many points were read so far, by field, because a filter asked for a field without an index: each costs a real server a
   * read of its payload.
   */
  public Map<String, Long> unindexedReads() {
    return cluster.filterCost().reads();
  }

  /** Every violation so far of the engine's rules. */
  public List<RuleViolation> violations() {
    return rules.violations();
  }

  /** Every mutating call so far, in the order in which they ended. */
  public List<MutatingCall> calls() {
    return log.calls();
  }

  @Override
  public void close() {
    peers.forEach(EmulatedPeer::close);
    cluster.consensus().close();
  }
}
