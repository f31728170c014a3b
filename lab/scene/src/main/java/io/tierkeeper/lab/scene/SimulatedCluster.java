package io.tierkeeper.lab.scene;

import io.tierkeeper.lab.qdrant.emulator.EmulatedPeer;
import io.tierkeeper.lab.qdrant.emulator.EmulatedQdrant;
import io.tierkeeper.lab.time.VirtualScheduler;
import io.tierkeeper.qdrant.QdrantCluster;
import io.tierkeeper.qdrant.QdrantReads;
import io.tierkeeper.qdrant.QdrantWrites;
import io.tierkeeper.qdrant.grpc.GrpcQdrant;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.function.Function;

/**
 * Connections of one process to an emulated Qdrant without ports, through the real adapter. Each request and each answer
 * takes some virtual time, so that other processes run in between.
 */
public final class SimulatedCluster implements QdrantCluster {

  public static final Duration DEADLINE = Duration.ofSeconds(20);
  public static final Duration MAX_LATENCY = Duration.ofMillis(2);
  /** Of another continent. */
  public static final Duration MAX_REMOTE_LATENCY = Duration.ofMillis(60);

  private final GrpcQdrant real;
  private final List<QdrantWrites> peers;
  private final VirtualScheduler scheduler;
  private final Calls calls;
  private final long maxLatencyNanos;

  public SimulatedCluster(EmulatedQdrant qdrant, VirtualScheduler scheduler, Calls calls) {
    this(qdrant, scheduler, calls, MAX_LATENCY);
  }

  /**
   * Connections with another latency.
   *
   * @param maxLatency of a request, and of its answer
   */
  public SimulatedCluster(
      EmulatedQdrant qdrant, VirtualScheduler scheduler, Calls calls, Duration maxLatency) {
    this.scheduler = scheduler;
    this.calls = calls;
    this.maxLatencyNanos = maxLatency.toNanos();
    this.real =
        GrpcQdrant.over(qdrant.peers().stream().map(SimulatedCluster::wire).toList(), DEADLINE);
    this.peers = real.peers().stream().map(this::intercepted).toList();
  }

  private static GrpcQdrant.Wire wire(EmulatedPeer peer) {
    return new GrpcQdrant.Wire(
        URI.create("http://peer-" + Long.toUnsignedString(peer.peerId())),
        peer.channel(),
        peer.http());
  }

  private QdrantWrites intercepted(QdrantWrites port) {
    return Calls.intercept(port, (method, arguments, call) -> {
      if (method.getName().equals("endpoint")) {
        return call.perform();
      }
      travel();
      try {
        return calls.perform(method, arguments, call);
      } finally {
        travel();
      }
    });
  }

  private void travel() {
    scheduler.sleep(Duration.ofNanos(scheduler.random().nextLong(maxLatencyNanos)));
  }

  @Override
  public List<QdrantWrites> peers() {
    return peers;
  }

  /** Asks one peer after the other: a simulated process does one thing at a time. */
  @Override
  public <T> List<Future<T>> ask(Function<QdrantReads, T> question) {
    List<Future<T>> answers = new ArrayList<>();
    for (QdrantWrites peer : peers) {
      CompletableFuture<T> answer = new CompletableFuture<>();
      try {
        answer.complete(question.apply(peer));
      } catch (RuntimeException e) {
        answer.completeExceptionally(e);
      }
      answers.add(answer);
    }
    return answers;
  }

  @Override
  public void close() {
    real.close();
  }
}
