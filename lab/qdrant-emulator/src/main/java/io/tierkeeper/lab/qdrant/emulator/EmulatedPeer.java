package io.tierkeeper.lab.qdrant.emulator;

import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.tierkeeper.lab.qdrant.emulator.api.CollectionsApi;
import io.tierkeeper.lab.qdrant.emulator.api.Operations;
import io.tierkeeper.lab.qdrant.emulator.api.PointsApi;
import io.tierkeeper.lab.qdrant.emulator.calls.ApiKey;
import io.tierkeeper.lab.qdrant.emulator.calls.CallGate;
import io.tierkeeper.lab.qdrant.emulator.calls.CallLog;
import io.tierkeeper.lab.qdrant.emulator.calls.FaultPlan;
import io.tierkeeper.lab.qdrant.emulator.cluster.PeerNode;
import io.tierkeeper.lab.qdrant.emulator.grpc.GrpcServices;
import io.tierkeeper.lab.qdrant.emulator.grpc.LocalChannel;
import io.tierkeeper.lab.qdrant.emulator.rest.LocalHttp;
import io.tierkeeper.lab.qdrant.emulator.rest.PeerInfo;
import io.tierkeeper.lab.qdrant.emulator.rest.RestApi;
import io.tierkeeper.lab.qdrant.emulator.rest.RestServer;
import io.tierkeeper.lab.qdrant.emulator.rules.RuleMonitor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A peer of an emulated cluster with its gRPC and its REST port on loopback, which outlive a restart; or, in a cluster
 * without ports, with the same two interfaces for callers of this process.
 */
public final class EmulatedPeer {

  private static final int MAX_MESSAGE_BYTES = 256 * 1024 * 1024;

  private final PeerNode node;
  private final GrpcServices services;
  private final RestApi restApi;
  private final boolean ports;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private int grpcPort;
  private int restPort;
  private @Nullable Server grpc;
  private @Nullable RestServer rest;

  /** @param deadline of callers within this process; null opens ports instead */
  EmulatedPeer(
      PeerNode node,
      EmulatorOptions options,
      RuleMonitor rules,
      FaultPlan faults,
      CallLog log,
      @Nullable Duration deadline) {
    this.node = node;
    CallGate gate = new CallGate(node, faults, log, deadline);
    ApiKey key = new ApiKey(options.apiKey());
    Operations operations = new Operations(gate, name -> node.view().resolve(name));
    new CollectionsApi(node, rules).addTo(operations);
    new PointsApi(node, rules).addTo(operations);
    this.services = new GrpcServices(operations, options.version(), key);
    this.restApi = new RestApi(
        node, operations, gate, new PeerInfo(options.version(), options.memoryBytes()), key);
    this.ports = deadline == null;
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
    return new LocalChannel(node, services);
  }

  /** The REST interface without a network, served on the thread that calls; the address does not matter. */
  public HttpClient http() {
    return new LocalHttp(node, restApi);
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

  /** Continues a frozen process. */
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
      NettyServerBuilder builder = NettyServerBuilder.forAddress(
              new InetSocketAddress(InetAddress.getLoopbackAddress(), grpcPort))
          .executor(threads)
          .maxInboundMessageSize(MAX_MESSAGE_BYTES)
          .permitKeepAliveTime(1, TimeUnit.SECONDS)
          .permitKeepAliveWithoutCalls(true);
      services.definitions().forEach(builder::addService);
      Server server = builder.build().start();
      grpc = server;
      grpcPort = server.getPort();
      RestServer api = new RestServer(restApi, restPort, threads);
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
