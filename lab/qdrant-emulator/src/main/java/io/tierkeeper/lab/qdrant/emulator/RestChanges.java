package io.tierkeeper.lab.qdrant.emulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.qdrant.client.grpc.Collections.AbortShardTransfer;
import io.qdrant.client.grpc.Collections.DeleteShardKey;
import io.qdrant.client.grpc.Collections.DeleteShardKeyRequest;
import io.qdrant.client.grpc.Collections.DeleteShardKeyResponse;
import io.qdrant.client.grpc.Collections.Replica;
import io.qdrant.client.grpc.Collections.ShardKey;
import io.qdrant.client.grpc.Collections.UpdateCollectionClusterSetupRequest;
import io.qdrant.client.grpc.Collections.UpdateCollectionClusterSetupResponse;
import io.qdrant.client.grpc.Common.PointId;
import io.qdrant.client.grpc.JsonWithInt;
import io.qdrant.client.grpc.Points.DeletePoints;
import io.qdrant.client.grpc.Points.DenseVector;
import io.qdrant.client.grpc.Points.GetPoints;
import io.qdrant.client.grpc.Points.GetResponse;
import io.qdrant.client.grpc.Points.NamedVectors;
import io.qdrant.client.grpc.Points.PointStruct;
import io.qdrant.client.grpc.Points.PointsIdsList;
import io.qdrant.client.grpc.Points.PointsOperationResponse;
import io.qdrant.client.grpc.Points.PointsSelector;
import io.qdrant.client.grpc.Points.RetrievedPoint;
import io.qdrant.client.grpc.Points.ShardKeySelector;
import io.qdrant.client.grpc.Points.UpdateMode;
import io.qdrant.client.grpc.Points.UpsertPoints;
import io.qdrant.client.grpc.Points.Vector;
import io.qdrant.client.grpc.Points.VectorOutput;
import io.qdrant.client.grpc.Points.Vectors;
import io.qdrant.client.grpc.Points.WithPayloadSelector;
import io.qdrant.client.grpc.Points.WithVectorsSelector;
import java.io.IOException;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The REST paths that people use by hand: points by id, dropping a shard key, aborting a transfer, dropping a replica.
 * Each is answered by the gRPC service of the same peer; dense vectors only.
 */
final class RestChanges {

  private static final Pattern PATH =
      Pattern.compile("/collections/([^/]+)/(points|points/delete|shards/delete|cluster)");

  private final GrpcPoints points;
  private final GrpcCollections collections;
  private final ObjectMapper json;

  RestChanges(PeerNode node, CallGate gate, ObjectMapper json) {
    Answers answers = new Answers(gate);
    this.points = new GrpcPoints(node, answers);
    this.collections = new GrpcCollections(node, answers);
    this.json = json;
  }

  static boolean knows(String method, String path) {
    return !method.equals("GET") && PATH.matcher(path).matches();
  }

  /** The result of a call; refusals are the engine's. */
  JsonNode answer(String method, String path, byte[] body) {
    Matcher matcher = PATH.matcher(path);
    if (!matcher.matches()) {
      throw QdrantError.unimplemented(method + " " + path);
    }
    String collection = RestApi.decode(matcher.group(1));
    JsonNode request = parse(body);
    return switch (method + " " + matcher.group(2)) {
      case "POST points" -> retrieve(collection, request);
      case "PUT points" -> upsert(collection, request);
      case "POST points/delete" -> delete(collection, request);
      case "POST shards/delete" -> {
        DeleteShardKeyRequest drop = DeleteShardKeyRequest.newBuilder()
            .setCollectionName(collection)
            .setRequest(DeleteShardKey.newBuilder().setShardKey(key(request.path("shard_key"))))
            .build();
        DeleteShardKeyResponse dropped = call(into -> collections.deleteShardKey(drop, into));
        yield json.getNodeFactory().booleanNode(dropped.getResult());
      }
      case "POST cluster" -> {
        UpdateCollectionClusterSetupRequest change = setup(collection, request);
        UpdateCollectionClusterSetupResponse done =
            call(into -> collections.updateCollectionClusterSetup(change, into));
        yield json.getNodeFactory().booleanNode(done.getResult());
      }
      default -> throw QdrantError.unimplemented(method + " " + path);
    };
  }

