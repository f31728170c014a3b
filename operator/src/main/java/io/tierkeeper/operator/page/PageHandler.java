package io.tierkeeper.operator.page;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * Answers {@code GET} and {@code HEAD} of the page, its files, its state as JSON and its event stream. Nothing can be changed through
 * it.
 */
final class PageHandler implements HttpHandler {

  /** Event streams at the same time; further clients are refused, and poll. */
  static final int MAX_STREAMS = 32;

  static final int MAX_FILTER = 200;

  /** No script, style, image or connection of another host, and none inline; no frame around the page. */
  static final String CONTENT_SECURITY_POLICY =
      "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  private static final Duration KEEP_ALIVE = Duration.ofSeconds(15);

  /** A client connects again afterwards, so that one that has gone without a word does not keep its place. */
  private static final Duration STREAM_LASTS = Duration.ofMinutes(10);

  private static final int NO_BODY = -1;

  private final LivePage page;
  private final ObjectMapper json = new ObjectMapper();
  private final Semaphore streams = new Semaphore(MAX_STREAMS);
  private final Map<String, Resource> files = Map.of(
      "/page", Resource.of("index.html", "text/html; charset=utf-8"),
      "/page/app.js", Resource.of("app.js", "text/javascript; charset=utf-8"),
      "/page/style.css", Resource.of("style.css", "text/css; charset=utf-8"),
      "/page/icon.svg", Resource.of("icon.svg", "image/svg+xml"));

  PageHandler(LivePage page) {
    this.page = page;
  }

  private record Resource(String type, byte[] bytes) {
    static Resource of(String name, String type) {
      try (InputStream in = PageHandler.class.getResourceAsStream(name)) {
        if (in == null) {
          throw new IllegalStateException("resource " + name + " is missing");
        }
        return new Resource(type, in.readAllBytes());
      } catch (IOException e) {
        throw new IllegalStateException("resource " + name + " cannot be read", e);
      }
    }
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      Headers headers = exchange.getResponseHeaders();
      headers.set("Content-Security-Policy", CONTENT_SECURITY_POLICY);
      headers.set("X-Content-Type-Options", "nosniff");
      headers.set("X-Frame-Options", "DENY");
      headers.set("Referrer-Policy", "no-referrer");
      headers.set("Cross-Origin-Resource-Policy", "same-origin");
      headers.set("Cache-Control", "no-store");
      String method = exchange.getRequestMethod();
      if (!method.equals("GET") && !method.equals("HEAD")) {
        headers.set("Allow", "GET, HEAD");
        text(exchange, 405, "method " + method + " is not allowed; allowed: GET, HEAD\n");
        return;
      }
      String path = exchange.getRequestURI().getPath();
      Resource file = files.get(path);
      if (file != null) {
        answer(exchange, 200, file.type(), file.bytes());
      } else if (path.equals("/page/state")) {
        state(exchange);
      } else if (path.equals("/page/events")) {
        events(exchange);
      } else {
        text(exchange, 404, "not found; the page is /page\n");
      }
    }
  }

  private void state(HttpExchange exchange) throws IOException {
    String filter = filter(exchange.getRequestURI().getRawQuery());
    if (filter == null || filter.length() > MAX_FILTER) {
      text(
          exchange,
          400,
          "filter must be URL-encoded text of at most " + MAX_FILTER + " characters\n");
      return;
    }
    answer(
        exchange,
        200,
        "application/json; charset=utf-8",
        json.writeValueAsBytes(page.state(filter)));
  }

  /** The parameter of this name; empty where there is none, null where it cannot be decoded. */
  private static @Nullable String filter(@Nullable String query) {
    String name = "filter=";
    try {
      for (String parameter : query == null ? new String[0] : query.split("&")) {
        if (parameter.startsWith(name)) {
          return URLDecoder.decode(parameter.substring(name.length()), StandardCharsets.UTF_8);
        }
      }
      return "";
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private void events(HttpExchange exchange) throws IOException {
    if (exchange.getRequestMethod().equals("HEAD")) {
      exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
      exchange.sendResponseHeaders(200, NO_BODY);
      return;
    }
    if (!streams.tryAcquire()) {
      exchange.getResponseHeaders().set("Retry-After", "60");
      text(
          exchange, 503, MAX_STREAMS + " clients have an event stream already; poll /page/state\n");
      return;
    }
    try {
      exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
      exchange.sendResponseHeaders(200, 0);
      stream(exchange.getResponseBody());
    } catch (IOException e) {
      // The client has gone.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      streams.release();
    }
  }

  private void stream(OutputStream out) throws IOException, InterruptedException {
    long end = System.nanoTime() + STREAM_LASTS.toNanos();
    long known = 0;
    send(out, "retry: 3000\n\n");
    while (!page.closed() && System.nanoTime() < end) {
      long version = page.awaitOther(known, KEEP_ALIVE);
      send(out, version == known ? ": unchanged\n\n" : "event: version\ndata: " + version + "\n\n");
      known = version;
    }
  }

  private static void send(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.UTF_8));
    out.flush();
  }

  private static void text(HttpExchange exchange, int code, String text) throws IOException {
    answer(exchange, code, "text/plain; charset=utf-8", text.getBytes(StandardCharsets.UTF_8));
  }

  private static void answer(HttpExchange exchange, int code, String type, byte[] body)
      throws IOException {
    exchange.getResponseHeaders().set("Content-Type", type);
    if (exchange.getRequestMethod().equals("HEAD")) {
      exchange.sendResponseHeaders(code, NO_BODY);
      return;
    }
    exchange.sendResponseHeaders(code, body.length);
    exchange.getResponseBody().write(body);
  }
}
