package io.tierkeeper.lab.qdrant.emulator.api;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.qdrant.client.grpc.Collections.HnswConfigDiff;
import io.qdrant.client.grpc.Collections.PayloadSchemaInfo;
import io.qdrant.client.grpc.Collections.PayloadSchemaType;
import io.qdrant.client.grpc.Collections.StrictModeConfig;
import io.qdrant.client.grpc.Common.Condition;
import io.qdrant.client.grpc.Common.FieldCondition;
import io.qdrant.client.grpc.Common.Filter;
import io.qdrant.client.grpc.Common.Match;
import io.qdrant.client.grpc.Points.CountPoints;
import io.qdrant.client.grpc.Points.PointsSelector;
import io.qdrant.client.grpc.Points.PointsUpdateOperation;
import io.qdrant.client.grpc.Points.QueryPoints;
import io.tierkeeper.lab.qdrant.emulator.cluster.CollectionState;
import io.tierkeeper.lab.qdrant.emulator.points.PointKey;
import io.tierkeeper.lab.qdrant.emulator.points.QdrantError;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Refuses the requests that a collection's strict mode forbids, in the order in which the engine checks them. */
final class StrictRules {

  private final StrictModeConfig config;
  private final SortedMap<String, PayloadSchemaInfo> indexes;
  private final HnswConfigDiff hnsw;

  private StrictRules(CollectionState collection) {
    this.config = collection.config().getStrictModeConfig();
    this.indexes = collection.indexes();
    this.hnsw = collection.config().getHnswConfig();
  }

  /** Checks a scroll, a count, a facet or a retrieval. */
  static void checkRead(CollectionState collection, Message request) {
    StrictRules rules = new StrictRules(collection);
    if (rules.config.getEnabled()) {
      rules.limit(number(request, "limit"), "limit");
      rules.read(Requests.filter(request));
      if (request instanceof CountPoints count) {
        rules.exact(!count.hasExact() || count.getExact());
      }
      rules.timeout(request);
    }
  }

  /** Checks a query; its limit is known where the request has none. */
  static void checkQuery(CollectionState collection, QueryPoints request, int limit) {
    StrictRules rules = new StrictRules(collection);
    if (rules.config.getEnabled()) {
      rules.fullScan(request);
      rules.limit((long) limit, "limit");
      rules.read(Requests.filter(request));
      rules.exact(request.getParams().getExact());
      rules.timeout(request);
    }
  }

  /** Checks an update. */
  static void checkUpdate(
      CollectionState collection,
      PointsUpdateOperation operation,
      @Nullable PointsSelector selector,
      @Nullable Long timeout) {
    StrictRules rules = new StrictRules(collection);
    if (!rules.config.getEnabled()) {
      return;
    }
    if (operation.hasUpsert()) {
      rules.batch(operation.getUpsert().getPointsCount(), "upsert limit");
    }
    if (operation.hasUpdateVectors()) {
      rules.batch(operation.getUpdateVectors().getPointsCount(), "update limit");
    }
    if (selector != null && selector.hasFilter()) {
      rules.filter(
          selector.getFilter(),
          rules.config.hasUnindexedFilteringUpdate()
              && !rules.config.getUnindexedFilteringUpdate());
    }
    rules.timeout(timeout);
  }

  private void fullScan(QueryPoints request) {
    boolean everything = hnsw.hasM() && hnsw.getM() == 0;
    if (!config.hasSearchAllowExact()
        || config.getSearchAllowExact()
        || !request.hasQuery()
        || !everything) {
      return;
    }
    boolean ofTenant = conditions(request.getFilter()).anyMatch(this::onTenantIndex);
    if (!ofTenant) {
      String on = request.getUsing().isEmpty() ? "" : " on '" + request.getUsing() + "'";
      throw refusal(
          "Request is forbidden" + on
              + " because global vector indexing is disabled (hnsw_config.m = 0)",
          "Use tenant-specific filter, enable global vector indexing or enable strict mode"
              + " `search_allow_exact` option");
    }
  }

