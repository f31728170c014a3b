package io.tierkeeper.client;

import com.google.protobuf.Message;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.qdrant.client.grpc.Points.CountResponse;
import io.qdrant.client.grpc.Points.CountResult;
import io.qdrant.client.grpc.Points.PointsOperationResponse;
import io.qdrant.client.grpc.Points.UpdateResult;
import io.qdrant.client.grpc.Points.UpdateStatus;
import io.qdrant.client.grpc.QdrantOuterClass.HealthCheckReply;
import io.qdrant.client.grpc.QdrantOuterClass.HealthCheckRequest;
import java.io.InputStream;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Keeps what is sent, and answers each call as the script says, or with little. */
final class RecordingChannel extends ManagedChannel {

  private final List<Message> requests = new CopyOnWriteArrayList<>();
  private final Deque<Object> script = new ConcurrentLinkedDeque<>();
  private volatile String version = "1.19.0";
  private volatile long count;

  /** All requests about points. */
  List<Message> requests() {
    return requests;
  }

  /** The next call fails so. */
  RecordingChannel fails(Status status) {
    return fails(status, new Metadata());
  }

  /** The next call fails so, with trailers. */
  RecordingChannel fails(Status status, Metadata trailers) {
    script.add(status.asRuntimeException(trailers));
    return this;
  }

  /** The next call is answered so. */
  RecordingChannel answers(Message message) {
    script.add(message);
    return this;
  }

  /** The version of the server from now on. */
  RecordingChannel version(String reported) {
    version = reported;
    return this;
  }

  /** What counts are answered from now on. */
  void counted(long points) {
    count = points;
  }

  @Override
  public <Q, A> ClientCall<Q, A> newCall(MethodDescriptor<Q, A> method, CallOptions options) {
    return new ClientCall<>() {
      private @Nullable Listener<A> listener;

      @Override
      public void start(Listener<A> answers, Metadata headers) {
        listener = answers;
      }

      @Override
      public void request(int messages) {}

      @Override
      public void cancel(@Nullable String reason, @Nullable Throwable cause) {}

      private boolean health;

      @Override
      public void sendMessage(Q request) {
        health = request instanceof HealthCheckRequest;
        if (!health) {
          requests.add((Message) request);
        }
      }

      @Override
      public void halfClose() {
        Listener<A> waiting = Objects.requireNonNull(listener);
        Object next = health ? null : script.poll();
        if (next instanceof StatusRuntimeException failure) {
          waiting.onClose(failure.getStatus(), Objects.requireNonNull(failure.getTrailers()));
          return;
        }
        waiting.onHeaders(new Metadata());
        waiting.onMessage(
            next == null
                ? answer(method)
                : method.parseResponse(((Message) next).toByteString().newInput()));
        waiting.onClose(Status.OK, new Metadata());
      }
    };
  }

  private <Q, A> A answer(MethodDescriptor<Q, A> method) {
    A empty = method.parseResponse(InputStream.nullInputStream());
    Message answer;
    if (empty instanceof HealthCheckReply) {
      answer = HealthCheckReply.newBuilder().setVersion(version).build();
    } else if (empty instanceof PointsOperationResponse) {
      answer = PointsOperationResponse.newBuilder()
          .setResult(UpdateResult.newBuilder().setStatus(UpdateStatus.Completed))
          .build();
    } else if (empty instanceof CountResponse) {
      answer = CountResponse.newBuilder()
          .setResult(CountResult.newBuilder().setCount(count))
          .build();
    } else {
      return empty;
    }
    return method.parseResponse(answer.toByteString().newInput());
  }

  @Override
  public String authority() {
    return "recorded";
  }

  @Override
  public ManagedChannel shutdown() {
    return this;
  }

  @Override
  public ManagedChannel shutdownNow() {
    return this;
  }

  @Override
  public boolean isShutdown() {
    return false;
  }

  @Override
  public boolean isTerminated() {
    return false;
  }

  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) {
    return true;
  }
}
