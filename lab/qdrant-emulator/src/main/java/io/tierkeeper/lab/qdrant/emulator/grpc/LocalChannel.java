package io.tierkeeper.lab.qdrant.emulator.grpc;

import io.grpc.Attributes;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ClientStreamTracer;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.tierkeeper.lab.qdrant.emulator.cluster.PeerNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A gRPC channel to the services of one peer, on the thread of the caller and without a network. gRPC's own in-process
 * transport queues the calls of one channel behind one that waits in its service, which deadlocks a simulator that
 * runs one process at a time.
 */
public final class LocalChannel extends ManagedChannel {

  private final PeerNode node;
  private final Map<String, ServerMethodDefinition<?, ?>> methods = new HashMap<>();
  private volatile boolean shutdown;

  /** A channel to these services of a peer. */
  public LocalChannel(PeerNode node, List<ServerServiceDefinition> services) {
    this.node = node;
    for (ServerServiceDefinition service : services) {
      for (ServerMethodDefinition<?, ?> method : service.getMethods()) {
        methods.put(method.getMethodDescriptor().getFullMethodName(), method);
      }
    }
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
    @SuppressWarnings("unchecked") // a full method name stands for its types
    public void halfClose() {
      if (listener == null || headers == null || message == null) {
        throw new IllegalStateException("not started, or without a message");
      }
      ServerMethodDefinition<Q, A> served =
          (ServerMethodDefinition<Q, A>) methods.get(method.getFullMethodName());
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
      if (served == null) {
        listener.onClose(
            Status.UNIMPLEMENTED.withDescription(method.getFullMethodName()), new Metadata());
        return;
      }
      ServerCall.Listener<Q> service =
          served.getServerCallHandler().startCall(new Answered<>(method, listener), headers);
      service.onMessage(message);
      service.onHalfClose();
      service.onComplete();
    }
  }

  private static final class Answered<Q, A> extends ServerCall<Q, A> {
    private final MethodDescriptor<Q, A> method;
    private final ClientCall.Listener<A> listener;

    Answered(MethodDescriptor<Q, A> method, ClientCall.Listener<A> listener) {
      this.method = method;
      this.listener = listener;
    }

    @Override
    public void request(int messages) {
      // The one message is delivered without a request.
    }

    @Override
    public void sendHeaders(Metadata headers) {
      listener.onHeaders(headers);
    }

    @Override
    public void sendMessage(A message) {
      listener.onMessage(message);
    }

    @Override
    public void close(Status status, Metadata trailers) {
      listener.onClose(status, trailers);
    }

    @Override
    public boolean isCancelled() {
      return false;
    }

    @Override
    public MethodDescriptor<Q, A> getMethodDescriptor() {
      return method;
    }

    @Override
    public Attributes getAttributes() {
      return Attributes.EMPTY;
    }
  }
}
