package io.tierkeeper.qdrant.emulator;

import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A peer of an emulated cluster with its gRPC and its REST port on loopback; the ports outlive a restart. */
public final class EmulatedPeer {

  private static final int LARGEST_MESSAGE = 256 * 1024 * 1024;

  private final PeerNode node;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private int grpcPort;
  private int restPort;
  private @Nullable Server grpc;
  private @Nullable RestApi rest;

  EmulatedPeer(PeerNode node) {
    this.node = node;
    open();
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

  /** Ends the process: connections break, its running transfers stop, its replicas stay on disk. */
  public synchronized void kill() {
    node.die();
    closePorts();
  }

  /** Starts a killed process again on the same ports; transfers that involve it are aborted. */
  public synchronized void restart() {
    if (grpc != null) {
      throw new IllegalStateException("peer " + peerId() + " runs; kill it first");
    }
    node.start();
    open();
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
      Answers answers = new Answers(new CallGate(node));
      EmulatorOptions options = node.cluster().options();
      Server server = NettyServerBuilder.forAddress(
              new InetSocketAddress(InetAddress.getLoopbackAddress(), grpcPort))
          .executor(threads)
          .maxInboundMessageSize(LARGEST_MESSAGE)
          .permitKeepAliveTime(1, TimeUnit.SECONDS)
          .permitKeepAliveWithoutCalls(true)
          .intercept(new ApiKeyCheck(options.apiKey()))
          .addService(new GrpcCollections(node, answers))
          .addService(new GrpcPoints(node, answers))
          .addService(new GrpcHealth.Version(options.version(), answers))
          .addService(new GrpcHealth.Serving(answers))
          .build()
          .start();
      grpc = server;
      grpcPort = server.getPort();
      RestApi api = new RestApi(node, new CallGate(node), restPort, threads);
      rest = api;
      restPort = api.port();
      node.announce(restEndpoint());
    } catch (IOException e) {
      throw new UncheckedIOException("the ports of peer " + peerId() + " cannot be opened", e);
    }
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
