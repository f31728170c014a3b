package io.tierkeeper.lab.qdrant.emulator.api;

import com.google.protobuf.Message;
import io.grpc.MethodDescriptor;
import io.qdrant.client.grpc.Collections.PayloadIndexParams;
import io.qdrant.client.grpc.Collections.PayloadSchemaInfo;
import io.qdrant.client.grpc.Collections.PayloadSchemaType;
import io.qdrant.client.grpc.Points.CountPoints;
import io.qdrant.client.grpc.Points.CountResponse;
import io.qdrant.client.grpc.Points.CountResult;
import io.qdrant.client.grpc.Points.CreateFieldIndexCollection;
import io.qdrant.client.grpc.Points.DeleteFieldIndexCollection;
import io.qdrant.client.grpc.Points.FacetCounts;
import io.qdrant.client.grpc.Points.FacetHit;
import io.qdrant.client.grpc.Points.FacetResponse;
import io.qdrant.client.grpc.Points.FacetValue;
import io.qdrant.client.grpc.Points.FieldType;
import io.qdrant.client.grpc.Points.GetPoints;
import io.qdrant.client.grpc.Points.GetResponse;
import io.qdrant.client.grpc.Points.PointsOperationResponse;
import io.qdrant.client.grpc.Points.PointsUpdateOperation;
import io.qdrant.client.grpc.Points.ScrollPoints;
import io.qdrant.client.grpc.Points.ScrollResponse;
import io.qdrant.client.grpc.Points.ShardKeySelector;
import io.qdrant.client.grpc.Points.UpdateBatchPoints;
import io.qdrant.client.grpc.Points.UpdateBatchResponse;
import io.qdrant.client.grpc.Points.UpdateResult;
import io.qdrant.client.grpc.Points.UpdateStatus;
import io.qdrant.client.grpc.PointsGrpc;
import io.tierkeeper.lab.qdrant.emulator.api.PointReader.Scope;
import io.tierkeeper.lab.qdrant.emulator.cluster.CollectionState;
import io.tierkeeper.lab.qdrant.emulator.cluster.Command;
import io.tierkeeper.lab.qdrant.emulator.cluster.PeerNode;
import io.tierkeeper.lab.qdrant.emulator.points.PointKey;
import io.tierkeeper.lab.qdrant.emulator.points.QdrantError;
import io.tierkeeper.lab.qdrant.emulator.rules.RuleMonitor;
import java.util.List;
import java.util.stream.Collectors;

/** The points API of one peer, apart from the protocol that carries it. */
public final class PointsApi {

  private static final int DEFAULT_LIMIT = 10;

  private final PeerNode node;
  private final Layout layout;
  private final PointWriter writer;
  private final PointReader reader;
  private final PointQueries queries;

  /** The API of a peer; violations of the engine's rules are reported to the monitor. */
  public PointsApi(PeerNode node, RuleMonitor rules) {
    this.node = node;
    this.layout = new Layout(node, rules);
    this.writer = new PointWriter(node, rules);
    this.reader = new PointReader(node, rules);
    this.queries = new PointQueries(node, reader);
  }

