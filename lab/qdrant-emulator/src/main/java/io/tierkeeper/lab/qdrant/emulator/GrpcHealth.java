package io.tierkeeper.lab.qdrant.emulator;

import grpc.health.v1.HealthCheck;
import grpc.health.v1.HealthGrpc;
import io.grpc.stub.StreamObserver;
import io.qdrant.client.grpc.QdrantGrpc;
import io.qdrant.client.grpc.QdrantOuterClass.HealthCheckReply;
import io.qdrant.client.grpc.QdrantOuterClass.HealthCheckRequest;

/** The two health services of one peer, open to everybody. */
final class GrpcHealth {

  private GrpcHealth() {}

  /** Qdrant's own: it tells the version. */
  static final class Version extends QdrantGrpc.QdrantImplBase {
    private final String version;
    private final Answers answers;

    Version(String version, Answers answers) {
      this.version = version;
      this.answers = answers;
    }

    @Override
    public void healthCheck(HealthCheckRequest request, StreamObserver<HealthCheckReply> observer) {
      answers.give(
          observer,
          CallGate.Call.reading("health_check", ""),
          () -> HealthCheckReply.newBuilder()
              .setTitle("qdrant - vector search engine (emulated)")
              .setVersion(version)
              .build());
    }
  }

  /** The one of gRPC. */
  static final class Serving extends HealthGrpc.HealthImplBase {
    private final Answers answers;

    Serving(Answers answers) {
      this.answers = answers;
    }

    @Override
    public void check(
        HealthCheck.HealthCheckRequest request,
        StreamObserver<HealthCheck.HealthCheckResponse> observer) {
      answers.give(
          observer,
          CallGate.Call.reading("grpc_health", ""),
          () -> HealthCheck.HealthCheckResponse.newBuilder()
              .setStatus(HealthCheck.HealthCheckResponse.ServingStatus.SERVING)
              .build());
    }
  }
}
