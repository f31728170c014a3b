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
import java.util.concurrent.locks.LockSupport;

/**
 * {@code tierkeeper operator} in a process of its own with what the chart's Deployment gives its container: options of the JVM,
 * environment and memory limit. Restarts it when it ends, and ends it when it takes more memory than the limit, as a
 * kubelet and a kernel would.
 */
final class OperatorPod implements AutoCloseable {

  private static final long POLL_NANOS = 100_000_000;
  private static final int CORES = 2;

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

  /**
   * Starts it; it ends with this process at the latest.
   *
   * @param directory of its kubeconfig, its trail and its log
   * @param classPath of the product's distribution
   * @param chart the objects of the rendered chart
   */
  OperatorPod(Path directory, String classPath, List<HasMetadata> chart, List<String> javaOptions)
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
    environment.put("TIERKEEPER_AUDIT_DIR", directory.resolve("audit").toString());
    environment.put("TIERKEEPER_HTTP_HOST", "127.0.0.1");
    environment.put("TIERKEEPER_HTTP_PORT", Integer.toString(port));
    String options = Objects.requireNonNullElse(environment.remove("JAVA_TOOL_OPTIONS"), "");
    log = directory.resolve("operator.log");
    command = new ArrayList<>(List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        // The memory that the JVM takes its percentages of, where there is no container.
        "-XX:MaxRAM=" + limit,
        "-XX:ActiveProcessorCount=" + CORES));
    command.addAll(List.of(options.split(" ")));
    command.addAll(javaOptions);
    command.addAll(List.of(
        "-Dlogback.configurationFile=logback.xml",
        "-cp",
        classPath,
        "io.tierkeeper.launcher.Main",
        "operator",
        "--kubeconfig",
        directory.resolve("kubeconfig").toString()));
    process = start();
    Runtime.getRuntime().addShutdownHook(new Thread(() -> {
      closed = true;
      process.destroyForcibly();
    }));
    watchdog = Thread.ofPlatform().daemon().name("kubelet").start(this::watch);
  }

  private Process start() throws IOException {
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
        peak = Math.max(peak, memory("VmHWM"));
        if (memory("VmRSS") > limit) {
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

  /** The most memory that it had resident at any time, in bytes. */
  long peak() {
    return peak;
  }

  /** The memory that it has resident now, in bytes. */
  long resident() {
    return memory("VmRSS");
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

  private long memory(String field) {
    try {
      return Files.readAllLines(Path.of("/proc/" + process.pid() + "/status")).stream()
          .filter(line -> line.startsWith(field + ":"))
          .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("[^0-9]", "")))
          .findFirst()
          .orElse(0);
    } catch (IOException e) {
      // It has just ended.
      return 0;
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
    process.destroyForcibly().onExit().join();
    http.close();
  }
}
