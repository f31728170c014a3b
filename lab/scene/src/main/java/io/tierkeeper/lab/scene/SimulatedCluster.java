package io.tierkeeper.lab.scene;

import io.tierkeeper.lab.qdrant.emulator.EmulatedPeer;
import io.tierkeeper.lab.qdrant.emulator.EmulatedQdrant;
import io.tierkeeper.lab.time.VirtualScheduler;
import io.tierkeeper.qdrant.QdrantCluster;
import io.tierkeeper.qdrant.QdrantReads;
import io.tierkeeper.qdrant.QdrantWrites;
import io.tierkeeper.qdrant.grpc.GrpcQdrant;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.function.Function;

/**
 * Connections of one process to an emulated Qdrant without ports, through the real adapter. Before and after each call
 * some time passes, so that others have their turn.
 */
public final class SimulatedCluster implements QdrantCluster {

  public static final Duration DEADLINE = Duration.ofSeconds(20);
  public static final Duration WAY = Duration.ofMillis(2);
  /** From another continent. */
  public static final Duration LONGEST_WAY = Duration.ofMillis(60);

  private final GrpcQdrant real;
  private final List<QdrantWrites> peers;
  private final VirtualScheduler simulator;
  private final Calls calls;
  private final long wayNanos;

  public SimulatedCluster(EmulatedQdrant qdrant, VirtualScheduler simulator, Calls calls) {
    this(qdrant, simulator, calls, WAY);
  }

  /**
   * Connections over another distance.
   *
   * @param longestWay that a call takes, and that its answer takes
   */
  public SimulatedCluster(
      EmulatedQdrant qdrant, VirtualScheduler simulator, Calls calls, Duration longestWay) {
    this.simulator = simulator;
    this.calls = calls;
    this.wayNanos = longestWay.toNanos();
    this.real =
        GrpcQdrant.over(qdrant.peers().stream().map(SimulatedCluster::wire).toList(), DEADLINE);
    this.peers = real.peers().stream().map(this::disturbed).toList();
  }

  private static GrpcQdrant.Wire wire(EmulatedPeer peer) {
    return new GrpcQdrant.Wire(
        URI.create("http://peer-" + Long.toUnsignedString(peer.peerId())),
        peer.channel(),
        peer.http());
  }

  private QdrantWrites disturbed(QdrantWrites port) {
    return (QdrantWrites) Proxy.newProxyInstance(
        QdrantWrites.class.getClassLoader(),
        new Class<?>[] {QdrantWrites.class},
        (self, method, args) -> {
          if (method.getName().equals("endpoint")) {
            return port.endpoint();
          }
          pass();
          try {
            return calls.perform(method, args, () -> {
              try {
                return method.invoke(port, args);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
          } finally {
            pass();
          }
        });
  }

  private void pass() {
    simulator.sleep(Duration.ofNanos(simulator.random().nextLong(wayNanos)));
  }

  @Override
  public List<QdrantWrites> peers() {
    return peers;
  }

  /** One after the other: a simulated process does one thing at a time. */
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