  private static UpdateCollectionClusterSetupRequest setup(String collection, JsonNode request) {
    UpdateCollectionClusterSetupRequest.Builder change =
        UpdateCollectionClusterSetupRequest.newBuilder().setCollectionName(collection);
    JsonNode abort = request.path("abort_transfer");
    JsonNode drop = request.path("drop_replica");
    if (abort.isObject()) {
      AbortShardTransfer.Builder transfer = AbortShardTransfer.newBuilder()
          .setShardId(abort.path("shard_id").intValue())
          .setFromPeerId(abort.path("from_peer_id").longValue())
          .setToPeerId(abort.path("to_peer_id").longValue());
      if (abort.hasNonNull("to_shard_id")) {
        transfer.setToShardId(abort.path("to_shard_id").intValue());
      }
      return change.setAbortTransfer(transfer).build();
    }
    if (drop.isObject()) {
      return change
          .setDropReplica(Replica.newBuilder()
              .setShardId(drop.path("shard_id").intValue())
              .setPeerId(drop.path("peer_id").longValue()))
          .build();
    }
    throw QdrantError.unimplemented("the cluster operation " + request);
  }

  private JsonNode retrieve(String collection, JsonNode request) {
    GetPoints.Builder get = GetPoints.newBuilder()
        .setCollectionName(collection)
        .setWithPayload(WithPayloadSelector.newBuilder()
            .setEnable(request.path("with_payload").asBoolean(true)))
        .setWithVectors(WithVectorsSelector.newBuilder()
            .setEnable(request.path("with_vector").asBoolean(false)));
    request.path("ids").forEach(id -> get.addIds(id(id)));
    if (request.hasNonNull("shard_key")) {
      get.setShardKeySelector(selector(request));
    }
    GetResponse found = call(into -> points.get(get.build(), into));
    ArrayNode result = json.createArrayNode();
    found.getResultList().forEach(point -> result.add(view(point)));
    return result;
  }

  private JsonNode upsert(String collection, JsonNode request) {
    UpsertPoints.Builder upsert =
        UpsertPoints.newBuilder().setCollectionName(collection).setWait(true);
    request.path("points").forEach(point -> upsert.addPoints(point(point)));
    if (request.hasNonNull("shard_key")) {
      upsert.setShardKeySelector(selector(request));
    }
    if (request.hasNonNull("update_mode")) {
      upsert.setUpdateMode(
          switch (request.path("update_mode").asText()) {
            case "upsert" -> UpdateMode.Upsert;
            case "insert_only" -> UpdateMode.InsertOnly;
            case "update_only" -> UpdateMode.UpdateOnly;
            default ->
              throw QdrantError.badRequest(
                  "Json deserialize error: unknown variant " + request.path("update_mode"));
          });
    }
    return done(call(into -> points.upsert(upsert.build(), into)));
  }

  private JsonNode delete(String collection, JsonNode request) {
    PointsIdsList.Builder ids = PointsIdsList.newBuilder();
    request.path("points").forEach(id -> ids.addIds(id(id)));
    DeletePoints.Builder delete = DeletePoints.newBuilder()
        .setCollectionName(collection)
        .setWait(true)
        .setPoints(PointsSelector.newBuilder().setPoints(ids));
    if (request.hasNonNull("shard_key")) {
      delete.setShardKeySelector(selector(request));
    }
    return done(call(into -> points.delete(delete.build(), into)));
  }

  private ObjectNode done(PointsOperationResponse answer) {
    return json.createObjectNode()
        .put("operation_id", answer.getResult().getOperationId())
        .put("status", "completed");
  }

  // ---- to the wire and back

  private static ShardKeySelector.Builder selector(JsonNode request) {
    return ShardKeySelector.newBuilder().addShardKeys(key(request.path("shard_key")));
  }

  private static ShardKey key(JsonNode key) {
    return key.isTextual()
        ? ShardKey.newBuilder().setKeyword(key.textValue()).build()
        : ShardKey.newBuilder().setNumber(key.longValue()).build();
  }

  private static PointId id(JsonNode id) {
    return id.isTextual()
        ? PointId.newBuilder().setUuid(id.textValue()).build()
        : PointId.newBuilder().setNum(id.longValue()).build();
  }

  private static PointStruct point(JsonNode point) {
    PointStruct.Builder struct = PointStruct.newBuilder().setId(id(point.path("id")));
    point
        .path("payload")
        .properties()
        .forEach(field -> struct.putPayload(field.getKey(), value(field.getValue())));
    JsonNode vector = point.path("vector");
    if (vector.isArray()) {
      struct.setVectors(Vectors.newBuilder().setVector(vector(vector)));
    } else if (!vector.isEmpty()) {
      NamedVectors.Builder named = NamedVectors.newBuilder();
      vector.properties().forEach(each -> named.putVectors(each.getKey(), vector(each.getValue())));
      struct.setVectors(Vectors.newBuilder().setVectors(named));
    }
    return struct.build();
  }

