package io.tierkeeper.qdrant.grpc;

import io.qdrant.client.grpc.Common;
import io.qdrant.client.grpc.JsonWithInt;
import io.qdrant.client.grpc.Points;
import io.tierkeeper.qdrant.Point;
import io.tierkeeper.qdrant.PointId;
import io.tierkeeper.qdrant.PointVector;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Converts points, their ids, payloads and vectors between the port and the wire, without loss either way. */
final class PointMapper {
  private PointMapper() {}

  static Common.PointId toWire(PointId id) {
    return switch (id) {
      case PointId.Num num -> Common.PointId.newBuilder().setNum(num.value()).build();
      case PointId.Uuid uuid ->
        Common.PointId.newBuilder().setUuid(uuid.value().toString()).build();
    };
  }

  static PointId fromWire(Common.PointId id) {
    return switch (id.getPointIdOptionsCase()) {
      case NUM -> PointId.of(id.getNum());
      case UUID -> PointId.of(UUID.fromString(id.getUuid()));
      case POINTIDOPTIONS_NOT_SET ->
        throw new IllegalArgumentException("a point without id in the answer");
    };
  }

  static Points.PointStruct toWire(Point point) {
    // A point without vectors says so by an empty map of names; the server refuses one that says
    // nothing.
    return Points.PointStruct.newBuilder()
        .setId(toWire(point.id()))
        .putAllPayload(payloadToWire(point.payload()))
        .setVectors(vectorsToWire(point.vectors()))
        .build();
  }

  static Point fromWire(Points.RetrievedPoint wire) {
    return new Point(
        fromWire(wire.getId()),
        payloadFromWire(wire.getPayloadMap()),
        vectorsFromWire(wire.getVectors()));
  }

  static Map<String, JsonWithInt.Value> payloadToWire(Map<String, @Nullable Object> payload) {
    Map<String, JsonWithInt.Value> wire = new LinkedHashMap<>();
    payload.forEach((key, value) -> wire.put(key, valueToWire(key, value)));
    return wire;
  }

  static Map<String, Object> payloadFromWire(Map<String, JsonWithInt.Value> wire) {
    Map<String, Object> payload = new LinkedHashMap<>();
    wire.forEach((key, value) -> payload.put(key, valueFromWire(value)));
    return Collections.unmodifiableMap(payload);
  }

  private static JsonWithInt.Value valueToWire(String path, @Nullable Object value) {
    JsonWithInt.Value.Builder wire = JsonWithInt.Value.newBuilder();
    switch (value) {
      case null -> wire.setNullValue(JsonWithInt.NullValue.NULL_VALUE);
      case String text -> wire.setStringValue(text);
      case Boolean flag -> wire.setBoolValue(flag);
      case Long number -> wire.setIntegerValue(number);
      case Integer number -> wire.setIntegerValue(number);
      case Double number -> wire.setDoubleValue(finite(path, number));
      case Float number -> wire.setDoubleValue(finite(path, number));
      case List<?> list -> {
        JsonWithInt.ListValue.Builder items = JsonWithInt.ListValue.newBuilder();
        for (int i = 0; i < list.size(); i++) {
          items.addValues(valueToWire(path + "[" + i + "]", list.get(i)));
        }
        wire.setListValue(items);
      }
      case Map<?, ?> map -> {
        JsonWithInt.Struct.Builder fields = JsonWithInt.Struct.newBuilder();
        map.forEach((key, item) -> {
          if (!(key instanceof String name)) {
            throw new IllegalArgumentException(
                "payload field " + path + " has a key " + key + " that is not a String");
          }
          fields.putFields(name, valueToWire(path + "." + name, item));
        });
        wire.setStructValue(fields);
      }
      default ->
        throw new IllegalArgumentException("payload field "
            + path
            + " is a "
            + value.getClass().getName()
            + "; allowed are String, Long, Double, Boolean, List, Map and null");
    }
    return wire.build();
  }

  private static double finite(String path, double number) {
    if (!Double.isFinite(number)) {
      throw new IllegalArgumentException(
          "payload field " + path + " is " + number + "; allowed are finite numbers");
    }
    return number;
  }

