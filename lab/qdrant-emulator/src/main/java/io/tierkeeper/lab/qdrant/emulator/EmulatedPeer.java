package io.tierkeeper.lab.qdrant.emulator;

import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A peer of an emulated cluster with its gRPC and its REST port on loopback, which outlive a restart; or, in a cluster
 * without ports, with the same two interfaces for callers of this process.
 */
public final class EmulatedPeer {

  private static final int LARGEST_MESSAGE = 256 * 1024 * 1024;

  private final PeerNode node;
  private final @Nullable Duration patience;
  private final boolean ports;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private int grpcPort;
  private int restPort;
  private @Nullable Server grpc;
  private @Nullable RestServer rest;

  /** @param patience of callers within this process; null opens ports instead */
  EmulatedPeer(PeerNode node, @Nullable Duration patience) {
    this.node = node;
    this.patience = patience;
    this.ports = patience == null;
    if (ports) {
      open();
    }
  }

  /** The id under which the cluster knows this peer. */
  public long peerId() {
    return node.peerId();
  }

  /** The gRPC port. */
  public int grpcPort() {
    return grpcPort;
  }

  /** The REST port. */
  public int restPort() {
    return restPort;
  }

  /** The gRPC endpoint, without TLS. */
  public URI grpcEndpoint() {
    return URI.create("http://127.0.0.1:" + grpcPort);
  }

  /** The REST endpoint, without TLS. */
  public URI restEndpoint() {
    return URI.create("http://127.0.0.1:" + restPort);
  }

  /** A gRPC channel without a network: calls are served on the thread that makes them. */
  public ManagedChannel channel() {
    return new LocalChannel(node, services(new CallGate(node, patience)));
  }

  /** The REST interface without a network, served on the thread that calls; the address does not matter. */
  public HttpClient http() {
    return new LocalHttp(node, new RestApi(node, new CallGate(node, patience)));
  }

  /** Ends the process: connections break, its running transfers stop, its replicas stay on disk. */
  public synchronized void kill() {
    node.die();
    if (ports) {
      closePorts();
    }
  }

  /** Starts a killed process again on the same ports; transfers that involve it are aborted. */
  public synchronized void restart() {
    if (node.isAlive()) {
      throw new IllegalStateException("peer " + peerId() + " runs; kill it first");
    }
    node.start();
    if (ports) {
      open();
    }
  }

  /** Freezes the process, as SIGSTOP does: connections stay open and nothing is answered. */
  public void pause() {
    node.pause();
  }

  /** Lets a frozen process go on. */
  public void resume() {
    node.resume();
  }

  PeerNode node() {
    return node;
  }

  synchronized void close() {
    node.die();
    closePorts();
    threads.shutdownNow();
  }

  private void open() {
    try {
      CallGate gate = new CallGate(node, null);
      NettyServerBuilder builder = NettyServerBuilder.forAddress(
              new InetSocketAddress(InetAddress.getLoopbackAddress(), grpcPort))
          .executor(threads)
          .maxInboundMessageSize(LARGEST_MESSAGE)
          .permitKeepAliveTime(1, TimeUnit.SECONDS)
          .permitKeepAliveWithoutCalls(true);
      services(gate).forEach(builder::addService);
      Server server = builder.build().start();
      grpc = server;
      grpcPort = server.getPort();
      RestServer api = new RestServer(new RestApi(node, gate), restPort, threads);
      rest = api;
      restPort = api.port();
      node.announce(restEndpoint());
    } catch (IOException e) {
      throw new UncheckedIOException("the ports of peer " + peerId() + " cannot be opened", e);
    }
  }

  private List<ServerServiceDefinition> services(CallGate gate) {
    EmulatorOptions options = node.cluster().options();
    Answers answers = new Answers(gate);
    ApiKeyCheck key = new ApiKeyCheck(options.apiKey());
    return Stream.of(
            new GrpcCollections(node, answers),
            new GrpcPoints(node, answers),
            new GrpcHealth.Version(options.version(), answers),
            new GrpcHealth.Serving(answers))
        .map(service -> ServerInterceptors.intercept(service, key))
        .toList();
  }

  private void closePorts() {
    if (grpc != null) {
      Server server = grpc.shutdownNow();
      try {
        server.awaitTermination(5, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      grpc = null;
    }
    if (rest != null) {
      rest.close();
      rest = null;
    }
  }
}
