package io.tierkeeper.lab.qdrant.emulator.grpc;

import grpc.health.v1.HealthCheck.HealthCheckResponse;
import grpc.health.v1.HealthGrpc;
import io.grpc.MethodDescriptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import io.qdrant.client.grpc.CollectionsGrpc;
import io.qdrant.client.grpc.PointsGrpc;
import io.qdrant.client.grpc.QdrantGrpc;
import io.qdrant.client.grpc.QdrantOuterClass.HealthCheckReply;
import io.tierkeeper.lab.qdrant.emulator.api.CollectionsApi;
import io.tierkeeper.lab.qdrant.emulator.api.PointsApi;
import io.tierkeeper.lab.qdrant.emulator.calls.ApiKey;
import io.tierkeeper.lab.qdrant.emulator.calls.CallGate;
import io.tierkeeper.lab.qdrant.emulator.points.QdrantError;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The gRPC services of one peer; a method that is not listed here answers UNIMPLEMENTED. */
public final class GrpcServices {

  private static final Logger log = LoggerFactory.getLogger(GrpcServices.class);

  private GrpcServices() {}

  /** The services, all behind the API key except the health checks. */
  public static List<ServerServiceDefinition> of(
      CollectionsApi collections, PointsApi points, CallGate gate, String version, ApiKey key) {
    ApiKeyCheck check = new ApiKeyCheck(key);
    return Stream.of(collections(collections), points(points), version(gate, version), health(gate))
        .map(service -> ServerInterceptors.intercept(service, check))
        .toList();
  }

  private static ServerServiceDefinition collections(CollectionsApi api) {
    return new Methods(CollectionsGrpc.SERVICE_NAME)
        .add(CollectionsGrpc.getListMethod(), api::list)
        .add(CollectionsGrpc.getCollectionExistsMethod(), api::exists)
        .add(CollectionsGrpc.getGetMethod(), api::get)
        .add(CollectionsGrpc.getCreateMethod(), api::create)
        .add(CollectionsGrpc.getUpdateMethod(), api::update)
        .add(CollectionsGrpc.getDeleteMethod(), api::delete)
        .add(CollectionsGrpc.getListShardKeysMethod(), api::listShardKeys)
        .add(CollectionsGrpc.getCreateShardKeyMethod(), api::createShardKey)
        .add(CollectionsGrpc.getDeleteShardKeyMethod(), api::deleteShardKey)
        .add(CollectionsGrpc.getUpdateCollectionClusterSetupMethod(), api::updateClusterSetup)
        .add(CollectionsGrpc.getCollectionClusterInfoMethod(), api::clusterInfo)
        .build();
  }

  private static ServerServiceDefinition points(PointsApi api) {
    return new Methods(PointsGrpc.SERVICE_NAME)
        .add(PointsGrpc.getUpsertMethod(), api::upsert)
        .add(PointsGrpc.getDeleteMethod(), api::delete)
        .add(PointsGrpc.getSetPayloadMethod(), api::setPayload)
        .add(PointsGrpc.getOverwritePayloadMethod(), api::overwritePayload)
        .add(PointsGrpc.getDeletePayloadMethod(), api::deletePayload)
        .add(PointsGrpc.getClearPayloadMethod(), api::clearPayload)
        .add(PointsGrpc.getUpdateVectorsMethod(), api::updateVectors)
        .add(PointsGrpc.getDeleteVectorsMethod(), api::deleteVectors)
        .add(PointsGrpc.getUpdateBatchMethod(), api::updateBatch)
        .add(PointsGrpc.getCreateFieldIndexMethod(), api::createFieldIndex)
        .add(PointsGrpc.getDeleteFieldIndexMethod(), api::deleteFieldIndex)
        .add(PointsGrpc.getScrollMethod(), api::scroll)
        .add(PointsGrpc.getGetMethod(), api::get)
        .add(PointsGrpc.getCountMethod(), api::count)
        .add(PointsGrpc.getFacetMethod(), api::facet)
        .add(PointsGrpc.getQueryMethod(), api::query)
        .add(PointsGrpc.getQueryBatchMethod(), api::queryBatch)
        .add(PointsGrpc.getSearchMethod(), api::search)
        .add(PointsGrpc.getSearchBatchMethod(), api::searchBatch)
        .build();
  }

  private static ServerServiceDefinition version(CallGate gate, String version) {
    HealthCheckReply reply = HealthCheckReply.newBuilder()
        .setTitle("qdrant - vector search engine (emulated)")
        .setVersion(version)
        .build();
    return new Methods(QdrantGrpc.SERVICE_NAME)
        .add(
            QdrantGrpc.getHealthCheckMethod(),
            request -> gate.read("health_check", "", () -> reply))
        .build();
  }

  private static ServerServiceDefinition health(CallGate gate) {
    HealthCheckResponse serving = HealthCheckResponse.newBuilder()
        .setStatus(HealthCheckResponse.ServingStatus.SERVING)
        .build();
    return new Methods(HealthGrpc.SERVICE_NAME)
        .add(HealthGrpc.getCheckMethod(), request -> gate.read("grpc_health", "", () -> serving))
        .build();
  }

  /** Collects the unary methods of one service. */
  private static final class Methods {

    private final ServerServiceDefinition.Builder service;

    Methods(String name) {
      service = ServerServiceDefinition.builder(name);
    }

    <Q, A> Methods add(MethodDescriptor<Q, A> method, Function<Q, A> api) {
      service.addMethod(
          method,
          ServerCalls.asyncUnaryCall(
              (request, observer) -> answer(method.getFullMethodName(), api, request, observer)));
      return this;
    }

    ServerServiceDefinition build() {
      return service.build();
    }
  }

  private static <Q, A> void answer(
      String method, Function<Q, A> api, Q request, StreamObserver<A> observer) {
    A answer;
    try {
      answer = api.apply(request);
    } catch (QdrantError e) {
      observer.onError(e.toStatus());
      return;
    } catch (CallGate.Unanswered e) {
      log.debug("{} is left without an answer", method);
      return;
    } catch (RuntimeException e) {
      log.warn("{} failed", method, e);
      observer.onError(
          Status.INTERNAL.withDescription("Service internal error: " + e).asRuntimeException());
      return;
    }
    observer.onNext(answer);
    observer.onCompleted();
  }
}
