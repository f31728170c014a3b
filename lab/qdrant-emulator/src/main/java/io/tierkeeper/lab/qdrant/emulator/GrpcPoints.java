package io.tierkeeper.lab.qdrant.emulator;

import io.grpc.stub.StreamObserver;
import io.qdrant.client.grpc.Collections.PayloadIndexParams;
import io.qdrant.client.grpc.Collections.PayloadSchemaInfo;
import io.qdrant.client.grpc.Collections.PayloadSchemaType;
import io.qdrant.client.grpc.Common.Filter;
import io.qdrant.client.grpc.Points.BatchResult;
import io.qdrant.client.grpc.Points.ClearPayloadPoints;
import io.qdrant.client.grpc.Points.CountPoints;
import io.qdrant.client.grpc.Points.CountResponse;
import io.qdrant.client.grpc.Points.CountResult;
import io.qdrant.client.grpc.Points.CreateFieldIndexCollection;
import io.qdrant.client.grpc.Points.DeleteFieldIndexCollection;
import io.qdrant.client.grpc.Points.DeletePayloadPoints;
import io.qdrant.client.grpc.Points.DeletePointVectors;
import io.qdrant.client.grpc.Points.DeletePoints;
import io.qdrant.client.grpc.Points.FacetCounts;
import io.qdrant.client.grpc.Points.FacetHit;
import io.qdrant.client.grpc.Points.FacetResponse;
import io.qdrant.client.grpc.Points.FacetValue;
import io.qdrant.client.grpc.Points.FieldType;
import io.qdrant.client.grpc.Points.GetPoints;
import io.qdrant.client.grpc.Points.GetResponse;
import io.qdrant.client.grpc.Points.PointsOperationResponse;
import io.qdrant.client.grpc.Points.PointsUpdateOperation;
import io.qdrant.client.grpc.Points.QueryBatchPoints;
import io.qdrant.client.grpc.Points.QueryBatchResponse;
import io.qdrant.client.grpc.Points.QueryPoints;
import io.qdrant.client.grpc.Points.QueryResponse;
import io.qdrant.client.grpc.Points.ScrollPoints;
import io.qdrant.client.grpc.Points.ScrollResponse;
import io.qdrant.client.grpc.Points.SearchBatchPoints;
import io.qdrant.client.grpc.Points.SearchBatchResponse;
import io.qdrant.client.grpc.Points.SearchPoints;
import io.qdrant.client.grpc.Points.SearchResponse;
import io.qdrant.client.grpc.Points.SetPayloadPoints;
import io.qdrant.client.grpc.Points.ShardKeySelector;
import io.qdrant.client.grpc.Points.UpdateBatchPoints;
import io.qdrant.client.grpc.Points.UpdateBatchResponse;
import io.qdrant.client.grpc.Points.UpdatePointVectors;
import io.qdrant.client.grpc.Points.UpdateResult;
import io.qdrant.client.grpc.Points.UpdateStatus;
import io.qdrant.client.grpc.Points.UpsertPoints;
import io.qdrant.client.grpc.PointsGrpc;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The Points service of one peer; what is not here answers UNIMPLEMENTED. */
final class GrpcPoints extends PointsGrpc.PointsImplBase {

  private static final int DEFAULT_LIMIT = 10;

  private final PeerNode node;
  private final Layout layout;
  private final PointWriter writer;
  private final PointReader reader;
  private final PointQueries queries;
  private final Answers answers;

  GrpcPoints(PeerNode node, Answers answers) {
    this.node = node;
    this.layout = new Layout(node);
    this.writer = new PointWriter(node);
    this.reader = new PointReader(node);
    this.queries = new PointQueries(node, reader);
    this.answers = answers;
  }

  // ---- writing

  @Override
  public void upsert(UpsertPoints request, StreamObserver<PointsOperationResponse> observer) {
    PointsUpdateOperation.PointStructList.Builder upsert =
        PointsUpdateOperation.PointStructList.newBuilder().addAllPoints(request.getPointsList());
    if (request.hasUpdateFilter()) {
      upsert.setUpdateFilter(request.getUpdateFilter());
    }
    if (request.hasUpdateMode()) {
      upsert.setUpdateMode(request.getUpdateMode());
    }
    write(
        "upsert",
        request.getCollectionName(),
        PointsUpdateOperation.newBuilder().setUpsert(upsert).build(),
        request.hasShardKeySelector() ? request.getShardKeySelector() : null,
        request.getWait(),
        observer);
  }