  private static Vector vector(JsonNode values) {
    DenseVector.Builder dense = DenseVector.newBuilder();
    values.forEach(value -> dense.addData(value.floatValue()));
    return Vector.newBuilder().setDense(dense).build();
  }

  private static JsonWithInt.Value value(JsonNode value) {
    JsonWithInt.Value.Builder wire = JsonWithInt.Value.newBuilder();
    switch (value.getNodeType()) {
      case STRING -> wire.setStringValue(value.textValue());
      case BOOLEAN -> wire.setBoolValue(value.booleanValue());
      case NUMBER -> {
        if (value.isIntegralNumber()) {
          wire.setIntegerValue(value.longValue());
        } else {
          wire.setDoubleValue(value.doubleValue());
        }
      }
      case ARRAY -> {
        JsonWithInt.ListValue.Builder items = JsonWithInt.ListValue.newBuilder();
        value.forEach(item -> items.addValues(value(item)));
        wire.setListValue(items);
      }
      case OBJECT -> {
        JsonWithInt.Struct.Builder fields = JsonWithInt.Struct.newBuilder();
        value
            .properties()
            .forEach(field -> fields.putFields(field.getKey(), value(field.getValue())));
        wire.setStructValue(fields);
      }
      case NULL, MISSING, BINARY, POJO -> wire.setNullValue(JsonWithInt.NullValue.NULL_VALUE);
    }
    return wire.build();
  }

  private ObjectNode view(RetrievedPoint point) {
    ObjectNode view = json.createObjectNode();
    if (point.getId().hasUuid()) {
      view.put("id", point.getId().getUuid());
    } else {
      view.put("id", point.getId().getNum());
    }
    ObjectNode payload = view.putObject("payload");
    point.getPayloadMap().forEach((name, value) -> payload.set(name, json(value)));
    if (point.getVectors().hasVector()) {
      view.set("vector", json(point.getVectors().getVector()));
    } else if (point.getVectors().hasVectors()) {
      ObjectNode named = view.putObject("vector");
      point
          .getVectors()
          .getVectors()
          .getVectorsMap()
          .forEach((name, vector) -> named.set(name, json(vector)));
    }
    return view;
  }

  private ArrayNode json(VectorOutput vector) {
    ArrayNode values = json.createArrayNode();
    vector.getDense().getDataList().forEach(values::add);
    return values;
  }

  private JsonNode json(JsonWithInt.Value value) {
    JsonNodeFactory nodes = json.getNodeFactory();
    return switch (value.getKindCase()) {
      case STRING_VALUE -> nodes.textNode(value.getStringValue());
      case BOOL_VALUE -> nodes.booleanNode(value.getBoolValue());
      case INTEGER_VALUE -> nodes.numberNode(value.getIntegerValue());
      case DOUBLE_VALUE -> nodes.numberNode(value.getDoubleValue());
      case LIST_VALUE -> {
        ArrayNode items = nodes.arrayNode();
        value.getListValue().getValuesList().forEach(item -> items.add(json(item)));
        yield items;
      }
      case STRUCT_VALUE -> {
        ObjectNode fields = nodes.objectNode();
        value
            .getStructValue()
            .getFieldsMap()
            .forEach((name, field) -> fields.set(name, json(field)));
        yield fields;
      }
      case NULL_VALUE, KIND_NOT_SET -> nodes.nullNode();
    };
  }

  private JsonNode parse(byte[] body) {
    try {
      return json.readTree(body);
    } catch (IOException e) {
      throw QdrantError.badRequest("Json deserialize error: " + e.getMessage());
    }
  }

  /** What the service answers; it does so before it returns, or never. */
  private static <T> T call(Consumer<StreamObserver<T>> service) {
    Caught<T> caught = new Caught<>();
    service.accept(caught);
    if (caught.fault != null) {
      if (Status.fromThrowable(caught.fault).getCause() instanceof QdrantError engine) {
        throw engine;
      }
      throw QdrantError.service(String.valueOf(caught.fault.getMessage()));
    }
    if (caught.value == null) {
      throw new CallGate.Unanswered();
    }
    return Objects.requireNonNull(caught.value);
  }

  private static final class Caught<T> implements StreamObserver<T> {
    private @Nullable T value;
    private @Nullable Throwable fault;

    @Override
    public void onNext(T answer) {
      value = answer;
    }

    @Override
    public void onError(Throwable thrown) {
      fault = thrown;
    }

    @Override
    public void onCompleted() {
      // The value has come before.
    }
  }
}
