package io.tierkeeper.operator.health;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Serves {@code /healthz/live}, {@code /healthz/ready}, {@code /healthz/started} and {@code /metrics}, and {@code /page} where
 * it is wanted.
 */
public final class OperatorHttpServer implements AutoCloseable {

  private static final String PLAIN = "text/plain; charset=utf-8";
  private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

  private final HttpServer server;
  private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();

  /**
   * Listens at once.
   *
   * @param port 0 takes a free one
   * @param scrape the metrics in Prometheus' text format
   * @param page serves {@code /page} and what is below it; null for none
   * @throws UncheckedIOException naming address and port when they cannot be listened on
   */
  public OperatorHttpServer(
      String host, int port, Health health, Supplier<String> scrape, @Nullable HttpHandler page) {
    try {
      server = HttpServer.create(new InetSocketAddress(host, port), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "cannot listen on " + host + ":" + port + ": " + e.getMessage(), e);
    }
    server.setExecutor(executor);
    server.createContext("/healthz/live", exchange -> probe(exchange, health.live()));
    server.createContext("/healthz/ready", exchange -> probe(exchange, health.ready()));
    server.createContext("/healthz/started", exchange -> probe(exchange, health.started()));
    server.createContext("/metrics", exchange -> answer(exchange, 200, PROMETHEUS, scrape.get()));
    if (page != null) {
      server.createContext("/page", page);
    }
    server.start();
  }

  public int port() {
    return server.getAddress().getPort();
  }

  private static void probe(HttpExchange exchange, Health.Answer answer) throws IOException {
    answer(exchange, answer.good() ? 200 : 503, PLAIN, answer.text() + "\n");
  }

  private static void answer(HttpExchange exchange, int code, String type, String body)
      throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", type);
    try (exchange) {
      exchange.sendResponseHeaders(code, bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    executor.shutdown();
  }
}