  @Override
  public void delete(DeletePoints request, StreamObserver<PointsOperationResponse> observer) {
    write(
        "delete",
        request.getCollectionName(),
        PointsUpdateOperation.newBuilder()
            .setDeletePoints(
                PointsUpdateOperation.DeletePoints.newBuilder().setPoints(request.getPoints()))
            .build(),
        request.hasShardKeySelector() ? request.getShardKeySelector() : null,
        request.getWait(),
        observer);
  }

  @Override
  public void setPayload(
      SetPayloadPoints request, StreamObserver<PointsOperationResponse> observer) {
    write(
        "set_payload",
        request.getCollectionName(),
        PointsUpdateOperation.newBuilder()
            .setSetPayload(PointsUpdateOperation.SetPayload.newBuilder()
                .putAllPayload(request.getPayloadMap())
                .setPointsSelector(request.getPointsSelector())
                .setKey(request.getKey()))
            .build(),
        request.hasShardKeySelector() ? request.getShardKeySelector() : null,
        request.getWait(),
        observer);
  }

  @Override
  public void overwritePayload(
      SetPayloadPoints request, StreamObserver<PointsOperationResponse> observer) {
    write(
        "overwrite_payload",
        request.getCollectionName(),
        PointsUpdateOperation.newBuilder()
            .setOverwritePayload(PointsUpdateOperation.OverwritePayload.newBuilder()
                .putAllPayload(request.getPayloadMap())
                .setPointsSelector(request.getPointsSelector()))
            .build(),
        request.hasShardKeySelector() ? request.getShardKeySelector() : null,
        request.getWait(),
        observer);
  }

  @Override
  public void deletePayload(
      DeletePayloadPoints request, StreamObserver<PointsOperationResponse> observer) {
    write(
        "delete_payload",
        request.getCollectionName(),
        PointsUpdateOperation.newBuilder()
            .setDeletePayload(PointsUpdateOperation.DeletePayload.newBuilder()
                .addAllKeys(request.getKeysList())
                .setPointsSelector(request.getPointsSelector()))
            .build(),
        request.hasShardKeySelector() ? request.getShardKeySelector() : null,
        request.getWait(),
        observer);
  }

  @Override
  public void clearPayload(
      ClearPayloadPoints request, StreamObserver<PointsOperationResponse> observer) {
    write(
        "clear_payload",
        request.getCollectionName(),
        PointsUpdateOperation.newBuilder()
            .setClearPayload(
                PointsUpdateOperation.ClearPayload.newBuilder().setPoints(request.getPoints()))
            .build(),
        request.hasShardKeySelector() ? request.getShardKeySelector() : null,
        request.getWait(),
        observer);
  }

  @Override
  public void updateVectors(
      UpdatePointVectors request, StreamObserver<PointsOperationResponse> observer) {
    PointsUpdateOperation.UpdateVectors.Builder update =
        PointsUpdateOperation.UpdateVectors.newBuilder().addAllPoints(request.getPointsList());
    if (request.hasUpdateFilter()) {
      update.setUpdateFilter(request.getUpdateFilter());
    }
    write(
        "update_vectors",
        request.getCollectionName(),
        PointsUpdateOperation.newBuilder().setUpdateVectors(update).build(),
        request.hasShardKeySelector() ? request.getShardKeySelector() : null,
        request.getWait(),
        observer);
  }

  @Override
  public void deleteVectors(
      DeletePointVectors request, StreamObserver<PointsOperationResponse> observer) {
    write(
        "delete_vectors",
        request.getCollectionName(),
        PointsUpdateOperation.newBuilder()
            .setDeleteVectors(PointsUpdateOperation.DeleteVectors.newBuilder()
                .setPointsSelector(request.getPointsSelector())
                .setVectors(request.getVectors()))
            .build(),
        request.hasShardKeySelector() ? request.getShardKeySelector() : null,
        request.getWait(),
        observer);
  }

  @Override
  public void updateBatch(UpdateBatchPoints request, StreamObserver<UpdateBatchResponse> observer) {
    answers.give(
        observer,
        CallGate.Call.changing(
            "update_batch",
            request.getCollectionName(),
            request.getOperationsCount() + " operations"),
        () -> {
          UpdateBatchResponse.Builder results = UpdateBatchResponse.newBuilder();
          for (PointsUpdateOperation operation : request.getOperationsList()) {
            long number = writer.write(
                request.getCollectionName(), operation, selector(operation), request.getWait());
            results.addResult(result(number, request.getWait()));
          }
          return results.build();
        });
  }

