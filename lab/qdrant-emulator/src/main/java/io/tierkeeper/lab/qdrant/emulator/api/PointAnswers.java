package io.tierkeeper.lab.qdrant.emulator.api;

import com.google.protobuf.Message;
import io.qdrant.client.grpc.JsonWithInt.Value;
import io.qdrant.client.grpc.Points.NamedVectorsOutput;
import io.qdrant.client.grpc.Points.RetrievedPoint;
import io.qdrant.client.grpc.Points.ScoredPoint;
import io.qdrant.client.grpc.Points.Vector;
import io.qdrant.client.grpc.Points.VectorOutput;
import io.qdrant.client.grpc.Points.VectorsOutput;
import io.qdrant.client.grpc.Points.WithPayloadSelector;
import io.qdrant.client.grpc.Points.WithVectorsSelector;
import io.tierkeeper.lab.qdrant.emulator.points.PayloadPath;
import io.tierkeeper.lab.qdrant.emulator.points.QdrantError;
import io.tierkeeper.lab.qdrant.emulator.points.VectorSchema;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Points as they are sent to clients: with the payload fields and vectors that were asked for. */
final class PointAnswers {

  private PointAnswers() {}

  static RetrievedPoint retrieved(
      PointReader.Hit hit,
      boolean payloadByDefault,
      WithPayloadSelector payload,
      WithVectorsSelector vectors) {
    RetrievedPoint.Builder point = RetrievedPoint.newBuilder()
        .setId(hit.point().key().toId())
        .putAllPayload(payload(hit.point().payload(), payloadByDefault, payload));
    vectors(hit.point().vectors(), vectors).ifPresent(point::setVectors);
    Optional.ofNullable(hit.key()).ifPresent(point::setShardKey);
    return point.build();
  }

  /** What replicas are compared by: the point as the request asks for it; a vector that is not a number equals none. */
  static Object compared(PointReader.Hit hit, Message request) {
    RetrievedPoint shown =
        retrieved(hit, true, Requests.withPayload(request), Requests.withVectors(request));
    boolean incomparable = shown.hasVectors()
        && hit.point().vectors().values().stream().anyMatch(VectorSchema::hasNaN);
    return incomparable ? new Object() : shown;
  }

  static ScoredPoint scored(
      PointReader.Hit hit, WithPayloadSelector payload, WithVectorsSelector vectors) {
    ScoredPoint.Builder point = ScoredPoint.newBuilder()
        .setId(hit.point().key().toId())
        .setScore(hit.score())
        .putAllPayload(payload(hit.point().payload(), false, payload));
    vectors(hit.point().vectors(), vectors).ifPresent(point::setVectors);
    Optional.ofNullable(hit.key()).ifPresent(point::setShardKey);
    return point.build();
  }

  private static Map<String, Value> payload(
      Map<String, Value> payload, boolean byDefault, WithPayloadSelector selector) {
    return switch (selector.getSelectorOptionsCase()) {
      case ENABLE -> selector.getEnable() ? payload : Map.of();
      case INCLUDE -> {
        Map<String, Value> kept = new LinkedHashMap<>();
        for (String field : selector.getInclude().getFieldsList()) {
          String top = topLevel(field);
          Value value = payload.get(top);
          if (value != null) {
            kept.put(top, value);
          }
        }
        yield kept;
      }
      case EXCLUDE -> {
        Map<String, Value> kept = payload;
        for (String field : selector.getExclude().getFieldsList()) {
          kept = PayloadPath.parse(field).remove(kept);
        }
        yield kept;
      }
      case SELECTOROPTIONS_NOT_SET -> byDefault ? payload : Map.of();
    };
  }

  private static String topLevel(String field) {
    if (field.contains(".") || field.contains("[")) {
      throw QdrantError.unimplemented("nested paths in with_payload include: " + field);
    }
    return field;
  }

  private static Optional<VectorsOutput> vectors(
      Map<String, Vector> vectors, WithVectorsSelector selector) {
    Set<String> wanted = switch (selector.getSelectorOptionsCase()) {
      case ENABLE -> selector.getEnable() ? vectors.keySet() : Set.of();
      case INCLUDE -> Set.copyOf(selector.getInclude().getNamesList());
      case SELECTOROPTIONS_NOT_SET -> Set.of();
    };
    if (wanted.isEmpty()) {
      return Optional.empty();
    }
    Vector plain = vectors.get(VectorSchema.UNNAMED);
    if (plain != null && wanted.contains(VectorSchema.UNNAMED) && vectors.size() == 1) {
      return Optional.of(VectorsOutput.newBuilder().setVector(output(plain)).build());
    }
    NamedVectorsOutput.Builder named = NamedVectorsOutput.newBuilder();
    vectors.forEach((name, vector) -> {
      if (wanted.contains(name)) {
        named.putVectors(name, output(vector));
      }
    });
    return Optional.of(VectorsOutput.newBuilder().setVectors(named).build());
  }

  private static VectorOutput output(Vector vector) {
    return switch (vector.getVectorCase()) {
      case DENSE -> VectorOutput.newBuilder().setDense(vector.getDense()).build();
      case SPARSE -> VectorOutput.newBuilder().setSparse(vector.getSparse()).build();
      case MULTI_DENSE ->
        VectorOutput.newBuilder().setMultiDense(vector.getMultiDense()).build();
      case DOCUMENT, IMAGE, OBJECT, VECTOR_NOT_SET ->
        throw new IllegalStateException("stored vector of kind " + vector.getVectorCase());
    };
  }
}
