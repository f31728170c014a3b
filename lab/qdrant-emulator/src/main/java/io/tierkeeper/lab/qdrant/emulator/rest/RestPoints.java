package io.tierkeeper.lab.qdrant.emulator.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.qdrant.client.ConditionFactory;
import io.qdrant.client.QueryFactory;
import io.qdrant.client.ShardKeyFactory;
import io.qdrant.client.ShardKeySelectorFactory;
import io.qdrant.client.ValueFactory;
import io.qdrant.client.VectorFactory;
import io.qdrant.client.VectorsFactory;
import io.qdrant.client.WithPayloadSelectorFactory;
import io.qdrant.client.WithVectorsSelectorFactory;
import io.qdrant.client.grpc.Collections.AbortShardTransfer;
import io.qdrant.client.grpc.Collections.PayloadIndexParams;
import io.qdrant.client.grpc.Collections.Replica;
import io.qdrant.client.grpc.Collections.ShardKey;
import io.qdrant.client.grpc.Collections.UpdateCollectionClusterSetupRequest;
import io.qdrant.client.grpc.Common.Condition;
import io.qdrant.client.grpc.Common.Filter;
import io.qdrant.client.grpc.Common.PointId;
import io.qdrant.client.grpc.JsonWithInt.Value;
import io.qdrant.client.grpc.Points.CreateFieldIndexCollection;
import io.qdrant.client.grpc.Points.DeletePayloadPoints;
import io.qdrant.client.grpc.Points.DeletePoints;
import io.qdrant.client.grpc.Points.FieldType;
import io.qdrant.client.grpc.Points.GetPoints;
import io.qdrant.client.grpc.Points.PointStruct;
import io.qdrant.client.grpc.Points.PointsIdsList;
import io.qdrant.client.grpc.Points.PointsOperationResponse;
import io.qdrant.client.grpc.Points.PointsSelector;
import io.qdrant.client.grpc.Points.QueryPoints;
import io.qdrant.client.grpc.Points.RetrievedPoint;
import io.qdrant.client.grpc.Points.ShardKeySelector;
import io.qdrant.client.grpc.Points.UpdateMode;
import io.qdrant.client.grpc.Points.UpsertPoints;
import io.qdrant.client.grpc.Points.Vector;
import io.qdrant.client.grpc.Points.VectorOutput;
import io.qdrant.client.grpc.PointsGrpc;
import io.tierkeeper.lab.qdrant.emulator.api.Operations;
import io.tierkeeper.lab.qdrant.emulator.points.Numbers;
import io.tierkeeper.lab.qdrant.emulator.points.QdrantError;
import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/** Points and changes of the layout as JSON: to the messages of the API and back; dense vectors only. */
final class RestPoints {

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final Operations operations;

  RestPoints(Operations operations) {
    this.operations = operations;
  }

  JsonNode retrieve(String collection, JsonNode request) {
    GetPoints.Builder get = GetPoints.newBuilder()
        .setCollectionName(collection)
        .setWithPayload(
            WithPayloadSelectorFactory.enable(request.path("with_payload").asBoolean(true)))
        .setWithVectors(
            WithVectorsSelectorFactory.enable(request.path("with_vector").asBoolean(false)));
    request.path("ids").forEach(id -> get.addIds(id(id)));
    if (request.hasNonNull("shard_key")) {
      get.setShardKeySelector(selector(request));
    }
    ArrayNode result = JSON.arrayNode();
    operations
        .call(PointsGrpc.getGetMethod(), get.build())
        .getResultList()
        .forEach(point -> result.add(view(point)));
    return result;
  }

  JsonNode upsert(String collection, JsonNode request) {
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
    return done(operations.call(PointsGrpc.getUpsertMethod(), upsert.build()));
  }

  /** The nearest points to a vector, or any points without one. */
  JsonNode query(String collection, JsonNode request) {
    QueryPoints.Builder query = QueryPoints.newBuilder()
        .setCollectionName(collection)
        .setLimit(request.path("limit").asInt(10))
        .setWithPayload(
            WithPayloadSelectorFactory.enable(request.path("with_payload").asBoolean(false)));
    JsonNode nearest = request.path("query").path("nearest").isArray()
        ? request.path("query").path("nearest")
        : request.path("query");
    if (nearest.isArray()) {
      query.setQuery(
          QueryFactory.nearest(nearest.valueStream().map(JsonNode::floatValue).toList()));
    } else if (!nearest.isMissingNode() && !nearest.isNull()) {
      throw QdrantError.unimplemented("the query " + nearest + " over REST");
    }
    if (request.hasNonNull("filter")) {
      query.setFilter(filter(request.path("filter")));
    }
    if (request.hasNonNull("shard_key")) {
      query.setShardKeySelector(selector(request));
    }
    ObjectNode result = JSON.objectNode();
    ArrayNode points = result.putArray("points");
    operations
        .call(PointsGrpc.getQueryMethod(), query.build())
        .getResultList()
        .forEach(point -> points
            .addObject()
            .put("version", point.getVersion())
            .put("score", point.getScore())
            .setAll(view(RetrievedPoint.newBuilder()
                .setId(point.getId())
                .putAllPayload(point.getPayloadMap())
                .build())));
    return result;
  }

