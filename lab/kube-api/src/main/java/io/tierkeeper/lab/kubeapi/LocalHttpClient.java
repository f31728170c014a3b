package io.tierkeeper.lab.kubeapi;

import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.http.StandardHttpClient;
import io.fabric8.kubernetes.client.http.StandardHttpClientBuilder;
import io.fabric8.kubernetes.client.http.StandardHttpHeaders;
import io.fabric8.kubernetes.client.http.StandardHttpRequest;
import io.fabric8.kubernetes.client.http.StandardWebSocketBuilder;
import io.fabric8.kubernetes.client.http.WebSocket;
import io.fabric8.kubernetes.client.http.WebSocketResponse;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** The HTTP client of fabric8's client on a wire of this process: an answer is there when the call returns. */
final class LocalHttpClient
    extends StandardHttpClient<LocalHttpClient, LocalHttpClient.Factory, LocalHttpClient.Builder> {

  private final Factory factory;

  private LocalHttpClient(Builder builder, AtomicBoolean closed, Factory factory) {
    super(builder, closed);
    this.factory = factory;
  }

  @Override
  public CompletableFuture<HttpResponse<AsyncBody>> consumeBytesDirect(
      StandardHttpRequest request, AsyncBody.Consumer<List<ByteBuffer>> consumer) {
    KubernetesWithoutPorts.Reply reply;
    try {
      reply = factory.server.carry(factory.wire, request);
    } catch (IOException e) {
      return CompletableFuture.failedFuture(e);
    }
    Body body = new Body(reply.body().getBytes(StandardCharsets.UTF_8), consumer);
    return CompletableFuture.completedFuture(new Response(request, reply.code(), body));
  }

  @Override
  public CompletableFuture<WebSocketResponse> buildWebSocketDirect(
      StandardWebSocketBuilder builder, WebSocket.Listener listener) {
    return CompletableFuture.failedFuture(
        new UnsupportedOperationException("watches go past the client here"));
  }

  @Override
  protected void doClose() {
    // There is nothing to let go.
  }

  /** Hands the whole body over once it is asked for. */
  private static final class Body implements AsyncBody {
    private final byte[] bytes;
    private final AsyncBody.Consumer<List<ByteBuffer>> consumer;
    private final CompletableFuture<Void> done = new CompletableFuture<>();
    private boolean handed;

    Body(byte[] bytes, AsyncBody.Consumer<List<ByteBuffer>> consumer) {
      this.bytes = bytes;
      this.consumer = consumer;
    }

    @Override
    public void consume() {
      if (handed) {
        return;
      }
      handed = true;
      try {
        consumer.consume(List.of(ByteBuffer.wrap(bytes)), this);
        done.complete(null);
      } catch (Exception e) {
        done.completeExceptionally(e);
      }
    }

    @Override
    public CompletableFuture<Void> done() {
      return done;
    }

    @Override
    public void cancel() {
      handed = true;
      done.cancel(false);
    }
  }

  private static final class Response extends StandardHttpHeaders
      implements HttpResponse<AsyncBody> {
    private final HttpRequest request;
    private final int code;
    private final AsyncBody body;

    Response(HttpRequest request, int code, AsyncBody body) {
      this.request = request;
      this.code = code;
      this.body = body;
    }

    @Override
    public int code() {
      return code;
    }

    @Override
    public AsyncBody body() {
      return body;
    }

    @Override
    public HttpRequest request() {
      return request;
    }

    @Override
    public Optional<HttpResponse<?>> previousResponse() {
      return Optional.empty();
    }
  }

  /** Makes clients on one wire. */
  static final class Factory implements HttpClient.Factory {
    private final KubernetesWithoutPorts server;
    private final KubernetesWithoutPorts.Wire wire;

    Factory(KubernetesWithoutPorts server, KubernetesWithoutPorts.Wire wire) {
      this.server = server;
      this.wire = wire;
    }

    @Override
    public Builder newBuilder() {
      return new Builder(this);
    }
  }

  /** Builds a client, or one that shares another's state. */
  static final class Builder extends StandardHttpClientBuilder<LocalHttpClient, Factory, Builder> {

    Builder(Factory factory) {
      super(factory);
    }

    @Override
    public LocalHttpClient build() {
      @Nullable LocalHttpClient shared = getClient();
      return new LocalHttpClient(
          this, shared == null ? new AtomicBoolean() : shared.getClosed(), getClientFactory());
    }

    @Override
    protected Builder newInstance(Factory factory) {
      return new Builder(factory);
    }
  }
}
