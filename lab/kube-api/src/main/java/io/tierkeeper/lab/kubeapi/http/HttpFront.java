package io.tierkeeper.lab.kubeapi.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tierkeeper.lab.kubeapi.model.ApiError;
import io.tierkeeper.lab.kubeapi.model.Json;
import io.tierkeeper.lab.kubeapi.store.ObjectStore;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.ServerWebSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP side: plain requests, watches as chunked answers for kubectl, and watches over WebSocket for the Java client.
 *
 * <p>Everything runs on one event loop, so watchers see changes in their order.
 */
public final class HttpFront implements AutoCloseable {
  private final ApiDispatcher api;
  private final Vertx vertx;
  private final HttpServer server;

  private HttpFront(ApiDispatcher api, Vertx vertx, HttpServer server) {
    this.api = api;
    this.vertx = vertx;
    this.server = server;
  }

  /** Listens on loopback only; port 0 takes a free one. */
  public static HttpFront start(ApiDispatcher api, int port) {
    Vertx vertx = Vertx.vertx(new VertxOptions()
        .setEventLoopPoolSize(1)
        .setUseDaemonThread(true)
        .setMaxEventLoopExecuteTime(10)
        .setMaxEventLoopExecuteTimeUnit(TimeUnit.SECONDS));
    HttpServer server = vertx.createHttpServer(new HttpServerOptions()
        .setHost("127.0.0.1")
        .setPort(port)
        .setHandle100ContinueAutomatically(true)
        .setHttp2ClearTextEnabled(false)
        .setMaxInitialLineLength(64 * 1024));
    HttpFront front = new HttpFront(api, vertx, server);
    server.requestHandler(front::onRequest);
    try {
      await(server.listen());
    } catch (IllegalStateException e) {
      await(vertx.close());
      throw e;
    }
    return front;
  }

  public int port() {
    return server.actualPort();
  }

  @Override
  public void close() {
    await(server.close());
    await(vertx.close());
  }

  private void onRequest(HttpServerRequest http) {
    ApiRequest head = request(http, "");
    if (head.isWatch()) {
      watch(http, head);
      return;
    }
    http.body()
        .onSuccess(body -> respond(http.response(), api.answer(request(http, body.toString()))))
        .onFailure(problem ->
            http.response().setStatusCode(400).end(String.valueOf(problem.getMessage())));
  }

  private void watch(HttpServerRequest http, ApiRequest head) {
    Outlet outlet = new Outlet();
    Runnable end = () -> {};
    try {
      end = api.watch(head, outlet);
    } catch (ApiError e) {
      if (e.code() != 410) {
        respond(http.response(), ApiDispatcher.Answer.of(e.code(), e.toStatus()));
        return;
      }
      outlet.send("ERROR", e.toStatus());
    }
    Runnable ending = end;
    if (isUpgrade(http)) {
      http.toWebSocket()
          .onSuccess(socket -> overWebSocket(head, socket, outlet, ending))
          .onFailure(problem -> ending.run());
    } else {
      chunked(head, http.response(), outlet, ending);
    }
  }

  private void overWebSocket(ApiRequest head, ServerWebSocket socket, Outlet outlet, Runnable end) {
    socket.closeHandler(closed -> end.run());
    outlet.open(line -> {
      if (!socket.isClosed()) {
        socket.writeTextMessage(line);
      }
    });
    atTimeout(head, socket::close);
  }

  private void chunked(ApiRequest head, HttpServerResponse response, Outlet outlet, Runnable end) {
    response.setChunked(true).putHeader(HttpHeaders.CONTENT_TYPE, "application/json");
    response.closeHandler(closed -> end.run());
    response.exceptionHandler(problem -> end.run());
    // the head must leave before the first event, or the client waits for an answer
    response.write(Buffer.buffer());
    outlet.open(line -> {
      if (!response.ended() && !response.closed()) {
        response.write(line + "\n");
      }
    });
    atTimeout(head, () -> {
      end.run();
      if (!response.ended() && !response.closed()) {
        response.end();
      }
    });
  }

  private void atTimeout(ApiRequest head, Runnable action) {
    String seconds = head.query().getOrDefault("timeoutSeconds", "");
    if (seconds.matches("[0-9]{1,6}") && !seconds.equals("0")) {
      vertx.setTimer(TimeUnit.SECONDS.toMillis(Long.parseLong(seconds)), id -> action.run());
    }
  }

  private static void respond(HttpServerResponse response, ApiDispatcher.Answer answer) {
    response.setStatusCode(answer.code());
    answer
        .warnings()
        .forEach(text -> response.headers().add("Warning", "299 - \"" + escape(text) + "\""));
    boolean text = answer.body().isTextual();
    response
        .putHeader(HttpHeaders.CONTENT_TYPE, text ? "text/plain" : "application/json")
        .end(text ? answer.body().asText() : answer.body().toString());
  }

  private static String escape(String text) {
    return text.replace("\\", "\\\\").replace("\"", "\\\"");
  }

  private static ApiRequest request(HttpServerRequest http, String body) {
    return ApiRequest.of(
        http.method().name(),
        http.uri(),
        http.getHeader(HttpHeaders.CONTENT_TYPE),
        http.getHeader(HttpHeaders.ACCEPT),
        http.getHeader(HttpHeaders.USER_AGENT),
        body);
  }

  private static boolean isUpgrade(HttpServerRequest http) {
    return "websocket".equalsIgnoreCase(http.getHeader(HttpHeaders.UPGRADE));
  }

  private static void await(Future<?> future) {
    try {
      future
          .toCompletionStage()
          .toCompletableFuture()
          .orTimeout(10, TimeUnit.SECONDS)
          .join();
    } catch (CompletionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new IllegalStateException("the embedded Kubernetes API: " + cause.getMessage(), e);
    }
  }

  /** Keeps what a watch says until its connection is open. */
  private static final class Outlet implements ObjectStore.Sink {
    private final List<String> early = new ArrayList<>();
    private @Nullable Consumer<String> line;

    @Override
    public synchronized void send(String type, ObjectNode object) {
      ObjectNode event = Json.object().put("type", type);
      event.set("object", object);
      if (line == null) {
        early.add(event.toString());
      } else {
        line.accept(event.toString());
      }
    }

    synchronized void open(Consumer<String> connection) {
      early.forEach(connection);
      early.clear();
      line = connection;
    }
  }
}