  JsonNode delete(String collection, JsonNode request) {
    PointsSelector.Builder which = PointsSelector.newBuilder();
    if (request.hasNonNull("filter")) {
      which.setFilter(filter(request.path("filter")));
    } else {
      request.path("points").forEach(id -> which.getPointsBuilder().addIds(id(id)));
    }
    DeletePoints.Builder delete =
        DeletePoints.newBuilder().setCollectionName(collection).setWait(true).setPoints(which);
    if (request.hasNonNull("shard_key")) {
      delete.setShardKeySelector(selector(request));
    }
    return done(operations.call(PointsGrpc.getDeleteMethod(), delete.build()));
  }

  JsonNode deletePayload(String collection, JsonNode request) {
    PointsIdsList.Builder ids = PointsIdsList.newBuilder();
    request.path("points").forEach(id -> ids.addIds(id(id)));
    DeletePayloadPoints.Builder delete = DeletePayloadPoints.newBuilder()
        .setCollectionName(collection)
        .setWait(true)
        .setPointsSelector(PointsSelector.newBuilder().setPoints(ids));
    request.path("keys").forEach(name -> delete.addKeys(name.asText()));
    if (request.hasNonNull("shard_key")) {
      delete.setShardKeySelector(selector(request));
    }
    return done(operations.call(PointsGrpc.getDeletePayloadMethod(), delete.build()));
  }

  private static ObjectNode done(PointsOperationResponse answer) {
    return JSON.objectNode()
        .put("operation_id", answer.getResult().getOperationId())
        .put("status", "completed");
  }

