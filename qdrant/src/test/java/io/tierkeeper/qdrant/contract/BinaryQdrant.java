package io.tierkeeper.qdrant.contract;

import static org.awaitility.Awaitility.await;

import io.tierkeeper.qdrant.PeerStatus;
import io.tierkeeper.qdrant.QdrantCluster;
import io.tierkeeper.qdrant.QdrantEndpoints;
import io.tierkeeper.qdrant.QdrantPort;
import io.tierkeeper.qdrant.grpc.GrpcQdrant;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Three processes of a real Qdrant on loopback, each in its own directory. */
public final class BinaryQdrant implements QdrantBackend, QdrantBackend.Disturbance {
  private static final int PEERS = 3;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private record Ports(int rest, int grpc, int p2p) {}

  private final Path binary;
  private final Path root;
  private final List<Ports> ports;
  private final List<Process> processes = new ArrayList<>();
  private final QdrantCluster cluster;
  private final String version;

  private BinaryQdrant(Path binary) throws IOException {
    this.binary = binary;
    this.root = Files.createTempDirectory("tierkeeper-qdrant");
    this.ports = freePorts();
    this.cluster = GrpcQdrant.connect(new QdrantEndpoints(
        ports.stream().map(p -> URI.create("http://127.0.0.1:" + p.grpc())).toList(),
        ports.stream().map(Ports::rest).toList(),
        null,
        null,
        null,
        null,
        Duration.ofSeconds(20)));
    for (int peer = 0; peer < PEERS; peer++) {
      processes.add(launch(peer));
      awaitMembers(peer + 1);
    }
    this.version = cluster.peers().get(0).status().version();
  }

  /** Starts a cluster and waits until all peers know each other and agree; takes a few seconds. */
  public static BinaryQdrant start(Path binary) {
    try {
      return new BinaryQdrant(binary);
    } catch (IOException e) {
      throw new UncheckedIOException("Qdrant cannot be started from " + binary, e);
    }
  }

  @Override
  public String description() {
    return "Qdrant " + version + ", three processes of " + binary.getFileName();
  }

  @Override
  public QdrantCluster cluster() {
    return cluster;
  }

  @Override
  public Address address() {
    return new Address("127.0.0.1", ports.get(0).rest(), ports.get(0).grpc());
  }

  @Override
  public Optional<Disturbance> disturbance() {
    return Optional.of(this);
  }

  @Override
  public void pause(int peer) {
    signal("STOP", peer);
  }

  @Override
  public void resume(int peer) {
    signal("CONT", peer);
  }

  @Override
  public void kill(int peer) {
    end(processes.get(peer));
  }

  @Override
  public void restart(int peer) {
    try {
      processes.set(peer, launch(peer));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    awaitMembers(PEERS);
  }

  @Override
  public void close() {
    cluster.close();
    processes.forEach(BinaryQdrant::end);
    try (Stream<Path> files = Files.walk(root)) {
      files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
    } catch (IOException e) {
      throw new UncheckedIOException("left-over directory " + root, e);
    }
  }

  private static void end(Process process) {
    process.destroyForcibly();
    process.onExit().join();
  }

  private void signal(String signal, int peer) {
    try {
      int code = new ProcessBuilder(
              "kill", "-" + signal, Long.toString(processes.get(peer).pid()))
          .inheritIO()
          .start()
          .waitFor();
      if (code != 0) {
        throw new IllegalStateException("kill -" + signal + " of peer " + peer + ": " + code);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  private Process launch(int peer) throws IOException {
    Path home = Files.createDirectories(root.resolve("peer-" + peer));
    Ports own = ports.get(peer);
    List<String> command = new ArrayList<>(List.of(
        binary.toString(), "--disable-telemetry", "--uri", "http://127.0.0.1:" + own.p2p()));
    if (peer > 0) {
      command.addAll(List.of("--bootstrap", "http://127.0.0.1:" + ports.get(0).p2p()));
    }
    ProcessBuilder builder = new ProcessBuilder(command)
        .directory(home.toFile())
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(home.resolve("log").toFile()));
    builder.environment().put("QDRANT__CLUSTER__ENABLED", "true");
    builder.environment().put("QDRANT__CLUSTER__P2P__PORT", Integer.toString(own.p2p()));
    builder.environment().put("QDRANT__SERVICE__HOST", "127.0.0.1");
    builder.environment().put("QDRANT__SERVICE__HTTP_PORT", Integer.toString(own.rest()));
    builder.environment().put("QDRANT__SERVICE__GRPC_PORT", Integer.toString(own.grpc()));
    builder
        .environment()
        .put("QDRANT__STORAGE__STORAGE_PATH", home.resolve("storage").toString());
    builder
        .environment()
        .put("QDRANT__STORAGE__SNAPSHOTS_PATH", home.resolve("snapshots").toString());
    builder.environment().put("QDRANT__LOG_LEVEL", "INFO");
    return builder.start();
  }

  /** The first peers see each other and have applied the same. */
  private void awaitMembers(int count) {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(100))
        .ignoreExceptions()
        .until(() -> {
          List<PeerStatus> statuses = IntStream.range(0, count)
              .mapToObj(peer -> cluster.peers().get(peer))
              .map(QdrantPort::status)
              .toList();
          Set<Long> commits = new HashSet<>();
          statuses.forEach(status -> commits.add(status.commit()));
          return commits.size() == 1
              && statuses.stream()
                  .allMatch(status -> status.peers().size() == count
                      && status.hasLeader()
                      && status.pendingOperations() == 0);
        });
  }

  private static List<Ports> freePorts() throws IOException {
    List<ServerSocket> held = new ArrayList<>();
    try {
      for (int i = 0; i < PEERS * 3; i++) {
        held.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
      }
      List<Ports> ports = new ArrayList<>();
      for (int peer = 0; peer < PEERS; peer++) {
        ports.add(new Ports(
            held.get(peer * 3).getLocalPort(),
            held.get(peer * 3 + 1).getLocalPort(),
            held.get(peer * 3 + 2).getLocalPort()));
      }
      return ports;
    } finally {
      for (ServerSocket socket : held) {
        socket.close();
      }
    }
  }
}