  /** Adds the methods of this API. */
  public void addTo(Operations operations) {
    write(operations, PointsGrpc.getUpsertMethod(), "upsert", "upsert");
    write(operations, PointsGrpc.getDeleteMethod(), "delete", "delete_points");
    write(operations, PointsGrpc.getSetPayloadMethod(), "set_payload", "set_payload");
    write(
        operations,
        PointsGrpc.getOverwritePayloadMethod(),
        "overwrite_payload",
        "overwrite_payload");
    write(operations, PointsGrpc.getDeletePayloadMethod(), "delete_payload", "delete_payload");
    write(operations, PointsGrpc.getClearPayloadMethod(), "clear_payload", "clear_payload");
    write(operations, PointsGrpc.getUpdateVectorsMethod(), "update_vectors", "update_vectors");
    write(operations, PointsGrpc.getDeleteVectorsMethod(), "delete_vectors", "delete_vectors");
    operations.mutate(
        PointsGrpc.getUpdateBatchMethod(),
        request -> "update_batch",
        request -> request.getOperationsCount() + " operations",
        this::updateBatch);
    operations.mutate(
        PointsGrpc.getCreateFieldIndexMethod(),
        request -> "create_field_index",
        CreateFieldIndexCollection::getFieldName,
        this::createFieldIndex);
    operations.mutate(
        PointsGrpc.getDeleteFieldIndexMethod(),
        request -> "delete_field_index",
        DeleteFieldIndexCollection::getFieldName,
        this::deleteFieldIndex);
    operations.read(PointsGrpc.getScrollMethod(), "scroll", this::scroll);
    operations.read(PointsGrpc.getGetMethod(), "get", this::get);
    operations.read(PointsGrpc.getCountMethod(), "count", this::count);
    operations.read(PointsGrpc.getFacetMethod(), "facet", this::facet);
    queries.addTo(operations);
  }

  // ---- writing

  private <Q extends Message> void write(
      Operations operations,
      MethodDescriptor<Q, PointsOperationResponse> method,
      String verb,
      String field) {
    operations.mutate(
        method,
        request -> verb,
        PointsApi::keys,
        request -> done(
            writer.write(
                Requests.collection(request),
                Requests.operation(field, request),
                Requests.selector(request),
                Requests.waits(request),
                StrictRules.number(request, "timeout")),
            Requests.waits(request)));
  }

  private static String keys(Message request) {
    ShardKeySelector selector = Requests.selector(request);
    return selector == null
        ? ""
        : selector.getShardKeysList().stream()
            .map(CollectionState::print)
            .collect(Collectors.joining(","));
  }

  private UpdateBatchResponse updateBatch(UpdateBatchPoints request) {
    UpdateBatchResponse.Builder results = UpdateBatchResponse.newBuilder();
    for (PointsUpdateOperation operation : request.getOperationsList()) {
      long number = writer.write(
          request.getCollectionName(),
          operation,
          Requests.selector(operation),
          request.getWait(),
          StrictRules.number(request, "timeout"));
      results.addResult(result(number, request.getWait()));
    }
    return results.build();
  }

  private static PointsOperationResponse done(long number, boolean wait) {
    return PointsOperationResponse.newBuilder().setResult(result(number, wait)).build();
  }

  private static UpdateResult result(long number, boolean wait) {
    return UpdateResult.newBuilder()
        .setOperationId(number)
        .setStatus(wait ? UpdateStatus.Completed : UpdateStatus.Acknowledged)
        .build();
  }

  // ---- indexes

  private PointsOperationResponse createFieldIndex(CreateFieldIndexCollection request) {
    PayloadSchemaInfo.Builder schema = PayloadSchemaInfo.newBuilder().setDataType(type(request));
    if (request.hasFieldIndexParams()) {
      schema.setParams(request.getFieldIndexParams());
    }
    layout.createIndex(
        request.getCollectionName(),
        request.getFieldName(),
        schema.build(),
        Requests.timeout(request));
    return done(0, request.getWait());
  }

  private static PayloadSchemaType type(CreateFieldIndexCollection request) {
    FieldType type =
        request.hasFieldType() ? request.getFieldType() : typeOf(request.getFieldIndexParams());
    return switch (type) {
      case FieldTypeKeyword -> PayloadSchemaType.Keyword;
      case FieldTypeInteger -> PayloadSchemaType.Integer;
      case FieldTypeBool -> PayloadSchemaType.Bool;
      case FieldTypeUuid -> PayloadSchemaType.Uuid;
      case FieldTypeFloat -> PayloadSchemaType.Float;
      case FieldTypeGeo -> PayloadSchemaType.Geo;
      case FieldTypeText -> PayloadSchemaType.Text;
      case FieldTypeDatetime -> PayloadSchemaType.Datetime;
      case UNRECOGNIZED -> throw QdrantError.badInput("Malformed field type");
    };
  }

