package io.tierkeeper.lab.qdrant.emulator.grpc;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ClientStreamTracer;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.tierkeeper.lab.qdrant.emulator.api.Operations.Operation;
import io.tierkeeper.lab.qdrant.emulator.cluster.PeerNode;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A gRPC channel to the services of one peer, on the thread of the caller and without a network. gRPC's own in-process
 * transport queues the calls of one channel behind one that waits in its service, which deadlocks a simulator that
 * runs one process at a time.
 */
public final class LocalChannel extends ManagedChannel {

  private final PeerNode node;
  private final GrpcServices services;
  private volatile boolean shutdown;

  /** A channel to these services of a peer. */
  public LocalChannel(PeerNode node, GrpcServices services) {
    this.node = node;
    this.services = services;
  }

  @Override
  public <Q, A> ClientCall<Q, A> newCall(MethodDescriptor<Q, A> method, CallOptions options) {
    return new UnaryCall<>(method, options);
  }

  @Override
  public String authority() {
    return "peer-" + node.peerId();
  }

  @Override
  public ManagedChannel shutdown() {
    shutdown = true;
    return this;
  }

  @Override
  public ManagedChannel shutdownNow() {
    return shutdown();
  }

  @Override
  public boolean isShutdown() {
    return shutdown;
  }

  @Override
  public boolean isTerminated() {
    return shutdown;
  }

  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) {
    return shutdown;
  }

  @Override
  public io.grpc.ConnectivityState getState(boolean requestConnection) {
    return io.grpc.ConnectivityState.READY;
  }

  private final class UnaryCall<Q, A> extends ClientCall<Q, A> {
    private final MethodDescriptor<Q, A> method;
    private final CallOptions options;
    private @Nullable Listener<A> listener;
    private @Nullable Metadata headers;
    private @Nullable Q message;

    UnaryCall(MethodDescriptor<Q, A> method, CallOptions options) {
      this.method = method;
      this.options = options;
    }

    @Override
    public void start(Listener<A> answers, Metadata with) {
      listener = answers;
      headers = with;
    }

    @Override
    public void request(int messages) {
      // The answer is handed over when it is there.
    }

    @Override
    public void cancel(@Nullable String reason, @Nullable Throwable cause) {
      // A call is over before another process runs.
    }

    @Override
    public void sendMessage(Q request) {
      message = request;
    }

    @Override
    public void halfClose() {
      if (listener == null || headers == null || message == null) {
        throw new IllegalStateException("not started, or without a message");
      }
      if (!node.isAlive()) {
        listener.onClose(
            Status.UNAVAILABLE.withDescription("io exception: Connection refused"), new Metadata());
        return;
      }
      for (ClientStreamTracer.Factory tracer : options.getStreamTracerFactories()) {
        tracer
            .newClientStreamTracer(ClientStreamTracer.StreamInfo.newBuilder().build(), headers)
            .outboundHeaders();
      }
      answer(listener, headers, message);
    }

    private void answer(Listener<A> answers, Metadata sent, Q request) {
      Operation<Q, A> operation = services.find(method);
      Status rejection = operation == null
          ? Status.UNIMPLEMENTED.withDescription(method.getFullMethodName())
          : services.rejection(method, sent);
      if (operation == null || rejection != null) {
        answers.onClose(rejection, new Metadata());
        return;
      }
      A answer;
      try {
        answer = GrpcServices.answer(operation, request);
      } catch (StatusRuntimeException e) {
        answers.onClose(e.getStatus(), new Metadata());
        return;
      }
      answers.onHeaders(new Metadata());
      answers.onMessage(answer);
      answers.onClose(Status.OK, new Metadata());
    }
  }
}
