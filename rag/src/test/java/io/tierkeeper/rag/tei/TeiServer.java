package io.tierkeeper.rag.tei;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;

/**
 * The two endpoints of Text Embeddings Inference as its router has them: batches of at most 32 texts, embeddings in the order of the
 * texts, ranks in the order of the scores, and errors with their codes. Answers can be planned instead.
 */
final class TeiServer implements AutoCloseable {

  static final int MAX_CLIENT_BATCH_SIZE = 32;
  private static final ObjectMapper JSON = new ObjectMapper();

  /** A request as it came. */
  record Received(String path, JsonNode body, Headers headers) {}

  /** What a request is answered with. */
  interface Answer {
    void to(HttpExchange exchange) throws IOException;
  }

  final List<Received> received = new CopyOnWriteArrayList<>();
  private final Deque<Answer> planned = new ArrayDeque<>();
  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final CountDownLatch closed = new CountDownLatch(1);

  TeiServer() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  String url() {
    return "http://localhost:" + server.getAddress().getPort();
  }

  /** The next request has this answer. */
  synchronized TeiServer plan(Answer answer) {
    planned.add(answer);
    return this;
  }

  TeiServer plan(int status, String body) {
    return plan(exchange -> send(exchange, status, body));
  }

  /** As the server writes its errors. */
  TeiServer planError(int status, String error, String type) {
    return plan(status, "{\"error\":\"" + error + "\",\"error_type\":\"" + type + "\"}");
  }

  /** The next request has no answer until the server is closed. */
  TeiServer planSilence() {
    return plan(exchange -> await(closed));
  }

  /** The next request has the beginning of an answer only. */
  TeiServer planHalfAnAnswer() {
    return plan(exchange -> {
      exchange.sendResponseHeaders(200, 1_000);
      exchange.getResponseBody().write('[');
      exchange.getResponseBody().flush();
      await(closed);
    });
  }

  /** The connection of the next request ends without an answer. */
  TeiServer planReset() {
    return plan(HttpExchange::close);
  }

  private static void await(CountDownLatch latch) throws IOException {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  private synchronized Answer next() {
    return planned.isEmpty() ? this::infer : planned.remove();
  }

  private void handle(HttpExchange exchange) throws IOException {
    JsonNode body = JSON.readTree(exchange.getRequestBody());
    received.add(
        new Received(exchange.getRequestURI().getPath(), body, exchange.getRequestHeaders()));
    next().to(exchange);
    exchange.close();
  }

  private void infer(HttpExchange exchange) throws IOException {
    // The tests send one request at a time.
    JsonNode body = received.get(received.size() - 1).body();
    boolean embeds = exchange.getRequestURI().getPath().endsWith("/embed");
    List<String> texts = IntStream.range(
            0, body.path(embeds ? "inputs" : "texts").size())
        .mapToObj(i -> body.path(embeds ? "inputs" : "texts").path(i).asText())
        .toList();
    if (texts.isEmpty() || texts.size() > MAX_CLIENT_BATCH_SIZE) {
      send(
          exchange,
          413,
          "{\"error\":\"batch size " + texts.size()
              + " > maximum allowed batch size 32\",\"error_type\":\"validation\"}");
      return;
    }
    ArrayNode answer = JSON.createArrayNode();
    if (embeds) {
      texts.forEach(text -> answer.addArray().add(text.length()).add(0.5f).add(-1e-3f));
    } else {
      IntStream.range(0, texts.size())
          .boxed()
          .sorted(Collections.reverseOrder(
              Comparator.comparingDouble(i -> score(body.path("query").asText(), texts.get(i)))))
          .forEach(i -> answer
              .addObject()
              .put("index", i)
              .put("score", score(body.path("query").asText(), texts.get(i))));
    }
    send(exchange, 200, answer.toString());
  }

  /** Any function of query and text. */
  static double score(String query, String text) {
    return (31 * query.hashCode() + text.hashCode() & 0xffff) / 65536.0;
  }

  static void send(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  @Override
  public void close() {
    closed.countDown();
    server.stop(0);
    threads.shutdownNow();
  }
}
