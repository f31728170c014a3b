package io.tierkeeper.operator;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;

/**
 * Serves what a real Qdrant has answered to {@code GET /metrics}, as if all that it counts went on at the same pace: counters and
 * histograms grow with each scrape.
 */
final class RecordedMetrics implements AutoCloseable {

  private final HttpServer server;
  private final String text;
  private final Set<String> growing;
  private final AtomicLong scrapes = new AtomicLong();

  private RecordedMetrics(HttpServer server, String text) {
    this.server = server;
    this.text = text;
    growing = text.lines()
        .filter(line -> line.matches("# TYPE \\S+ (counter|histogram)"))
        .map(line -> line.split(" ")[2])
        .collect(Collectors.toSet());
  }

  static RecordedMetrics serve(Path file) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    RecordedMetrics metrics = new RecordedMetrics(server, Files.readString(file));
    server.createContext("/metrics", exchange -> {
      byte[] body = metrics.next().getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
      exchange.close();
    });
    server.start();
    return metrics;
  }

  private String next() {
    long factor = scrapes.incrementAndGet();
    return text.lines()
        .map(line -> grown(line, factor))
        .collect(Collectors.joining("\n", "", "\n"));
  }

  private String grown(String line, long factor) {
    int value = line.lastIndexOf(' ');
    String name = line.split("[{ ]")[0].replaceFirst("_(bucket|sum|count)$", "");
    return !line.startsWith("#") && growing.contains(name)
        ? line.substring(0, value + 1) + Double.parseDouble(line.substring(value + 1)) * factor
        : line;
  }

  String text() {
    return text;
  }

  int port() {
    return server.getAddress().getPort();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
