package io.tierkeeper.lab.qdrant.emulator.rest;

import io.tierkeeper.lab.qdrant.emulator.cluster.PeerNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Authenticator;
import java.net.ConnectException;
import java.net.CookieHandler;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/** An HTTP client whose only server is the REST API of one peer, on the thread of the caller and without a network. */
public final class LocalHttp extends HttpClient {

  private final PeerNode node;
  private final RestApi api;

  public LocalHttp(PeerNode node, RestApi api) {
    this.node = node;
    this.api = api;
  }

  @Override
  public <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> handler)
      throws IOException {
    try {
      return sendAsync(request, handler).join();
    } catch (CompletionException e) {
      throw new IOException(e.getCause());
    }
  }

  @Override
  public <T> CompletableFuture<HttpResponse<T>> sendAsync(
      HttpRequest request, HttpResponse.BodyHandler<T> handler) {
    if (!node.isAlive()) {
      return CompletableFuture.failedFuture(new ConnectException("Connection refused"));
    }
    RestApi.Answer answer = api.answer(RestApi.Request.of(
        request.method(), request.uri(), request.headers().map(), body(request)));
    HttpHeaders headersOut =
        HttpHeaders.of(Map.of("Content-Type", List.of(answer.type())), (name, value) -> true);
    HttpResponse.BodySubscriber<T> body = handler.apply(new Head(answer.status(), headersOut));
    body.onSubscribe(new Flow.Subscription() {
      @Override
      public void request(long n) {
        // Everything is handed over below.
      }

      @Override
      public void cancel() {
        // There is nothing to stop.
      }
    });
    body.onNext(List.of(ByteBuffer.wrap(answer.body())));
    body.onComplete();
    return body.getBody()
        .toCompletableFuture()
        .thenApply(content -> new Response<>(request, answer.status(), headersOut, content));
  }

  @Override
  public <T> CompletableFuture<HttpResponse<T>> sendAsync(
      HttpRequest request,
      HttpResponse.BodyHandler<T> handler,
      HttpResponse.@Nullable PushPromiseHandler<T> pushes) {
    return sendAsync(request, handler);
  }

  private static byte[] body(HttpRequest request) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    request.bodyPublisher().ifPresent(publisher -> publisher.subscribe(new Collector(bytes)));
    return bytes.toByteArray();
  }

  /** The publishers of the JDK hand everything over within {@code request}. */
  private record Collector(ByteArrayOutputStream bytes) implements Flow.Subscriber<ByteBuffer> {
    @Override
    public void onSubscribe(Flow.Subscription subscription) {
      subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(ByteBuffer part) {
      byte[] copy = new byte[part.remaining()];
      part.get(copy);
      bytes.writeBytes(copy);
    }

    @Override
    public void onError(Throwable failure) {
      throw new IllegalStateException("the body cannot be read", failure);
    }

    @Override
    public void onComplete() {
      // All parts are there.
    }
  }

  private record Head(int statusCode, HttpHeaders headers) implements HttpResponse.ResponseInfo {
    @Override
    public Version version() {
      return Version.HTTP_1_1;
    }
  }

  private record Response<T>(HttpRequest request, int statusCode, HttpHeaders headers, T body)
      implements HttpResponse<T> {
    @Override
    public Optional<HttpResponse<T>> previousResponse() {
      return Optional.empty();
    }

    @Override
    public Optional<SSLSession> sslSession() {
      return Optional.empty();
    }

    @Override
    public URI uri() {
      return request.uri();
    }

    @Override
    public Version version() {
      return Version.HTTP_1_1;
    }
  }

  @Override
  public Optional<CookieHandler> cookieHandler() {
    return Optional.empty();
  }

  @Override
  public Optional<Duration> connectTimeout() {
    return Optional.empty();
  }

  @Override
  public Redirect followRedirects() {
    return Redirect.NEVER;
  }

  @Override
  public Optional<ProxySelector> proxy() {
    return Optional.empty();
  }

  @Override
  public SSLContext sslContext() {
    try {
      return SSLContext.getDefault();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has a default context", e);
    }
  }

  @Override
  public SSLParameters sslParameters() {
    return new SSLParameters();
  }

  @Override
  public Optional<Authenticator> authenticator() {
    return Optional.empty();
  }

  @Override
  public Version version() {
    return Version.HTTP_1_1;
  }

  @Override
  public Optional<Executor> executor() {
    return Optional.empty();
  }
}
