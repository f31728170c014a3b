package io.tierkeeper.lab.testbed.victorialogs;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tierkeeper.lab.testbed.BackendLog;
import io.tierkeeper.lab.testbed.Checkout;
import io.tierkeeper.lab.testbed.FreePorts;
import io.tierkeeper.lab.testbed.Poll;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A VictoriaLogs server of a test. */
public final class VictoriaLogs implements AutoCloseable {

  /** Why a test that needs it is skipped. */
  public static final String MISSING =
      "victoria-logs is not installed; tools/victorialogs/install builds it";

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Process process;
  private final URI address;
  private final HttpClient http = HttpClient.newHttpClient();

  private VictoriaLogs(Process process, URI address) {
    this.process = process;
    this.address = address;
  }

  /** Whether the program is there; records which. */
  public static boolean installed() {
    BackendLog.append("VictoriaLogs", find().map(Path::toString).orElse("missing"));
    return find().isPresent();
  }

  private static Optional<Path> find() {
    return Stream.concat(
            Stream.of(Checkout.file(".tierkeeper/victorialogs")),
            Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .map(Path::of))
        .map(directory -> directory.resolve("victoria-logs"))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /**
   * Starts one and waits until it answers.
   *
   * @param directory for its files
   */
  public static VictoriaLogs start(Path directory) throws IOException {
    String address = "127.0.0.1:" + FreePorts.one();
    Process process = new ProcessBuilder(
            find().orElseThrow().toString(),
            "-storageDataPath=" + Files.createDirectories(directory).resolve("data"),
            // A recorded trail is older than the seven days of the default.
            "-retentionPeriod=100y",
            "-httpListenAddr=" + address)
        .redirectErrorStream(true)
        .redirectOutput(directory.resolve("log").toFile())
        .start();
    VictoriaLogs server = new VictoriaLogs(process, URI.create("http://" + address));
    Poll.until(Duration.ofSeconds(30), "VictoriaLogs", server::ready);
    return server;
  }

  /** Where it listens. */
  public URI address() {
    return address;
  }

  private boolean ready() {
    try {
      return get("/health", Map.of()).statusCode() == 200;
    } catch (IOException notYet) {
      return false;
    }
  }

  /** Makes all lines that were ingested before visible to queries. */
  public void flush() {
    body("/internal/force_flush", Map.of());
  }

  /**
   * The rows that a query returns.
   *
   * @param parameters of the API, such as {@code time}
   * @throws IllegalArgumentException with the server's own message, if it rejects the query
   */
  public List<JsonNode> rows(String query, Map<String, String> parameters) {
    return body("/select/logsql/query", with(parameters, "query", query))
        .lines()
        .map(VictoriaLogs::json)
        .toList();
  }

  /** The result of another call that queries, as it answers it; throws as {@link #rows} does. */
  public JsonNode result(String call, String query, Map<String, String> parameters) {
    return json(body("/select/logsql/" + call, with(parameters, "query", query)));
  }

  private static Map<String, String> with(
      Map<String, String> parameters, String name, String value) {
    return Stream.concat(parameters.entrySet().stream(), Stream.of(Map.entry(name, value)))
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  private static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String body(String path, Map<String, String> parameters) {
    try {
      HttpResponse<String> answer = get(path, parameters);
      if (answer.statusCode() != 200) {
        throw new IllegalArgumentException(path + " " + parameters + ": " + answer.body());
      }
      return answer.body();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private HttpResponse<String> get(String path, Map<String, String> parameters) throws IOException {
    String query = parameters.entrySet().stream()
        .map(entry ->
            entry.getKey() + "=" + URLEncoder.encode(entry.getValue(), StandardCharsets.UTF_8))
        .collect(Collectors.joining("&"));
    try {
      return http.send(
          HttpRequest.newBuilder(address.resolve(path + "?" + query)).build(),
          HttpResponse.BodyHandlers.ofString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  @Override
  public void close() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(10, TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
  }
}
