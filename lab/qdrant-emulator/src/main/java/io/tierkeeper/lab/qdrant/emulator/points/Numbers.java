package io.tierkeeper.lab.qdrant.emulator.points;

import com.google.protobuf.UnknownFieldSet;
import io.qdrant.client.grpc.JsonWithInt.ListValue;
import io.qdrant.client.grpc.JsonWithInt.Struct;
import io.qdrant.client.grpc.JsonWithInt.Value;
import io.qdrant.client.grpc.Points.PointStruct;
import io.qdrant.client.grpc.Points.PointsUpdateOperation;
import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Numbers of payloads. JSON has integers of 64 bits without a sign, gRPC those with one: an integer above 2^63 - 1 is exact
 * over REST and becomes a double over gRPC, also where peers speak with each other. Such a {@link Value} is a double here that
 * carries the exact integer in a field that clients of gRPC do not know.
 */
public final class Numbers {

  private static final int EXACT = 1000;
  private static final BigInteger LARGEST =
      BigInteger.ONE.shiftLeft(Long.SIZE).subtract(BigInteger.ONE);

  private Numbers() {}

  /** An integer; one that has more than 64 bits is a double, as JSON is read by the engine. */
  public static Value integer(BigInteger number) {
    if (number.bitLength() < Long.SIZE) {
      return Value.newBuilder().setIntegerValue(number.longValue()).build();
    }
    Value.Builder rounded = Value.newBuilder().setDoubleValue(number.doubleValue());
    if (number.signum() > 0 && number.compareTo(LARGEST) <= 0) {
      rounded.setUnknownFields(UnknownFieldSet.newBuilder()
          .addField(
              EXACT,
              UnknownFieldSet.Field.newBuilder().addFixed64(number.longValue()).build())
          .build());
    }
    return rounded.build();
  }

  /** The exact integer that a double stands for; null where it is only a double. */
  public static @Nullable BigInteger exact(Value value) {
    return value.getUnknownFields().hasField(EXACT)
        ? new BigInteger(Long.toUnsignedString(
            value.getUnknownFields().getField(EXACT).getFixed64List().getFirst()))
        : null;
  }

  /** An operation as another peer receives it: without exact integers above 2^63 - 1. */
  public static PointsUpdateOperation rounded(PointsUpdateOperation operation) {
    return switch (operation.getOperationCase()) {
      case UPSERT -> {
        List<PointStruct> points = operation.getUpsert().getPointsList();
        if (points.stream().allMatch(p -> rounded(p.getPayloadMap()) == p.getPayloadMap())) {
          yield operation;
        }
        PointsUpdateOperation.Builder copy = operation.toBuilder();
        copy.getUpsertBuilder()
            .getPointsBuilderList()
            .forEach(point -> point.putAllPayload(rounded(point.getPayloadMap())));
        yield copy.build();
      }
      case SET_PAYLOAD -> {
        Map<String, Value> payload = operation.getSetPayload().getPayloadMap();
        yield operation.toBuilder()
            .setSetPayload(operation.getSetPayload().toBuilder().putAllPayload(rounded(payload)))
            .build();
      }
      case OVERWRITE_PAYLOAD -> {
        Map<String, Value> payload = operation.getOverwritePayload().getPayloadMap();
        yield operation.toBuilder()
            .setOverwritePayload(
                operation.getOverwritePayload().toBuilder().putAllPayload(rounded(payload)))
            .build();
      }
      default -> operation;
    };
  }

  /** A point as another peer sends it. */
  public static StoredPoint rounded(StoredPoint point) {
    Map<String, Value> payload = rounded(point.payload());
    return payload == point.payload()
        ? point
        : new StoredPoint(point.key(), payload, point.vectors());
  }

  /** The same map where nothing in it is exact. */
  private static Map<String, Value> rounded(Map<String, Value> payload) {
    Map<String, Value> changed = null;
    for (Map.Entry<String, Value> field : payload.entrySet()) {
      Value rounded = rounded(field.getValue());
      if (rounded != field.getValue()) {
        changed = changed == null ? new LinkedHashMap<>(payload) : changed;
        changed.put(field.getKey(), rounded);
      }
    }
    return changed == null ? payload : changed;
  }

  private static Value rounded(Value value) {
    return switch (value.getKindCase()) {
      case DOUBLE_VALUE ->
        value.getUnknownFields().hasField(EXACT)
            ? Value.newBuilder().setDoubleValue(value.getDoubleValue()).build()
            : value;
      case LIST_VALUE -> {
        ListValue.Builder list = ListValue.newBuilder();
        boolean changed = false;
        for (Value item : value.getListValue().getValuesList()) {
          Value rounded = rounded(item);
          changed |= rounded != item;
          list.addValues(rounded);
        }
        yield changed ? Value.newBuilder().setListValue(list).build() : value;
      }
      case STRUCT_VALUE -> {
        Map<String, Value> fields = value.getStructValue().getFieldsMap();
        Map<String, Value> rounded = rounded(fields);
        yield rounded == fields
            ? value
            : Value.newBuilder()
                .setStructValue(Struct.newBuilder().putAllFields(rounded))
                .build();
      }
      case STRING_VALUE, BOOL_VALUE, INTEGER_VALUE, NULL_VALUE, KIND_NOT_SET -> value;
    };
  }

  /** JSON has neither infinite numbers nor such that are none. */
  public static void requireFinite(Map<String, Value> payload) {
    payload.values().forEach(Numbers::requireFinite);
  }

  private static void requireFinite(Value value) {
    switch (value.getKindCase()) {
      case DOUBLE_VALUE -> {
        if (!Double.isFinite(value.getDoubleValue())) {
          throw QdrantError.validation("cannot convert to json number");
        }
      }
      case LIST_VALUE -> value.getListValue().getValuesList().forEach(Numbers::requireFinite);
      case STRUCT_VALUE -> requireFinite(value.getStructValue().getFieldsMap());
      case STRING_VALUE, BOOL_VALUE, INTEGER_VALUE, NULL_VALUE, KIND_NOT_SET -> {
        // Nothing to check.
      }
    }
  }
}
