package io.tierkeeper.lab.qdrant.emulator;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import org.jspecify.annotations.Nullable;

/** Asks for the api key on every call but the health checks. */
final class ApiKeyCheck implements ServerInterceptor {

  static final String MISSING = "Must provide an API key or an Authorization bearer token";
  static final String WRONG = "Invalid API key or JWT";

  private static final Metadata.Key<String> API_KEY =
      Metadata.Key.of("api-key", Metadata.ASCII_STRING_MARSHALLER);
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  private final @Nullable String apiKey;

  ApiKeyCheck(@Nullable String apiKey) {
    this.apiKey = apiKey;
  }

  /** Why a call with these headers is refused; null where it is not. */
  static @Nullable String refusal(
      @Nullable String apiKey, @Nullable String keyHeader, @Nullable String authorization) {
    String given = keyHeader;
    if (given == null && authorization != null && authorization.startsWith("Bearer ")) {
      given = authorization.substring("Bearer ".length());
    }
    if (apiKey == null || apiKey.equals(given)) {
      return null;
    }
    return given == null ? MISSING : WRONG;
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    String method = call.getMethodDescriptor().getFullMethodName();
    boolean open = method.equals("qdrant.Qdrant/HealthCheck") || method.startsWith("grpc.health.");
    String refusal =
        open ? null : refusal(apiKey, headers.get(API_KEY), headers.get(AUTHORIZATION));
    if (refusal != null) {
      call.close(Status.UNAUTHENTICATED.withDescription(refusal), new Metadata());
      return new ServerCall.Listener<>() {};
    }
    return next.startCall(call, headers);
  }
}