  private static FieldType typeOf(PayloadIndexParams params) {
    return switch (params.getIndexParamsCase()) {
      case KEYWORD_INDEX_PARAMS -> FieldType.FieldTypeKeyword;
      case INTEGER_INDEX_PARAMS -> FieldType.FieldTypeInteger;
      case BOOL_INDEX_PARAMS -> FieldType.FieldTypeBool;
      case UUID_INDEX_PARAMS -> FieldType.FieldTypeUuid;
      case FLOAT_INDEX_PARAMS -> FieldType.FieldTypeFloat;
      case GEO_INDEX_PARAMS -> FieldType.FieldTypeGeo;
      case TEXT_INDEX_PARAMS -> FieldType.FieldTypeText;
      case DATETIME_INDEX_PARAMS -> FieldType.FieldTypeDatetime;
      case INDEXPARAMS_NOT_SET -> throw QdrantError.badInput("field_type is required");
    };
  }

  private PointsOperationResponse deleteFieldIndex(DeleteFieldIndexCollection request) {
    String collection = request.getCollectionName();
    node.collection(collection);
    layout.perform(
        new Command.DropIndex(collection, request.getFieldName()), Requests.timeout(request));
    return done(0, request.getWait());
  }

  // ---- reading

  private ScrollResponse scroll(ScrollPoints request) {
    if (request.hasOrderBy()) {
      throw QdrantError.unimplemented("scroll with order_by");
    }
    int limit = request.hasLimit() ? request.getLimit() : DEFAULT_LIMIT;
    if (limit < 1) {
      throw QdrantError.validation(
          "Validation error in body: [limit: value 0 invalid, must be 1 or larger]");
    }
    checkStrictMode(request);
    List<PointReader.Hit> hits = reader.scroll(
        Scope.of(request),
        request.hasOffset() ? PointKey.of(request.getOffset()) : null,
        limit + 1);
    ScrollResponse.Builder page = ScrollResponse.newBuilder();
    hits.stream()
        .limit(limit)
        .forEach(hit -> page.addResult(
            PointAnswers.retrieved(hit, true, request.getWithPayload(), request.getWithVectors())));
    if (hits.size() > limit) {
      page.setNextPageOffset(hits.get(limit).point().key().toId());
    }
    return page.build();
  }

  private void checkStrictMode(Message request) {
    StrictRules.checkRead(node.collection(Requests.collection(request)), request);
  }

  private GetResponse get(GetPoints request) {
    checkStrictMode(request);
    GetResponse.Builder found = GetResponse.newBuilder();
    reader
        .retrieve(
            Scope.of(request), request.getIdsList().stream().map(PointKey::of).toList())
        .forEach(hit -> found.addResult(PointAnswers.retrieved(
            hit, false, request.getWithPayload(), request.getWithVectors())));
    return found.build();
  }

  private CountResponse count(CountPoints request) {
    checkStrictMode(request);
    return CountResponse.newBuilder()
        .setResult(CountResult.newBuilder().setCount(reader.count(Scope.of(request))))
        .build();
  }

  private FacetResponse facet(FacetCounts request) {
    checkStrictMode(request);
    int limit =
        request.hasLimit() ? (int) Math.min(Integer.MAX_VALUE, request.getLimit()) : DEFAULT_LIMIT;
    FacetResponse.Builder hits = FacetResponse.newBuilder();
    reader
        .facet(Scope.of(request), request.getKey(), limit)
        .forEach(hit -> hits.addHits(
            FacetHit.newBuilder().setValue(value(hit.getKey())).setCount(hit.getValue())));
    return hits.build();
  }

  private static FacetValue value(Object value) {
    return switch (value) {
      case Long number -> FacetValue.newBuilder().setIntegerValue(number).build();
      case Boolean flag -> FacetValue.newBuilder().setBoolValue(flag).build();
      default -> FacetValue.newBuilder().setStringValue(value.toString()).build();
    };
  }
}