  /** The change of a collection's layout: abort a transfer or drop a replica. */
  static UpdateCollectionClusterSetupRequest clusterSetup(String collection, JsonNode request) {
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

  // ---- from JSON

  private static ShardKeySelector selector(JsonNode request) {
    JsonNode key = request.path("shard_key");
    return key.isObject()
        ? ShardKeySelector.newBuilder()
            .addShardKeys(key(key.path("target")))
            .setFallback(key(key.path("fallback")))
            .build()
        : ShardKeySelectorFactory.shardKeySelector(key(key));
  }

  /** Conditions on values and ids, all of which must hold. */
  private static Filter filter(JsonNode json) {
    Filter.Builder filter = Filter.newBuilder();
    json.properties().forEach(clause -> {
      if (!clause.getKey().equals("must") && !clause.getValue().isNull()) {
        throw QdrantError.unimplemented("the filter clause " + clause.getKey() + " over REST");
      }
    });
    json.path("must").forEach(condition -> filter.addMust(condition(condition)));
    return filter.build();
  }

  private static Condition condition(JsonNode condition) {
    if (condition.has("has_id")) {
      return ConditionFactory.hasId(
          condition.path("has_id").valueStream().map(RestPoints::id).toList());
    }
    if (condition.has("is_empty")) {
      return ConditionFactory.isEmpty(condition.path("is_empty").path("key").asText());
    }
    String key = condition.path("key").asText();
    JsonNode value = condition.path("match").path("value");
    return switch (value.getNodeType()) {
      case STRING -> ConditionFactory.matchKeyword(key, value.textValue());
      case NUMBER -> ConditionFactory.match(key, value.longValue());
      case BOOLEAN -> ConditionFactory.match(key, value.booleanValue());
      default -> throw QdrantError.unimplemented("the condition " + condition + " over REST");
    };
  }

  /** An index of a payload field, with the options that tenant fields have. */
  static CreateFieldIndexCollection index(String collection, JsonNode body) {
    JsonNode schema = body.path("field_schema");
    String type = schema.isTextual() ? schema.asText() : schema.path("type").asText();
    CreateFieldIndexCollection.Builder index = CreateFieldIndexCollection.newBuilder()
        .setCollectionName(collection)
        .setFieldName(body.path("field_name").asText())
        .setWait(true);
    PayloadIndexParams.Builder params = PayloadIndexParams.newBuilder();
    switch (type) {
      case "keyword" -> {
        index.setFieldType(FieldType.FieldTypeKeyword);
        params
            .getKeywordIndexParamsBuilder()
            .setIsTenant(schema.path("is_tenant").asBoolean());
      }
      case "uuid" -> {
        index.setFieldType(FieldType.FieldTypeUuid);
        params.getUuidIndexParamsBuilder().setIsTenant(schema.path("is_tenant").asBoolean());
      }
      case "integer" -> {
        index.setFieldType(FieldType.FieldTypeInteger);
        params
            .getIntegerIndexParamsBuilder()
            .setLookup(schema.path("lookup").asBoolean(true))
            .setRange(schema.path("range").asBoolean(true));
      }
      default -> throw QdrantError.unimplemented("payload indexes of type " + type + " over REST");
    }
    return index.setFieldIndexParams(params).build();
  }

  static ShardKey key(JsonNode key) {
    return key.isTextual()
        ? ShardKeyFactory.shardKey(key.textValue())
        : ShardKeyFactory.shardKey(key.longValue());
  }

  private static PointId id(JsonNode id) {
    return id.isTextual()
        ? PointId.newBuilder().setUuid(id.textValue()).build()
        : PointId.newBuilder().setNum(id.longValue()).build();
  }

  private static PointStruct point(JsonNode point) {
    PointStruct.Builder struct = PointStruct.newBuilder()
        .setId(id(point.path("id")))
        .putAllPayload(fields(point.path("payload")));
    JsonNode vector = point.path("vector");
    if (vector.isArray()) {
      struct.setVectors(VectorsFactory.vectors(vector(vector)));
    } else if (vector.isMissingNode()) {
      throw QdrantError.badRequest("Format error in JSON body: missing field `vector`");
    } else {
      struct.setVectors(VectorsFactory.namedVectors(map(vector, RestPoints::vector)));
    }
    return struct.build();
  }

  private static Vector vector(JsonNode values) {
    return VectorFactory.vector(values.valueStream().map(JsonNode::floatValue).toList());
  }

  private static Map<String, Value> fields(JsonNode object) {
    return map(object, RestPoints::value);
  }

  private static <T> Map<String, T> map(JsonNode object, Function<JsonNode, T> value) {
    Map<String, T> map = new LinkedHashMap<>();
    object.properties().forEach(each -> map.put(each.getKey(), value.apply(each.getValue())));
    return map;
  }

  private static Value value(JsonNode json) {
    return switch (json.getNodeType()) {
      case STRING -> ValueFactory.value(json.textValue());
      case BOOLEAN -> ValueFactory.value(json.booleanValue());
      case NUMBER ->
        json.isIntegralNumber()
            ? Numbers.integer(json.bigIntegerValue())
            : ValueFactory.value(json.doubleValue());
      case ARRAY -> ValueFactory.list(json.valueStream().map(RestPoints::value).toList());
      case OBJECT -> ValueFactory.value(fields(json));
      case NULL, MISSING, BINARY, POJO -> ValueFactory.nullValue();
    };
  }

  // ---- to JSON

  private static ObjectNode view(RetrievedPoint point) {
    ObjectNode view = JSON.objectNode();
    if (point.getId().hasUuid()) {
      view.put("id", point.getId().getUuid());
    } else {
      view.put("id", new BigInteger(Long.toUnsignedString(point.getId().getNum())));
    }
    view.set("payload", json(point.getPayloadMap()));
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

  private static ArrayNode json(VectorOutput vector) {
    ArrayNode values = JSON.arrayNode();
    vector.getDense().getDataList().forEach(values::add);
    return values;
  }

  private static ObjectNode json(Map<String, Value> fields) {
    ObjectNode object = JSON.objectNode();
    fields.forEach((name, field) -> object.set(name, json(field)));
    return object;
  }

  private static JsonNode json(Value value) {
    return switch (value.getKindCase()) {
      case STRING_VALUE -> JSON.textNode(value.getStringValue());
      case BOOL_VALUE -> JSON.booleanNode(value.getBoolValue());
      case INTEGER_VALUE -> JSON.numberNode(value.getIntegerValue());
      case DOUBLE_VALUE -> {
        BigInteger exact = Numbers.exact(value);
        yield exact == null ? JSON.numberNode(value.getDoubleValue()) : JSON.numberNode(exact);
      }
      case LIST_VALUE ->
        JSON.arrayNode()
            .addAll(value.getListValue().getValuesList().stream()
                .map(RestPoints::json)
                .toList());
      case STRUCT_VALUE -> json(value.getStructValue().getFieldsMap());
      case NULL_VALUE, KIND_NOT_SET -> JSON.nullNode();
    };
  }
}
