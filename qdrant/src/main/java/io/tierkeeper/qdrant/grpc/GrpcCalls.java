package io.tierkeeper.qdrant.grpc;

import com.google.common.util.concurrent.ListenableFuture;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.stub.AbstractStub;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;

/** Makes one blocking call on one channel, with its deadline, and distinguishes failures. */
final class GrpcCalls {
  private final URI endpoint;
  private final ManagedChannel channel;

  GrpcCalls(URI endpoint, ManagedChannel channel) {
    this.endpoint = endpoint;
    this.channel = channel;
  }

  /**
   * Never repeats. An interrupt cancels the call, keeps the thread's interrupt flag and counts as a lost answer.
   *
   * @param verb what is done, for the error message
   */
  <S extends AbstractStub<S>, T> T call(
      CallKind kind,
      String verb,
      Duration deadline,
      S stub,
      Function<S, ListenableFuture<T>> invoke) {
    // After an outage the channel would wait up to two minutes before it looks for the server
    // again.
    if (channel.getState(false) == ConnectivityState.TRANSIENT_FAILURE) {
      channel.resetConnectBackoff();
    }
    SendTrace trace = new SendTrace();
    ListenableFuture<T> answer =
        invoke.apply(stub.withDeadlineAfter(deadline).withInterceptors(trace));
    String what = verb + " at " + endpoint;
    try {
      return answer.get();
    } catch (InterruptedException interrupt) {
      answer.cancel(true);
      Thread.currentThread().interrupt();
      throw CallErrors.undecided(what + ": interrupted", interrupt, kind, trace.sent());
    } catch (ExecutionException failure) {
      throw CallErrors.of(
          what,
          Status.fromThrowable(failure),
          Status.trailersFromThrowable(failure),
          kind,
          trace.sent());
    }
  }
}
