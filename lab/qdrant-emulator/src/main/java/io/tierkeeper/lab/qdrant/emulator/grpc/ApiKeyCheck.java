package io.tierkeeper.lab.qdrant.emulator.grpc;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.tierkeeper.lab.qdrant.emulator.calls.ApiKey;

/** Verifies the API key of every call but the health checks. */
final class ApiKeyCheck implements ServerInterceptor {

  private static final Metadata.Key<String> API_KEY =
      Metadata.Key.of("api-key", Metadata.ASCII_STRING_MARSHALLER);
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  private final ApiKey key;

  ApiKeyCheck(ApiKey key) {
    this.key = key;
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    String method = call.getMethodDescriptor().getFullMethodName();
    boolean open = method.equals("qdrant.Qdrant/HealthCheck") || method.startsWith("grpc.health.");
    String rejection =
        open ? null : key.rejection(headers.get(API_KEY), headers.get(AUTHORIZATION));
    if (rejection != null) {
      call.close(Status.UNAUTHENTICATED.withDescription(rejection), new Metadata());
      return new ServerCall.Listener<>() {};
    }
    return next.startCall(call, headers);
  }
}