  private static @Nullable ShardKeySelector selector(PointsUpdateOperation operation) {
    ShardKeySelector selector = switch (operation.getOperationCase()) {
      case UPSERT -> operation.getUpsert().getShardKeySelector();
      case SET_PAYLOAD -> operation.getSetPayload().getShardKeySelector();
      case OVERWRITE_PAYLOAD -> operation.getOverwritePayload().getShardKeySelector();
      case DELETE_PAYLOAD -> operation.getDeletePayload().getShardKeySelector();
      case UPDATE_VECTORS -> operation.getUpdateVectors().getShardKeySelector();
      case DELETE_VECTORS -> operation.getDeleteVectors().getShardKeySelector();
      case DELETE_POINTS -> operation.getDeletePoints().getShardKeySelector();
      case CLEAR_PAYLOAD -> operation.getClearPayload().getShardKeySelector();
      case DELETE_DEPRECATED, CLEAR_PAYLOAD_DEPRECATED, OPERATION_NOT_SET ->
        ShardKeySelector.getDefaultInstance();
    };
    return selector.getShardKeysCount() == 0 ? null : selector;
  }

  private void write(
      String verb,
      String collection,
      PointsUpdateOperation operation,
      @Nullable ShardKeySelector selector,
      boolean wait,
      StreamObserver<PointsOperationResponse> observer) {
    String keys = selector == null
        ? ""
        : String.join(
            ",",
            selector.getShardKeysList().stream().map(CollectionState::print).toList());
    answers.give(
        observer,
        CallGate.Call.changing(verb, collection, keys),
        () -> PointsOperationResponse.newBuilder()
            .setResult(result(writer.write(collection, operation, selector, wait), wait))
            .build());
  }

  private static UpdateResult result(long number, boolean wait) {
    return UpdateResult.newBuilder()
        .setOperationId(number)
        .setStatus(wait ? UpdateStatus.Completed : UpdateStatus.Acknowledged)
        .build();
  }

  // ---- indexes

  @Override
  public void createFieldIndex(
      CreateFieldIndexCollection request, StreamObserver<PointsOperationResponse> observer) {
    answers.give(
        observer,
        CallGate.Call.changing(
            "create_field_index", request.getCollectionName(), request.getFieldName()),
        () -> {
          PayloadSchemaInfo.Builder schema =
              PayloadSchemaInfo.newBuilder().setDataType(type(request));
          if (request.hasFieldIndexParams()) {
            schema.setParams(request.getFieldIndexParams());
          }
          layout.createIndex(
              request.getCollectionName(),
              request.getFieldName(),
              schema.build(),
              Answers.seconds(request.hasTimeout(), request.getTimeout()));
          return PointsOperationResponse.newBuilder()
              .setResult(result(0, request.getWait()))
              .build();
        });
  }