  private boolean onTenantIndex(Condition condition) {
    PayloadSchemaInfo index = indexes.get(condition.getField().getKey());
    return index != null
        && (index.getParams().getKeywordIndexParams().getIsTenant()
            || index.getParams().getUuidIndexParams().getIsTenant());
  }

  private void read(@Nullable Filter filter) {
    if (filter != null) {
      filter(
          filter,
          config.hasUnindexedFilteringRetrieve() && !config.getUnindexedFilteringRetrieve());
    }
  }

  private void filter(Filter filter, boolean indexedOnly) {
    if (indexedOnly) {
      requireIndexes(filter);
    }
    long conditions = count(filter);
    if (config.hasFilterMaxConditions() && conditions > config.getFilterMaxConditions()) {
      throw refusal(
          "Filter condition limit reached (%s > %s)"
              .formatted(conditions, config.getFilterMaxConditions()),
          "Reduce the amount of conditions of your filter.");
    }
    long size = conditions(filter).mapToLong(StrictRules::size).max().orElse(0);
    if (config.hasConditionMaxSize() && size > config.getConditionMaxSize()) {
      throw refusal(
          "Condition size limit reached (%s > %s)".formatted(size, config.getConditionMaxSize()),
          "Reduce the size of your condition.");
    }
  }

  private void exact(boolean exact) {
    if (exact && config.hasSearchAllowExact() && !config.getSearchAllowExact()) {
      throw refusal("Exact search disabled!", "Set exact=false.");
    }
  }

  private void limit(@Nullable Long value, String name) {
    if (value != null && config.hasMaxQueryLimit()) {
      atMost(value, config.getMaxQueryLimit(), name);
    }
  }

  private void batch(long value, String name) {
    if (config.hasUpsertMaxBatchsize()) {
      atMost(value, config.getUpsertMaxBatchsize(), name);
    }
  }

  private void timeout(Message request) {
    timeout(number(request, "timeout"));
  }

  private void timeout(@Nullable Long seconds) {
    if (seconds != null && config.hasMaxTimeout()) {
      atMost(seconds, config.getMaxTimeout(), "timeout");
    }
  }

  private static void atMost(long value, long limit, String name) {
    if (value > limit) {
      throw refusal(
          "Limit exceeded %s > %s for \"%s\"".formatted(value, limit, name),
          "Reduce the \"%s\" parameter to or below %s.".formatted(name, limit));
    }
  }

  private static QdrantError refusal(String error, String help) {
    return QdrantError.badRequest(error + ". Help: " + help);
  }

  static @Nullable Long number(Message request, String name) {
    FieldDescriptor field = request.getDescriptorForType().findFieldByName(name);
    return field != null && request.hasField(field)
        ? ((Number) request.getField(field)).longValue()
        : null;
  }

  // ---- filters

  /** The number of conditions, those of filters within it included. */
  static long count(Filter filter) {
    return conditions(filter)
        .mapToLong(condition -> switch (condition.getConditionOneOfCase()) {
          case FILTER -> count(condition.getFilter());
          case NESTED -> count(condition.getNested().getFilter());
          default -> 1;
        })
        .sum();
  }

  private static Stream<Condition> conditions(Filter filter) {
    return Stream.of(
            filter.getMustList(),
            filter.getMustNotList(),
            filter.getShouldList(),
            filter.getMinShould().getConditionsList())
        .flatMap(List::stream);
  }

  private static long size(Condition condition) {
    return switch (condition.getConditionOneOfCase()) {
      case HAS_ID -> condition.getHasId().getHasIdCount();
      case FILTER ->
        conditions(condition.getFilter()).mapToLong(StrictRules::size).max().orElse(0);
      case NESTED ->
        conditions(condition.getNested().getFilter())
            .mapToLong(StrictRules::size)
            .max()
            .orElse(0);
      case FIELD -> size(condition.getField().getMatch());
      default -> 0;
    };
  }

