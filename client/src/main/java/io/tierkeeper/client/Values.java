package io.tierkeeper.client;

import io.qdrant.client.grpc.JsonWithInt.ListValue;
import io.qdrant.client.grpc.JsonWithInt.NullValue;
import io.qdrant.client.grpc.JsonWithInt.Struct;
import io.qdrant.client.grpc.JsonWithInt.Value;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Payloads as plain Java values and as Qdrant's messages. */
final class Values {

  private Values() {}

  static Map<String, Value> of(Map<String, ?> payload) {
    Map<String, Value> values = new LinkedHashMap<>();
    payload.forEach((field, value) -> {
      Texts.utf8("a payload field", field);
      values.put(field, of(field, value));
    });
    return values;
  }

  static Value text(String text) {
    return Value.newBuilder().setStringValue(text).build();
  }

  static Value number(long number) {
    return Value.newBuilder().setIntegerValue(number).build();
  }

  private static Value of(String field, @Nullable Object value) {
    Value.Builder built = Value.newBuilder();
    if (value == null) {
      return built.setNullValue(NullValue.NULL_VALUE).build();
    }
    if (value instanceof String text) {
      Texts.utf8("payload field " + field, text);
      return built.setStringValue(text).build();
    }
    if (value instanceof Boolean flag) {
      return built.setBoolValue(flag).build();
    }
    if (value instanceof Double || value instanceof Float) {
      double number = ((Number) value).doubleValue();
      if (!Double.isFinite(number)) {
        throw new TenantClientException.InvalidRequest(
            "payload field " + field + " is " + number + "; JSON has finite numbers only", null);
      }
      return built.setDoubleValue(number).build();
    }
    if (value instanceof Long
        || value instanceof Integer
        || value instanceof Short
        || value instanceof Byte) {
      return built.setIntegerValue(((Number) value).longValue()).build();
    }
    if (value instanceof Collection<?> items) {
      ListValue.Builder list = ListValue.newBuilder();
      items.forEach(item -> list.addValues(of(field, item)));
      return built.setListValue(list).build();
    }
    if (value instanceof Map<?, ?> members) {
      Struct.Builder struct = Struct.newBuilder();
      members.forEach((name, member) -> {
        Texts.utf8("a member of payload field " + field, String.valueOf(name));
        struct.putFields(String.valueOf(name), of(field, member));
      });
      return built.setStructValue(struct).build();
    }
    throw new TenantClientException.InvalidRequest(
        "payload field " + field + " is a " + value.getClass().getName()
            + "; allowed: String, Boolean, Long, Integer, Short, Byte, Double, Float, Collection, Map, null",
        null);
  }

  static Map<String, @Nullable Object> plain(Map<String, Value> values) {
    Map<String, @Nullable Object> payload = new LinkedHashMap<>();
    values.forEach((field, value) -> payload.put(field, plain(value)));
    return payload;
  }

  private static @Nullable Object plain(Value value) {
    switch (value.getKindCase()) {
      case STRING_VALUE:
        return value.getStringValue();
      case BOOL_VALUE:
        return value.getBoolValue();
      case INTEGER_VALUE:
        return value.getIntegerValue();
      case DOUBLE_VALUE:
        return value.getDoubleValue();
      case LIST_VALUE:
        List<@Nullable Object> items = new ArrayList<>();
        value.getListValue().getValuesList().forEach(item -> items.add(plain(item)));
        return items;
      case STRUCT_VALUE:
        return plain(value.getStructValue().getFieldsMap());
      case NULL_VALUE:
      case KIND_NOT_SET:
      default:
        return null;
    }
  }
}