  private static PayloadSchemaType type(CreateFieldIndexCollection request) {
    FieldType type =
        request.hasFieldType() ? request.getFieldType() : typeOf(request.getFieldIndexParams());
    return switch (type) {
      case FieldTypeKeyword -> PayloadSchemaType.Keyword;
      case FieldTypeInteger -> PayloadSchemaType.Integer;
      case FieldTypeBool -> PayloadSchemaType.Bool;
      case FieldTypeUuid -> PayloadSchemaType.Uuid;
      case FieldTypeFloat, FieldTypeGeo, FieldTypeText, FieldTypeDatetime, UNRECOGNIZED ->
        throw QdrantError.unimplemented("payload indexes of type " + type);
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

  @Override
  public void deleteFieldIndex(
      DeleteFieldIndexCollection request, StreamObserver<PointsOperationResponse> observer) {
    answers.give(
        observer,
        CallGate.Call.changing(
            "delete_field_index", request.getCollectionName(), request.getFieldName()),
        () -> {
          node.collection(request.getCollectionName());
          layout.perform(
              new Command.DropIndex(request.getCollectionName(), request.getFieldName()),
              Answers.seconds(request.hasTimeout(), request.getTimeout()));
          return PointsOperationResponse.newBuilder()
              .setResult(result(0, request.getWait()))
              .build();
        });
  }

  // ---- reading

  @Override
  public void scroll(ScrollPoints request, StreamObserver<ScrollResponse> observer) {
    answers.give(observer, CallGate.Call.reading("scroll", request.getCollectionName()), () -> {
      if (request.hasOrderBy()) {
        throw QdrantError.unimplemented("scroll with order_by");
      }
      int limit = request.hasLimit() ? request.getLimit() : DEFAULT_LIMIT;
      if (limit < 1) {
        throw new QdrantError(
            QdrantError.Kind.VALIDATION,
            "Validation error in body: [limit: value 0 invalid, must be 1 or larger]");
      }
      List<PointReader.Hit> hits = reader.scroll(
          request.getCollectionName(),
          request.hasShardKeySelector() ? request.getShardKeySelector() : null,
          filter(request.hasFilter(), request.getFilter()),
          request.hasOffset() ? PointKey.of(request.getOffset()) : null,
          limit + 1);
      ScrollResponse.Builder page = ScrollResponse.newBuilder();
      hits.stream()
          .limit(limit)
          .forEach(hit -> page.addResult(PointAnswers.retrieved(
              hit, true, request.getWithPayload(), request.getWithVectors())));
      if (hits.size() > limit) {
        page.setNextPageOffset(hits.get(limit).point().key().toId());
      }
      return page.build();
    });
  }

  @Override
  public void get(GetPoints request, StreamObserver<GetResponse> observer) {
    answers.give(observer, CallGate.Call.reading("get", request.getCollectionName()), () -> {
      GetResponse.Builder found = GetResponse.newBuilder();
      reader
          .retrieve(
              request.getCollectionName(),
              request.hasShardKeySelector() ? request.getShardKeySelector() : null,
              request.getIdsList().stream().map(PointKey::of).toList())
          .forEach(hit -> found.addResult(PointAnswers.retrieved(
              hit, false, request.getWithPayload(), request.getWithVectors())));
      return found.build();
    });
  }

  @Override
  public void count(CountPoints request, StreamObserver<CountResponse> observer) {
    answers.give(
        observer,
        CallGate.Call.reading("count", request.getCollectionName()),
        () -> CountResponse.newBuilder()
            .setResult(CountResult.newBuilder()
                .setCount(reader.count(
                    request.getCollectionName(),
                    request.hasShardKeySelector() ? request.getShardKeySelector() : null,
                    filter(request.hasFilter(), request.getFilter()))))
            .build());
  }

  @Override
  public void facet(FacetCounts request, StreamObserver<FacetResponse> observer) {
    answers.give(observer, CallGate.Call.reading("facet", request.getCollectionName()), () -> {
      FacetResponse.Builder hits = FacetResponse.newBuilder();
      reader
          .facet(
              request.getCollectionName(),
              request.hasShardKeySelector() ? request.getShardKeySelector() : null,
              request.getKey(),
              filter(request.hasFilter(), request.getFilter()),
              request.hasLimit()
                  ? (int) Math.min(Integer.MAX_VALUE, request.getLimit())
                  : DEFAULT_LIMIT)
          .forEach(hit -> hits.addHits(
              FacetHit.newBuilder().setValue(value(hit.getKey())).setCount(hit.getValue())));
      return hits.build();
    });
  }

  private static FacetValue value(Object value) {
    return switch (value) {
      case Long number -> FacetValue.newBuilder().setIntegerValue(number).build();
      case Boolean flag -> FacetValue.newBuilder().setBoolValue(flag).build();
      default -> FacetValue.newBuilder().setStringValue(value.toString()).build();
    };
  }

  @Override
  public void query(QueryPoints request, StreamObserver<QueryResponse> observer) {
    answers.give(
        observer,
        CallGate.Call.reading("query", request.getCollectionName()),
        () -> QueryResponse.newBuilder().addAllResult(queries.query(request)).build());
  }

  @Override
  public void queryBatch(QueryBatchPoints request, StreamObserver<QueryBatchResponse> observer) {
    answers.give(
        observer, CallGate.Call.reading("query_batch", request.getCollectionName()), () -> {
          QueryBatchResponse.Builder results = QueryBatchResponse.newBuilder();
          for (QueryPoints each : request.getQueryPointsList()) {
            results.addResult(BatchResult.newBuilder().addAllResult(queries.query(each)));
          }
          return results.build();
        });
  }

  @Override
  public void search(SearchPoints request, StreamObserver<SearchResponse> observer) {
    answers.give(
        observer,
        CallGate.Call.reading("search", request.getCollectionName()),
        () -> SearchResponse.newBuilder().addAllResult(queries.search(request)).build());
  }

  @Override
  public void searchBatch(SearchBatchPoints request, StreamObserver<SearchBatchResponse> observer) {
    answers.give(
        observer, CallGate.Call.reading("search_batch", request.getCollectionName()), () -> {
          SearchBatchResponse.Builder results = SearchBatchResponse.newBuilder();
          for (SearchPoints each : request.getSearchPointsList()) {
            results.addResult(BatchResult.newBuilder().addAllResult(queries.search(each)));
          }
          return results.build();
        });
  }

  private static @Nullable Filter filter(boolean given, Filter filter) {
    return given ? filter : null;
  }
}
