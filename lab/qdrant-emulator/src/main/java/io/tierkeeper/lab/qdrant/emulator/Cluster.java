package io.tierkeeper.lab.qdrant.emulator;

import io.tierkeeper.lab.time.Processes;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** What the peers of one emulated cluster share. */
final class Cluster {

  private final EmulatorOptions options;
  private final Processes processes;
  private final Clock clock;
  private final Random random;
  private final Consensus consensus;
  private final Map<Long, PeerNode> nodes = new TreeMap<>();
  private final FaultPlan faults = new FaultPlan();
  private final Commandments commandments;
  private volatile Duration longestAstray = Duration.ZERO;
  private final List<MutatingCall> calls = new ArrayList<>();

  Cluster(EmulatorOptions options, Processes processes) {
    this.options = options;
    this.processes = processes;
    this.clock = processes.clock();
    this.random = new Random(options.seed());
    List<Long> ids =
        random.longs(1, 1L << 53).distinct().limit(options.peers()).boxed().toList();
    this.consensus = new Consensus(ids, options.consensusLag(), options.seed(), processes);
    this.commandments = new Commandments(this, clock);
    for (long id : ids) {
      nodes.put(id, new PeerNode(id, this));
    }
    nodes.values().forEach(consensus::join);
  }

  EmulatorOptions options() {
    return options;
  }

  Processes processes() {
    return processes;
  }

  Clock clock() {
    return clock;
  }

  Consensus consensus() {
    return consensus;
  }

  Commandments commandments() {
    return commandments;
  }

  FaultPlan faults() {
    return faults;
  }

  List<PeerNode> nodes() {
    return List.copyOf(nodes.values());
  }

  PeerNode node(long peerId) {
    PeerNode node = nodes.get(peerId);
    if (node == null) {
      throw QdrantError.badRequest("Peer " + peerId + " does not exist");
    }
    return node;
  }

  /** A seeded order of these peers. */
  synchronized List<Long> shuffled(List<Long> peers) {
    List<Long> order = new ArrayList<>(peers);
    Collections.shuffle(order, random);
    return order;
  }

  void letWritesStray(Duration longest) {
    longestAstray = longest;
  }

  /** How long a write is under way to the fallback. */
  synchronized Duration astray() {
    return longestAstray.isZero() || random.nextInt(3) > 0
        ? Duration.ZERO
        : longestAstray.minusNanos(random.nextLong(longestAstray.toNanos() / 5 * 4));
  }

  void note(MutatingCall call) {
    synchronized (calls) {
      calls.add(call);
    }
  }

  List<MutatingCall> calls() {
    synchronized (calls) {
      return List.copyOf(calls);
    }
  }
}
