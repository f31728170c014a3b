package io.tierkeeper.lab.benchmarks.scale;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * {@code tierkeeper operator} in a process of its own with what the chart's Deployment gives its container: options of the JVM,
 * environment and memory limit. Restarts it when it ends, and, where no memory cgroup does so, ends it when it takes more memory than
 * the limit, as a kubelet and a kernel would.
 */
final class OperatorPod implements AutoCloseable {

  private static final long POLL_NANOS = 100_000_000;
  private static final long READY_POLL_NANOS = 10_000_000;
  private static final long MAX_READY_NANOS = 60_000_000_000L;
  private static final int CORES = 2;

  private final OperatorProgram program;
  private final List<String> command;
  private final Map<String, String> environment;
  private final Path log;
  private final long limit;
  private final int port;
  private final HttpClient http = HttpClient.newHttpClient();
  private final Thread watchdog;
  private volatile Process process;
  private volatile boolean closed;
  private volatile int restarts;
  private volatile long peak;
  private volatile long started;

  /**
   * Starts it; it ends with this process at the latest.
   *
   * @param directory of its kubeconfig, its trail and its log
   * @param program where it is started from
   * @param chart the objects of the rendered chart
   * @param javaOptions options in addition to the chart's
   */
  OperatorPod(
      Path directory, OperatorProgram program, List<HasMetadata> chart, List<String> javaOptions)
      throws IOException {
    Container container = chart.stream()
        .filter(Deployment.class::isInstance)
        .map(Deployment.class::cast)
        .findFirst()
        .orElseThrow()
        .getSpec()
        .getTemplate()
        .getSpec()
        .getContainers()
        .get(0);
    limit = Objects.requireNonNull(container.getResources().getLimits().get("memory"))
        .getNumericalAmount()
        .longValueExact();
    environment = new TreeMap<>();
    for (EnvVar variable : container.getEnv()) {
      if (variable.getValue() != null) {
        environment.put(variable.getName(), variable.getValue());
      }
    }
    port = freePort();
    environment.put("TIERKEEPER_INSTANCE", "scale");
    environment.put(
        "TIERKEEPER_AUDIT_DIR", program.path(directory).resolve("audit").toString());
    environment.put("TIERKEEPER_HTTP_HOST", "127.0.0.1");
    environment.put("TIERKEEPER_HTTP_PORT", Integer.toString(port));
    environment.merge(
        "JAVA_TOOL_OPTIONS", String.join(" ", javaOptions), (one, more) -> one + " " + more);
    environment.putAll(program.environment());
    log = directory.resolve("operator.log");
    this.program = program;
    command = new ArrayList<>(program.command(directory, limit, CORES));
    command.addAll(List.of(
        "operator",
        "--kubeconfig",
        program.path(directory).resolve("kubeconfig").toString()));
    process = start();
    Runtime.getRuntime().addShutdownHook(new Thread(() -> {
      closed = true;
      process.destroyForcibly();
    }));
    watchdog = Thread.ofPlatform().daemon().name("kubelet").start(this::watch);
  }

  private Process start() throws IOException {
    started = System.nanoTime();
    ProcessBuilder builder = new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.environment().keySet().removeIf(name -> name.startsWith("TIERKEEPER_"));
    builder.environment().putAll(environment);
    return builder.start();
  }

  private void watch() {
    while (!closed) {
      try {
        Process running = process;
        if (!running.isAlive()) {
          restarts++;
          process = start();
        }
        peak = Math.max(peak, program.peak(running.pid()));
        if (program.memory(running.pid()) > limit) {
          running.destroyForcibly().onExit().join();
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
  }

  /** How often it has ended. */
  int restarts() {
    return restarts;
  }

  /** The memory limit of the chart, in bytes. */
  long limit() {
    return limit;
  }

  long pid() {
    return process.pid();
  }

  /** The most memory that it had at any time, in bytes. */
  long peak() {
    return peak;
  }

  /** The memory that it has now, in bytes. */
  long memory() {
    return program.memory(process.pid());
  }

  /** Waits until it answers that it is ready; returns the seconds since the start of the process, infinite after a minute. */
  double ready() throws InterruptedException {
    long began = started;
    HttpRequest request = HttpRequest.newBuilder(
            URI.create("http://127.0.0.1:" + port + "/healthz/ready"))
        .build();
    while (System.nanoTime() - began < MAX_READY_NANOS) {
      try {
        if (http.send(request, BodyHandlers.ofString()).statusCode() == 200) {
          return (System.nanoTime() - began) / 1e9;
        }
      } catch (IOException e) {
        // Nobody listens yet.
      }
      LockSupport.parkNanos(READY_POLL_NANOS);
    }
    return Double.POSITIVE_INFINITY;
  }

  /** The last lines that are no information. */
  String warnings() {
    try {
      List<String> lines = Files.readAllLines(log).stream()
          .filter(line -> !line.contains("\"level\":\"INFO\""))
          .map(line -> line.length() > 300 ? line.substring(0, 300) : line)
          .toList();
      return String.join("\n", lines.subList(Math.max(0, lines.size() - 5), lines.size()));
    } catch (IOException e) {
      return e.toString();
    }
  }

  /** The sum of all metrics whose name and labels begin so. */
  double metric(String prefix) {
    try {
      return http.send(
              HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics"))
                  .build(),
              BodyHandlers.ofString())
          .body()
          .lines()
          .filter(line -> line.startsWith(prefix))
          .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
          .sum();
    } catch (IOException e) {
      return Double.NaN;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Double.NaN;
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  @Override
  public void close() {
    closed = true;
    watchdog.interrupt();
    try {
      watchdog.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    // As a kubelet ends it, so that it writes what it writes at its end, such as the list of its
    // classes.
    process.destroy();
    try {
      if (!process.waitFor(30, TimeUnit.SECONDS)) {
        process.destroyForcibly().onExit().join();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly().onExit().join();
      Thread.currentThread().interrupt();
    }
    http.close();
  }
}
