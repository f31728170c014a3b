package io.tierkeeper.lab.qdrant.emulator.api;

import com.google.protobuf.Message;
import io.qdrant.client.grpc.Collections.PayloadIndexParams;
import io.qdrant.client.grpc.Collections.PayloadSchemaInfo;
import io.qdrant.client.grpc.Collections.PayloadSchemaType;
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
import io.tierkeeper.lab.qdrant.emulator.calls.CallGate;
import io.tierkeeper.lab.qdrant.emulator.cluster.CollectionState;
import io.tierkeeper.lab.qdrant.emulator.cluster.Command;
import io.tierkeeper.lab.qdrant.emulator.cluster.PeerNode;
import io.tierkeeper.lab.qdrant.emulator.points.PointKey;
import io.tierkeeper.lab.qdrant.emulator.points.QdrantError;
import io.tierkeeper.lab.qdrant.emulator.rules.RuleMonitor;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * The points API of one peer, apart from the protocol that carries it. The methods throw {@link QdrantError} and pass
 * each call through the gate.
 */
public final class PointsApi {

  private static final int DEFAULT_LIMIT = 10;

  private final PeerNode node;
  private final Layout layout;
  private final PointWriter writer;
  private final PointReader reader;
  private final PointQueries queries;
  private final CallGate gate;

  /** The API of a peer; violations of the engine's rules are reported to the monitor. */
  public PointsApi(PeerNode node, RuleMonitor rules, CallGate gate) {
    this.node = node;
    this.layout = new Layout(node, rules);
    this.writer = new PointWriter(node, rules);
    this.reader = new PointReader(node, rules);
    this.queries = new PointQueries(node, reader);
    this.gate = gate;
  }

  // ---- writing

  public PointsOperationResponse upsert(UpsertPoints request) {
    return write("upsert", "upsert", request, request.getWait());
  }

  public PointsOperationResponse delete(DeletePoints request) {
    return write("delete", "delete_points", request, request.getWait());
  }

  public PointsOperationResponse setPayload(SetPayloadPoints request) {
    return write("set_payload", "set_payload", request, request.getWait());
  }

  public PointsOperationResponse overwritePayload(SetPayloadPoints request) {
    return write("overwrite_payload", "overwrite_payload", request, request.getWait());
  }

  public PointsOperationResponse deletePayload(DeletePayloadPoints request) {
    return write("delete_payload", "delete_payload", request, request.getWait());
  }

  public PointsOperationResponse clearPayload(ClearPayloadPoints request) {
    return write("clear_payload", "clear_payload", request, request.getWait());
  }

  public PointsOperationResponse updateVectors(UpdatePointVectors request) {
    return write("update_vectors", "update_vectors", request, request.getWait());
  }

  public PointsOperationResponse deleteVectors(DeletePointVectors request) {
    return write("delete_vectors", "delete_vectors", request, request.getWait());
  }

  public UpdateBatchResponse updateBatch(UpdateBatchPoints request) {
    String collection = request.getCollectionName();
    return gate.mutate(
        "update_batch", collection, request.getOperationsCount() + " operations", () -> {
          UpdateBatchResponse.Builder results = UpdateBatchResponse.newBuilder();
          for (PointsUpdateOperation operation : request.getOperationsList()) {
            long number = writer.write(
                collection, operation, Requests.selector(operation), request.getWait());
            results.addResult(result(number, request.getWait()));
          }
          return results.build();
        });
  }

  private PointsOperationResponse write(
      String verb, String operationField, Message request, boolean wait) {
    String collection = Requests.collection(request);
    ShardKeySelector selector = Requests.selector(request);
    String keys = selector == null
        ? ""
        : selector.getShardKeysList().stream()
            .map(CollectionState::print)
            .collect(Collectors.joining(","));
    PointsUpdateOperation operation = Requests.operation(operationField, request);
    return gate.mutate(
        verb,
        collection,
        keys,
        () -> done(writer.write(collection, operation, selector, wait), wait));
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

  public PointsOperationResponse createFieldIndex(CreateFieldIndexCollection request) {
    String collection = request.getCollectionName();
    return gate.mutate("create_field_index", collection, request.getFieldName(), () -> {
      PayloadSchemaInfo.Builder schema = PayloadSchemaInfo.newBuilder().setDataType(type(request));
      if (request.hasFieldIndexParams()) {
        schema.setParams(request.getFieldIndexParams());
      }
      layout.createIndex(
          collection, request.getFieldName(), schema.build(), Requests.timeout(request));
      return done(0, request.getWait());
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

  public PointsOperationResponse deleteFieldIndex(DeleteFieldIndexCollection request) {
    String collection = request.getCollectionName();
    return gate.mutate("delete_field_index", collection, request.getFieldName(), () -> {
      node.collection(collection);
      layout.perform(
          new Command.DropIndex(collection, request.getFieldName()), Requests.timeout(request));
      return done(0, request.getWait());
    });
  }

  // ---- reading

  public ScrollResponse scroll(ScrollPoints request) {
    return read("scroll", request, () -> {
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
          Requests.selector(request),
          Requests.filter(request),
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

  public GetResponse get(GetPoints request) {
    return read("get", request, () -> {
      GetResponse.Builder found = GetResponse.newBuilder();
      reader
          .retrieve(
              request.getCollectionName(),
              Requests.selector(request),
              request.getIdsList().stream().map(PointKey::of).toList())
          .forEach(hit -> found.addResult(PointAnswers.retrieved(
              hit, false, request.getWithPayload(), request.getWithVectors())));
      return found.build();
    });
  }

  public CountResponse count(CountPoints request) {
    return read("count", request, () -> {
      long count = reader.count(
          request.getCollectionName(), Requests.selector(request), Requests.filter(request));
      return CountResponse.newBuilder()
          .setResult(CountResult.newBuilder().setCount(count))
          .build();
    });
  }

  public FacetResponse facet(FacetCounts request) {
    return read("facet", request, () -> {
      int limit = request.hasLimit()
          ? (int) Math.min(Integer.MAX_VALUE, request.getLimit())
          : DEFAULT_LIMIT;
      FacetResponse.Builder hits = FacetResponse.newBuilder();
      reader
          .facet(
              request.getCollectionName(),
              Requests.selector(request),
              request.getKey(),
              Requests.filter(request),
              limit)
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

  public QueryResponse query(QueryPoints request) {
    return read(
        "query",
        request,
        () -> QueryResponse.newBuilder().addAllResult(queries.query(request)).build());
  }

  public QueryBatchResponse queryBatch(QueryBatchPoints request) {
    return read("query_batch", request, () -> {
      QueryBatchResponse.Builder results = QueryBatchResponse.newBuilder();
      for (QueryPoints each : request.getQueryPointsList()) {
        results.addResult(BatchResult.newBuilder().addAllResult(queries.query(each)));
      }
      return results.build();
    });
  }

  public SearchResponse search(SearchPoints request) {
    return read(
        "search",
        request,
        () -> SearchResponse.newBuilder().addAllResult(queries.search(request)).build());
  }

  public SearchBatchResponse searchBatch(SearchBatchPoints request) {
    return read("search_batch", request, () -> {
      SearchBatchResponse.Builder results = SearchBatchResponse.newBuilder();
      for (SearchPoints each : request.getSearchPointsList()) {
        results.addResult(BatchResult.newBuilder().addAllResult(queries.search(each)));
      }
      return results.build();
    });
  }

  private <T> T read(String verb, Message request, Supplier<T> body) {
    return gate.read(verb, Requests.collection(request), body);
  }
}
