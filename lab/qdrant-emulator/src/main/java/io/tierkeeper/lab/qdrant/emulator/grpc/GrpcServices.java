package io.tierkeeper.lab.qdrant.emulator.grpc;

import grpc.health.v1.HealthCheck.HealthCheckResponse;
import grpc.health.v1.HealthGrpc;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import io.qdrant.client.grpc.QdrantGrpc;
import io.qdrant.client.grpc.QdrantOuterClass.HealthCheckReply;
import io.tierkeeper.lab.qdrant.emulator.api.Operations;
import io.tierkeeper.lab.qdrant.emulator.api.Operations.Operation;
import io.tierkeeper.lab.qdrant.emulator.calls.ApiKey;
import io.tierkeeper.lab.qdrant.emulator.calls.CallGate;
import io.tierkeeper.lab.qdrant.emulator.points.QdrantError;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The gRPC services of one peer, all behind the API key except the health checks. */
public final class GrpcServices {

  private static final Logger log = LoggerFactory.getLogger(GrpcServices.class);
  private static final Metadata.Key<String> API_KEY =
      Metadata.Key.of("api-key", Metadata.ASCII_STRING_MARSHALLER);
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  private final Operations operations;
  private final ApiKey key;

  /** The services for these operations, to which the health checks are added. */
  public GrpcServices(Operations operations, String version, ApiKey key) {
    this.operations = operations;
    this.key = key;
    HealthCheckReply reply = HealthCheckReply.newBuilder()
        .setTitle("qdrant - vector search engine (emulated)")
        .setVersion(version)
        .build();
    HealthCheckResponse serving = HealthCheckResponse.newBuilder()
        .setStatus(HealthCheckResponse.ServingStatus.SERVING)
        .build();
    operations.read(QdrantGrpc.getHealthCheckMethod(), "health_check", request -> reply);
    operations.read(HealthGrpc.getCheckMethod(), "grpc_health", request -> serving);
  }

  /** The services for a server; a method that is no operation answers UNIMPLEMENTED. */
  public Collection<ServerServiceDefinition> definitions() {
    Map<String, ServerServiceDefinition.Builder> services = new LinkedHashMap<>();
    operations.all().forEach(operation -> add(operation, services));
    return services.values().stream()
        .map(ServerServiceDefinition.Builder::build)
        .toList();
  }

  private <Q, A> void add(
      Operation<Q, A> operation, Map<String, ServerServiceDefinition.Builder> services) {
    MethodDescriptor<Q, A> method = operation.method();
    ServerCallHandler<Q, A> served =
        ServerCalls.asyncUnaryCall((request, observer) -> serve(operation, request, observer));
    services
        .computeIfAbsent(method.getServiceName(), ServerServiceDefinition::builder)
        .addMethod(method, (call, headers) -> {
          Status rejection = rejection(method, headers);
          if (rejection == null) {
            return served.startCall(call, headers);
          }
          call.close(rejection, new Metadata());
          return new ServerCall.Listener<>() {};
        });
  }

  private static <Q, A> void serve(
      Operation<Q, A> operation, Q request, StreamObserver<A> observer) {
    A answer;
    try {
      answer = answer(operation, request);
    } catch (StatusRuntimeException e) {
      observer.onError(e);
      return;
    } catch (CallGate.Unanswered e) {
      log.debug("{} is left without an answer", operation.method().getFullMethodName());
      return;
    }
    observer.onNext(answer);
    observer.onCompleted();
  }

  /** The operation of a method; null where the peer does not implement it. */
  <Q, A> @Nullable Operation<Q, A> find(MethodDescriptor<Q, A> method) {
    return operations.find(method);
  }

  /** Why a call with these headers is rejected, or null where it is accepted. */
  @Nullable
  Status rejection(MethodDescriptor<?, ?> method, Metadata headers) {
    String name = method.getFullMethodName();
    boolean open = name.equals("qdrant.Qdrant/HealthCheck") || name.startsWith("grpc.health.");
    String rejection =
        open ? null : key.rejection(headers.get(API_KEY), headers.get(AUTHORIZATION));
    return rejection == null ? null : Status.UNAUTHENTICATED.withDescription(rejection);
  }

  /** The answer of an operation; its errors as statuses. */
  static <Q, A> A answer(Operation<Q, A> operation, Q request) {
    try {
      return operation.body().apply(request);
    } catch (QdrantError e) {
      throw e.toStatus();
    } catch (CallGate.Unanswered e) {
      throw e;
    } catch (RuntimeException e) {
      log.warn("{} failed", operation.method().getFullMethodName(), e);
      throw Status.INTERNAL.withDescription("Service internal error: " + e).asRuntimeException();
    }
  }
}
