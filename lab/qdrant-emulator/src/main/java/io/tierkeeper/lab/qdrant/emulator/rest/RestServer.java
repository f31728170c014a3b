package io.tierkeeper.lab.qdrant.emulator.rest;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.tierkeeper.lab.qdrant.emulator.calls.CallGate;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The REST port of one peer on loopback. */
public final class RestServer implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(RestServer.class);

  private final RestApi api;
  private final HttpServer server;

  public RestServer(RestApi api, int port, Executor threads) throws IOException {
    this.api = api;
    this.server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    server.setExecutor(threads);
    server.createContext("/", this::serve);
    server.start();
  }

  public int port() {
    return server.getAddress().getPort();
  }

  @Override
  public void close() {
    server.stop(0);
  }

  private void serve(HttpExchange exchange) throws IOException {
    RestApi.Answer answer;
    try {
      answer = api.answer(RestApi.Request.of(
          exchange.getRequestMethod(),
          exchange.getRequestURI(),
          exchange.getRequestHeaders(),
          exchange.getRequestBody().readAllBytes()));
    } catch (CallGate.Unanswered e) {
      log.debug("{} is left without an answer", exchange.getRequestURI());
      return;
    }
    exchange.getResponseHeaders().set("Content-Type", answer.type());
    exchange.sendResponseHeaders(
        answer.status(), answer.body().length == 0 ? -1 : answer.body().length);
    if (answer.body().length > 0) {
      exchange.getResponseBody().write(answer.body());
    }
    exchange.close();
  }
}
