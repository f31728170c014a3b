package io.tierkeeper.lab.qdrant.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** Three processes of a real Qdrant on loopback, each in its own directory, and the means to upset them. */
public final class LocalQdrant implements AutoCloseable {

  private static final int PEERS = 3;
  private static final int HTTP_OK = 200;
  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final Duration POLL = Duration.ofMillis(100);
  private static final ObjectMapper JSON = new ObjectMapper();

  private record Ports(int rest, int grpc, int p2p) {}

  private final Path binary;
  private final Path root;
  private final List<Ports> ports;
  private final List<Process> processes = new CopyOnWriteArrayList<>();
  private final HttpClient http = HttpClient.newHttpClient();
  private final String version;

  private LocalQdrant(Path binary) throws IOException {
    this.binary = binary;
    this.root = Files.createTempDirectory("tierkeeper-qdrant");
    this.ports = freePorts();
    // An interrupted command leaves no servers behind.
    Runtime.getRuntime()
        .addShutdownHook(new Thread(() -> processes.forEach(Process::destroyForcibly)));
    for (int peer = 0; peer < PEERS; peer++) {
      processes.add(launch(peer));
      awaitMembers(peer + 1);
    }
    this.version = get(0, "/").path("version").asText();
  }

  /**
   * Where the environment has a Qdrant to run: QDRANT_BIN, or {@code qdrant} on PATH; empty where it has none.
   *
   * @throws IllegalArgumentException where QDRANT_BIN names no executable file
   */
  public static Optional<Path> binary(Map<String, String> environment) {
    String named = environment.get("QDRANT_BIN");
    if (named != null) {
      Path path = Path.of(named);
      if (!Files.isExecutable(path)) {
        throw new IllegalArgumentException("QDRANT_BIN " + named + " is no executable file");
      }
      return Optional.of(path.toAbsolutePath());
    }
    return Arrays.stream(environment.getOrDefault("PATH", "").split(File.pathSeparator))
        .map(directory -> Path.of(directory, "qdrant"))
        .filter(Files::isExecutable)
        .findFirst()
        .map(Path::toAbsolutePath);
  }

  /** Starts a cluster and waits until all peers know each other and agree; takes a few seconds. */
  public static LocalQdrant start(Path binary) {
    try {
      return new LocalQdrant(binary);
    } catch (IOException e) {
      throw new UncheckedIOException("Qdrant cannot be started from " + binary, e);
    }
  }

  /** What it is, for people. */
  public String description() {
    return "Qdrant " + version + ", three processes of " + binary.getFileName();
  }

  /** The REST ports, in the order of the peers. */
  public List<Integer> restPorts() {
    return ports.stream().map(Ports::rest).toList();
  }

  /** The gRPC endpoints, in the order of the peers. */
  public List<URI> endpoints() {
    return ports.stream().map(p -> URI.create("http://127.0.0.1:" + p.grpc())).toList();
  }

  /** How many peers there are. */
  public int size() {
    return PEERS;
  }

  /** The peer stands still but keeps its connections. */
  public void pause(int peer) {
    signal("STOP", peer);
  }

  /** Ends a pause. */
  public void resume(int peer) {
    signal("CONT", peer);
  }

  /** The peer's process is gone at once; its disk stays. */
  public void kill(int peer) {
    end(processes.get(peer));
  }

  /** A killed peer starts again; returns when all agree. */
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
    http.close();
    processes.forEach(LocalQdrant::end);
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

  /** Returns when the first peers see each other and have applied the same. */
  private void awaitMembers(int count) {
    long until = System.nanoTime() + TIMEOUT.toNanos();
    while (!agreed(count)) {
      if (System.nanoTime() > until) {
        throw new IllegalStateException(
            count + " peers of Qdrant did not agree in " + TIMEOUT + "; their logs are in " + root);
      }
      LockSupport.parkNanos(POLL.toNanos());
    }
  }

  private boolean agreed(int count) {
    Set<Long> commits = new HashSet<>();
    for (int peer = 0; peer < count; peer++) {
      JsonNode result;
      try {
        result = get(peer, "/cluster").path("result");
      } catch (IOException e) {
        // A peer that starts does not answer yet.
        return false;
      }
      JsonNode raft = result.path("raft_info");
      commits.add(raft.path("commit").asLong());
      if (result.path("peers").size() != count
          || raft.path("leader").asLong() == 0
          || raft.path("pending_operations").asLong(1) != 0) {
        return false;
      }
    }
    return commits.size() == 1;
  }

  /** @throws IOException while the peer does not answer with 200 */
  private JsonNode get(int peer, String path) throws IOException {
    HttpRequest request = HttpRequest.newBuilder(
            URI.create("http://127.0.0.1:" + ports.get(peer).rest() + path))
        .timeout(TIMEOUT)
        .build();
    try {
      HttpResponse<byte[]> response = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
      if (response.statusCode() != HTTP_OK) {
        throw new IOException(path + " of peer " + peer + " answered " + response.statusCode());
      }
      return JSON.readTree(response.body());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
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