  private static long size(Match match) {
    return switch (match.getMatchValueCase()) {
      case KEYWORDS -> match.getKeywords().getStringsCount();
      case INTEGERS -> match.getIntegers().getIntegersCount();
      case EXCEPT_KEYWORDS -> match.getExceptKeywords().getStringsCount();
      case EXCEPT_INTEGERS -> match.getExceptIntegers().getIntegersCount();
      default -> 0;
    };
  }

  private void requireIndexes(Filter filter) {
    conditions(filter).forEach(condition -> {
      switch (condition.getConditionOneOfCase()) {
        case FILTER -> requireIndexes(condition.getFilter());
        case IS_EMPTY -> requireIndex(condition.getIsEmpty().getKey(), EVERY_TYPE);
        case IS_NULL -> requireIndex(condition.getIsNull().getKey(), EVERY_TYPE);
        case FIELD -> requireIndex(condition.getField().getKey(), types(condition.getField()));
        case NESTED ->
          throw QdrantError.unimplemented("nested conditions where strict mode wants indexes");
        case HAS_ID, HAS_VECTOR, CONDITIONONEOF_NOT_SET -> {
          // They need no index.
        }
      }
    });
  }

  private static final List<PayloadSchemaType> EVERY_TYPE = Stream.of(PayloadSchemaType.values())
      .filter(
          type -> type != PayloadSchemaType.UNRECOGNIZED && type != PayloadSchemaType.UnknownType)
      .toList();

  private void requireIndex(String field, List<PayloadSchemaType> types) {
    PayloadSchemaInfo index = indexes.get(field);
    if (types.isEmpty() || index != null && types.contains(index.getDataType())) {
      return;
    }
    TreeSet<String> names = new TreeSet<>();
    types.forEach(type -> names.add(type.name().toLowerCase(java.util.Locale.ROOT)));
    throw refusal(
        "Index required but not found for \"" + field + "\" of one of the following types: "
            + names,
        "Create an index for this key or use a different filter.");
  }

  private static List<PayloadSchemaType> types(FieldCondition field) {
    List<PayloadSchemaType> types = new ArrayList<>();
    if (field.hasMatch()) {
      types.addAll(types(field.getMatch()));
    }
    if (field.hasRange()) {
      types.add(PayloadSchemaType.Float);
      types.add(PayloadSchemaType.Integer);
    }
    if (field.hasValuesCount() || field.hasIsEmpty() || field.hasIsNull()) {
      types.addAll(EVERY_TYPE);
    }
    return types;
  }

  private static List<PayloadSchemaType> types(Match match) {
    return switch (match.getMatchValueCase()) {
      case KEYWORD -> typesOfTexts(List.of(match.getKeyword()));
      case KEYWORDS -> typesOfTexts(match.getKeywords().getStringsList());
      case EXCEPT_KEYWORDS -> typesOfTexts(match.getExceptKeywords().getStringsList());
      case INTEGER -> List.of(PayloadSchemaType.Integer);
      case INTEGERS ->
        match.getIntegers().getIntegersCount() == 0
            ? List.of()
            : List.of(PayloadSchemaType.Integer);
      case EXCEPT_INTEGERS ->
        match.getExceptIntegers().getIntegersCount() == 0
            ? List.of()
            : List.of(PayloadSchemaType.Integer);
      case BOOLEAN -> List.of(PayloadSchemaType.Bool);
      case TEXT, PHRASE, TEXT_ANY -> List.of(PayloadSchemaType.Text);
      case MATCHVALUE_NOT_SET -> List.of();
    };
  }

  /** A list of no values finds nothing and needs no index. */
  private static List<PayloadSchemaType> typesOfTexts(List<String> texts) {
    if (texts.isEmpty()) {
      return List.of();
    }
    return texts.stream().allMatch(PointKey::isUuid)
        ? List.of(PayloadSchemaType.Keyword, PayloadSchemaType.Uuid)
        : List.of(PayloadSchemaType.Keyword);
  }
}
