package io.tierkeeper.qdrant.contract;

import io.tierkeeper.lab.qdrant.emulator.EmulatedPeer;
import io.tierkeeper.lab.qdrant.emulator.EmulatedQdrant;
import io.tierkeeper.lab.qdrant.emulator.EmulatorOptions;
import io.tierkeeper.lab.time.Scheduler;
import io.tierkeeper.qdrant.QdrantCluster;
import io.tierkeeper.qdrant.QdrantEndpoints;
import io.tierkeeper.qdrant.grpc.GrpcQdrant;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The emulator with sockets or without, connected through the real adapter. */
public final class EmulatedBackend implements QdrantBackend, QdrantBackend.Disturbance {
  private final EmulatedQdrant emulated;
  private final QdrantCluster cluster;
  private final EmulatorOptions options;
  private final boolean ports;

  private EmulatedBackend(
      EmulatedQdrant emulated, QdrantCluster cluster, EmulatorOptions options, boolean ports) {
    this.emulated = emulated;
    this.cluster = cluster;
    this.options = options;
    this.ports = ports;
  }

  /** Starts the emulator with these options, which have at least three peers. */
  public static EmulatedBackend start(EmulatorOptions options) {
    EmulatedQdrant emulated = EmulatedQdrant.start(options);
    List<EmulatedPeer> peers = emulated.peers();
    QdrantCluster cluster = GrpcQdrant.connect(QdrantEndpoints.plain(
            peers.stream().map(EmulatedPeer::grpcEndpoint).toList(),
            peers.stream().map(EmulatedPeer::restPort).toList())
        .apiKey(options.apiKey()));
    return new EmulatedBackend(emulated, cluster, options, true);
  }

  /** Starts it without sockets: calls are served on the calling thread. */
  public static EmulatedBackend startWithoutPorts(EmulatorOptions options) {
    Duration patience = Duration.ofSeconds(20);
    EmulatedQdrant emulated = EmulatedQdrant.withoutPorts(options, Scheduler.realTime(), patience);
    QdrantCluster cluster = GrpcQdrant.over(
        emulated.peers().stream()
            .map(peer -> new GrpcQdrant.Wire(
                URI.create("http://peer-" + Long.toUnsignedString(peer.peerId())),
                peer.channel(),
                peer.http()))
            .toList(),
        patience);
    return new EmulatedBackend(emulated, cluster, options, false);
  }

  /** The emulator itself, for faults and for what it has seen. */
  public EmulatedQdrant emulated() {
    return emulated;
  }

  @Override
  public String description() {
    return "the emulator of Qdrant " + options.version();
  }

  @Override
  public QdrantCluster cluster() {
    return cluster;
  }

  @Override
  public Address address(int peer) {
    EmulatedPeer addressed = emulated.peers().get(peer);
    return new Address(
        "127.0.0.1", addressed.restPort(), addressed.grpcEndpoint().getPort());
  }

  @Override
  public RawPeer raw(int peer) {
    EmulatedPeer called = emulated.peers().get(peer);
    return ports
        ? RawPeer.at(address(peer))
        : new RawPeer(called.channel(), called.http(), URI.create("http://peer-" + peer));
  }

  @Override
  public Optional<Disturbance> disturbance() {
    return Optional.of(this);
  }

  @Override
  public void pause(int peer) {
    emulated.peers().get(peer).pause();
  }

  @Override
  public void resume(int peer) {
    emulated.peers().get(peer).resume();
  }

  @Override
  public void kill(int peer) {
    emulated.peers().get(peer).kill();
  }

  @Override
  public void restart(int peer) {
    emulated.peers().get(peer).restart();
  }

  @Override
  public void close() {
    cluster.close();
    emulated.close();
  }
}
