package io.tierkeeper.lab.testbed.prometheus;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tierkeeper.lab.testbed.FreePorts;
import io.tierkeeper.lab.testbed.Poll;
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
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** A Prometheus server of a test, which scrapes its targets each second. */
public final class PrometheusServer implements AutoCloseable {

  private final Process process;
  private final URI root;
  private final Instant started = Instant.now();
  private final HttpClient http = HttpClient.newHttpClient();

  private PrometheusServer(Process process, URI root) {
    this.process = process;
    this.root = root;
  }

  /**
   * Starts one and waits until it answers.
   *
   * @param directory for its files
   * @param targets addresses by job
   */
  public static PrometheusServer start(Path directory, Map<String, List<String>> targets)
      throws IOException, InterruptedException {
    Path config = Files.writeString(
        Files.createDirectories(directory).resolve("prometheus.yml"),
        "global: {scrape_interval: 1s, scrape_timeout: 1s}\nscrape_configs:\n"
            + targets.entrySet().stream()
                .map(job -> "  - {job_name: " + job.getKey() + ", static_configs: [{targets: ["
                    + job.getValue().stream()
                        .map(target -> "'" + target + "'")
                        .collect(Collectors.joining(", "))
                    + "]}]}\n")
                .collect(Collectors.joining()));
    String address = "127.0.0.1:" + FreePorts.one();
    Process process = new ProcessBuilder(
            PrometheusBinaries.find("prometheus").orElseThrow().toString(),
            "--config.file=" + config,
            "--storage.tsdb.path=" + directory.resolve("data"),
            "--web.listen-address=" + address)
        .redirectErrorStream(true)
        .redirectOutput(directory.resolve("log").toFile())
        .start();
    PrometheusServer server = new PrometheusServer(process, URI.create("http://" + address));
    Poll.until(Duration.ofSeconds(30), "Prometheus", server::ready);
    return server;
  }

  private boolean ready() {
    try {
      return get("/-/ready").statusCode() == 200;
    } catch (IOException notYet) {
      return false;
    }
  }

  private HttpResponse<String> get(String path) throws IOException {
    try {
      return http.send(
          HttpRequest.newBuilder(root.resolve(path)).build(), HttpResponse.BodyHandlers.ofString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  /**
   * The series that a query returns for the time since the start, second by second.
   *
   * @throws IllegalArgumentException with Prometheus' own words, if it rejects the query
   */
  public JsonNode range(String query) {
    try {
      HttpResponse<String> answer = get("/api/v1/query_range?step=1&start="
          + started.toEpochMilli() / 1000.0 + "&end=" + Instant.now().toEpochMilli() / 1000.0
          + "&query=" + URLEncoder.encode(query, StandardCharsets.UTF_8));
      JsonNode body = new ObjectMapper().readTree(answer.body());
      if (!body.path("status").asText().equals("success")) {
        throw new IllegalArgumentException(query + ": " + body.path("error").asText());
      }
      return body.at("/data/result");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether a query has returned at least one number. */
  public boolean returnsData(String query) {
    for (JsonNode series : range(query)) {
      for (JsonNode sample : series.path("values")) {
        if (!sample.path(1).asText().matches("NaN|[+-]Inf")) {
          return true;
        }
      }
    }
    return false;
  }

  @Override
  public void close() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(10, TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
  }
}
