package io.tierkeeper.lab.qdrant.emulator.api;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.qdrant.client.grpc.Common.Filter;
import io.qdrant.client.grpc.Points.PointsUpdateOperation;
import io.qdrant.client.grpc.Points.ReadConsistency;
import io.qdrant.client.grpc.Points.ShardKeySelector;
import io.qdrant.client.grpc.Points.WithPayloadSelector;
import io.qdrant.client.grpc.Points.WithVectorsSelector;
import io.tierkeeper.lab.qdrant.emulator.cluster.Transfer;
import io.tierkeeper.lab.qdrant.emulator.points.QdrantError;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The fields that many request messages have under the same name. */
final class Requests {

  private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(10);

  private Requests() {}

  /** The collection that a request is about; empty where it is about none. */
  static String collection(Message request) {
    FieldDescriptor field = request.getDescriptorForType().findFieldByName("collection_name");
    return field == null ? "" : (String) request.getField(field);
  }

  /** The same request for another collection. */
  static Message withCollection(Message request, String collection) {
    return request.toBuilder()
        .setField(field(request, "collection_name"), collection)
        .build();
  }

  static boolean waits(Message request) {
    return (Boolean) request.getField(field(request, "wait"));
  }

  /** How long a change waits for consensus. */
  static Duration timeout(Message request) {
    FieldDescriptor field = field(request, "timeout");
    long seconds = request.hasField(field) ? ((Number) request.getField(field)).longValue() : 0;
    return seconds > 0 ? Duration.ofSeconds(seconds) : DEFAULT_TIMEOUT;
  }

  static @Nullable Filter filter(Message request) {
    FieldDescriptor field = request.getDescriptorForType().findFieldByName("filter");
    return field != null && request.hasField(field) ? (Filter) request.getField(field) : null;
  }

  /** How many replicas of a shard must agree on what is read; nothing where the request does not say. */
  static ReadConsistency consistency(Message request) {
    FieldDescriptor field = request.getDescriptorForType().findFieldByName("read_consistency");
    if (field == null || !request.hasField(field)) {
      return ReadConsistency.getDefaultInstance();
    }
    ReadConsistency consistency = (ReadConsistency) request.getField(field);
    if (consistency.getValueCase() == ReadConsistency.ValueCase.VALUE_NOT_SET) {
      throw QdrantError.validation(
          "invalid read consistency message: `ReadConsistency::value` field is `None`");
    }
    return consistency;
  }

  /** What of the payload a request asks for. */
  static WithPayloadSelector withPayload(Message request) {
    FieldDescriptor field = request.getDescriptorForType().findFieldByName("with_payload");
    return field == null
        ? WithPayloadSelector.getDefaultInstance()
        : (WithPayloadSelector) request.getField(field);
  }

  /** Which vectors a request asks for. */
  static WithVectorsSelector withVectors(Message request) {
    FieldDescriptor field = request.getDescriptorForType().findFieldByName("with_vectors");
    return field == null
        ? WithVectorsSelector.getDefaultInstance()
        : (WithVectorsSelector) request.getField(field);
  }

  static @Nullable ShardKeySelector selector(Message request) {
    FieldDescriptor field = field(request, "shard_key_selector");
    return request.hasField(field) ? (ShardKeySelector) request.getField(field) : null;
  }

  /** The selector inside an operation of a batch; the deprecated operations have none. */
  static @Nullable ShardKeySelector selector(PointsUpdateOperation operation) {
    for (Object inner : operation.getAllFields().values()) {
      if (inner instanceof Message message
          && message.getDescriptorForType().findFieldByName("shard_key_selector") != null) {
        ShardKeySelector selector = selector(message);
        return selector == null || selector.getShardKeysCount() == 0 ? null : selector;
      }
    }
    return null;
  }

  /** The operation of this name, with all fields that the request has under the same names. */
  static PointsUpdateOperation operation(String name, Message request) {
    PointsUpdateOperation.Builder operation = PointsUpdateOperation.newBuilder();
    FieldDescriptor field = PointsUpdateOperation.getDescriptor().findFieldByName(name);
    return operation
        .setField(field, copy(request, operation.newBuilderForField(field)).build())
        .build();
  }

  /** Sets all fields of a builder that the message has under the same names. */
  static <B extends Message.Builder> B copy(Message from, B to) {
    from.getAllFields().forEach((given, value) -> {
      FieldDescriptor own = to.getDescriptorForType().findFieldByName(given.getName());
      if (own != null) {
        to.setField(own, value);
      }
    });
    return to;
  }

  /** What names the transfer that an operation starts, restarts or aborts. */
  static Transfer.Key transferKey(Message operation) {
    FieldDescriptor target = field(operation, "to_shard_id");
    return new Transfer.Key(
        (int) operation.getField(field(operation, "shard_id")),
        operation.hasField(target) ? (Integer) operation.getField(target) : null,
        (long) operation.getField(field(operation, "from_peer_id")),
        (long) operation.getField(field(operation, "to_peer_id")));
  }

  private static FieldDescriptor field(Message request, String name) {
    FieldDescriptor field = request.getDescriptorForType().findFieldByName(name);
    if (field == null) {
      throw new IllegalArgumentException(
          request.getDescriptorForType().getName() + " has no field " + name);
    }
    return field;
  }
}