  private static @Nullable Object valueFromWire(JsonWithInt.Value wire) {
    return switch (wire.getKindCase()) {
      case NULL_VALUE, KIND_NOT_SET -> null;
      case DOUBLE_VALUE -> wire.getDoubleValue();
      case INTEGER_VALUE -> wire.getIntegerValue();
      case STRING_VALUE -> wire.getStringValue();
      case BOOL_VALUE -> wire.getBoolValue();
      case STRUCT_VALUE -> payloadFromWire(wire.getStructValue().getFieldsMap());
      case LIST_VALUE -> {
        List<@Nullable Object> items = new ArrayList<>();
        wire.getListValue().getValuesList().forEach(item -> items.add(valueFromWire(item)));
        yield Collections.unmodifiableList(items);
      }
    };
  }

  static Points.Vectors vectorsToWire(Map<String, PointVector> vectors) {
    PointVector unnamed = vectors.get("");
    if (unnamed != null && vectors.size() == 1) {
      return Points.Vectors.newBuilder().setVector(vectorToWire(unnamed)).build();
    }
    Points.NamedVectors.Builder named = Points.NamedVectors.newBuilder();
    vectors.forEach((name, vector) -> named.putVectors(name, vectorToWire(vector)));
    return Points.Vectors.newBuilder().setVectors(named).build();
  }

  private static Points.Vector vectorToWire(PointVector vector) {
    return switch (vector) {
      case PointVector.Dense dense ->
        Points.Vector.newBuilder().setDense(denseToWire(dense.values())).build();
      case PointVector.Sparse sparse -> {
        Points.SparseVector.Builder wire = Points.SparseVector.newBuilder();
        for (int index : sparse.indices()) {
          wire.addIndices(index);
        }
        for (float value : sparse.values()) {
          wire.addValues(value);
        }
        yield Points.Vector.newBuilder().setSparse(wire).build();
      }
      case PointVector.MultiDense multi -> {
        Points.MultiDenseVector.Builder wire = Points.MultiDenseVector.newBuilder();
        for (float[] row : multi.rows()) {
          wire.addVectors(denseToWire(row));
        }
        yield Points.Vector.newBuilder().setMultiDense(wire).build();
      }
    };
  }

  static Points.DenseVector denseToWire(float[] values) {
    Points.DenseVector.Builder wire = Points.DenseVector.newBuilder();
    for (float value : values) {
      wire.addData(value);
    }
    return wire.build();
  }

  private static Map<String, PointVector> vectorsFromWire(Points.VectorsOutput wire) {
    return switch (wire.getVectorsOptionsCase()) {
      case VECTOR -> Map.of("", vectorFromWire(wire.getVector()));
      case VECTORS -> {
        Map<String, PointVector> named = new LinkedHashMap<>();
        wire.getVectors()
            .getVectorsMap()
            .forEach((name, vector) -> named.put(name, vectorFromWire(vector)));
        yield Collections.unmodifiableMap(named);
      }
      case VECTORSOPTIONS_NOT_SET -> Map.of();
    };
  }

  private static PointVector vectorFromWire(Points.VectorOutput wire) {
    return switch (wire.getVectorCase()) {
      case DENSE -> new PointVector.Dense(floats(wire.getDense().getDataList()));
      case SPARSE ->
        new PointVector.Sparse(
            wire.getSparse().getIndicesList().stream()
                .mapToInt(Integer::intValue)
                .toArray(),
            floats(wire.getSparse().getValuesList()));
      case MULTI_DENSE ->
        new PointVector.MultiDense(wire.getMultiDense().getVectorsList().stream()
            .map(row -> floats(row.getDataList()))
            .toArray(float[][]::new));
      case VECTOR_NOT_SET -> flatVectorFromWire(wire);
    };
  }

  // The older encoding, which a server may still send, keeps all kinds in one flat list.
  @SuppressWarnings("deprecation")
  private static PointVector flatVectorFromWire(Points.VectorOutput wire) {
    float[] flat = floats(wire.getDataList());
    if (wire.hasIndices()) {
      return new PointVector.Sparse(
          wire.getIndices().getDataList().stream().mapToInt(Integer::intValue).toArray(), flat);
    }
    if (wire.hasVectorsCount() && wire.getVectorsCount() > 0) {
      int size = flat.length / wire.getVectorsCount();
      float[][] rows = new float[wire.getVectorsCount()][size];
      for (int row = 0; row < rows.length; row++) {
        System.arraycopy(flat, row * size, rows[row], 0, size);
      }
      return new PointVector.MultiDense(rows);
    }
    return new PointVector.Dense(flat);
  }

  private static float[] floats(List<Float> values) {
    float[] floats = new float[values.size()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = values.get(i);
    }
    return floats;
  }
}
