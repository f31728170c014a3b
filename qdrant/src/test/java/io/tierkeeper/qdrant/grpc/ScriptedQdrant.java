package io.tierkeeper.qdrant.grpc;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.qdrant.client.grpc.Collections;
import io.qdrant.client.grpc.CollectionsGrpc;
import io.qdrant.client.grpc.Points;
import io.qdrant.client.grpc.PointsGrpc;
import io.tierkeeper.qdrant.QdrantEndpoints;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A server on loopback that returns the answers of a test and records its requests. */
final class ScriptedQdrant implements AutoCloseable {
  /** The answer of a REST path. */
  record Answer(int code, String body) {}

  static final Metadata.Key<String> API_KEY =
      Metadata.Key.of("api-key", Metadata.ASCII_STRING_MARSHALLER);

  final List<Object> requests = new CopyOnWriteArrayList<>();
  final List<String> apiKeys = new CopyOnWriteArrayList<>();
  volatile @Nullable Status failure;
  volatile Points.UpdateStatus updateStatus = Points.UpdateStatus.Completed;
  volatile Points.ScrollResponse page = Points.ScrollResponse.getDefaultInstance();
  volatile Collections.CollectionClusterInfoResponse clusterInfo =
      Collections.CollectionClusterInfoResponse.getDefaultInstance();
  volatile Function<HttpExchange, Answer> rest = exchange -> new Answer(404, "nothing here");
  volatile boolean silent;
  volatile boolean layoutResult = true;

  private final Server grpc;
  private final HttpServer http;

  ScriptedQdrant() throws IOException {
    this(0);
  }

  ScriptedQdrant(int grpcPort) throws IOException {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    grpc = NettyServerBuilder.forAddress(new InetSocketAddress(loopback, grpcPort))
        .maxInboundMessageSize(64 << 20)
        .intercept(new ServerInterceptor() {
          @Override
          public <Q, A> ServerCall.Listener<Q> interceptCall(
              ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
            String key = headers.get(API_KEY);
            apiKeys.add(key == null ? "none" : key);
            return next.startCall(call, headers);
          }
        })
        .addService(new ScriptedCollections())
        .addService(new ScriptedPoints())
        .build()
        .start();
    http = HttpServer.create(new InetSocketAddress(loopback, 0), 0);
    http.createContext("/", exchange -> {
      try (exchange) {
        Answer answer = rest.apply(exchange);
        byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(answer.code(), body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
      }
    });
    http.start();
  }

  QdrantEndpoints endpoints(Duration deadline) {
    return new QdrantEndpoints(
        List.of(URI.create("http://127.0.0.1:" + grpc.getPort())),
        List.of(http.getAddress().getPort()),
        null,
        null,
        null,
        null,
        deadline);
  }

  int grpcPort() {
    return grpc.getPort();
  }

  @Override
  public void close() {
    grpc.shutdownNow();
    http.stop(0);
  }

  private <T> void answer(Object request, StreamObserver<T> observer, T answer) {
    requests.add(request);
    if (silent) {
      return;
    }
    @Nullable Status status = failure;
    if (status != null) {
      observer.onError(status.asRuntimeException());
      return;
    }
    observer.onNext(answer);
    observer.onCompleted();
  }

  private final class ScriptedCollections extends CollectionsGrpc.CollectionsImplBase {
    @Override
    public void collectionClusterInfo(
        Collections.CollectionClusterInfoRequest request,
        StreamObserver<Collections.CollectionClusterInfoResponse> observer) {
      answer(request, observer, clusterInfo);
    }

    @Override
    public void createShardKey(
        Collections.CreateShardKeyRequest request,
        StreamObserver<Collections.CreateShardKeyResponse> observer) {
      answer(
          request,
          observer,
          Collections.CreateShardKeyResponse.newBuilder()
              .setResult(layoutResult)
              .build());
    }

    @Override
    public void updateCollectionClusterSetup(
        Collections.UpdateCollectionClusterSetupRequest request,
        StreamObserver<Collections.UpdateCollectionClusterSetupResponse> observer) {
      answer(
          request,
          observer,
          Collections.UpdateCollectionClusterSetupResponse.newBuilder()
              .setResult(layoutResult)
              .build());
    }
  }

  private final class ScriptedPoints extends PointsGrpc.PointsImplBase {
    @Override
    public void upsert(
        Points.UpsertPoints request, StreamObserver<Points.PointsOperationResponse> observer) {
      answer(
          request,
          observer,
          Points.PointsOperationResponse.newBuilder()
              .setResult(Points.UpdateResult.newBuilder().setStatus(updateStatus))
              .build());
    }

    @Override
    public void scroll(
        Points.ScrollPoints request, StreamObserver<Points.ScrollResponse> observer) {
      answer(request, observer, page);
    }
  }
}
