package io.tierkeeper.lab.qdrant.emulator.points;

import io.qdrant.client.grpc.Collections.PayloadSchemaType;
import io.qdrant.client.grpc.Common.Condition;
import io.qdrant.client.grpc.Common.FieldCondition;
import io.qdrant.client.grpc.Common.Filter;
import io.qdrant.client.grpc.Common.Match;
import io.qdrant.client.grpc.Common.Range;
import io.qdrant.client.grpc.Common.RepeatedStrings;
import io.qdrant.client.grpc.Common.ValuesCount;
import io.qdrant.client.grpc.JsonWithInt.Value;
import io.qdrant.client.grpc.JsonWithInt.Value.KindCase;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A compiled filter; conditions that the emulator does not know are rejected when it is compiled. */
public final class FilterMatcher {

  private final Predicate<StoredPoint> predicate;
  private final Map<String, PayloadSchemaType> indexes;
  private final Set<String> unindexed = new HashSet<>();

  private FilterMatcher(@Nullable Filter filter, Map<String, PayloadSchemaType> indexes) {
    this.indexes = indexes;
    this.predicate = filter == null ? point -> true : compile(filter);
  }

  /** The matcher of a filter; without a filter every point matches. */
  public static FilterMatcher of(@Nullable Filter filter) {
    return of(filter, Map.of());
  }

  /** The matcher of a filter on fields that have these indexes, which see some values otherwise than the payload has them. */
  static FilterMatcher of(@Nullable Filter filter, Map<String, PayloadSchemaType> indexes) {
    return new FilterMatcher(filter, indexes);
  }

  /** The fields that this filter asks for and that no index has: their payloads are read, point by point. */
  Set<String> unindexed() {
    return unindexed;
  }

  boolean matches(StoredPoint point) {
    return predicate.test(point);
  }

  private Predicate<StoredPoint> compile(Filter filter) {
    List<Predicate<StoredPoint>> must = compile(filter.getMustList());
    List<Predicate<StoredPoint>> mustNot = compile(filter.getMustNotList());
    List<Predicate<StoredPoint>> should = compile(filter.getShouldList());
    List<Predicate<StoredPoint>> some = compile(filter.getMinShould().getConditionsList());
    long least = filter.hasMinShould() ? filter.getMinShould().getMinCount() : 0;
    return point -> matching(must, point) == must.size()
        && matching(mustNot, point) == 0
        && (should.isEmpty() || matching(should, point) > 0)
        && matching(some, point) >= least;
  }

  private static int matching(List<Predicate<StoredPoint>> conditions, StoredPoint point) {
    int matching = 0;
    for (Predicate<StoredPoint> condition : conditions) {
      matching += condition.test(point) ? 1 : 0;
    }
    return matching;
  }

  private List<Predicate<StoredPoint>> compile(List<Condition> conditions) {
    return conditions.stream().map(this::compile).toList();
  }

  private Predicate<StoredPoint> compile(Condition condition) {
    return switch (condition.getConditionOneOfCase()) {
      case FIELD -> compile(condition.getField());
      case IS_EMPTY -> {
        noteRead(condition.getIsEmpty().getKey());
        yield isEmpty(condition.getIsEmpty().getKey());
      }
      case IS_NULL -> {
        noteRead(condition.getIsNull().getKey());
        yield isNull(condition.getIsNull().getKey());
      }
      case HAS_ID -> {
        Set<PointKey> ids = new HashSet<>();
        condition.getHasId().getHasIdList().forEach(id -> ids.add(PointKey.of(id)));
        yield point -> ids.contains(point.key());
      }
      case FILTER -> compile(condition.getFilter());
      case NESTED -> {
        PayloadPath path = PayloadPath.parse(condition.getNested().getKey());
        noteRead(condition.getNested().getKey());
        Predicate<StoredPoint> inner = of(condition.getNested().getFilter()).predicate;
        yield point -> path.flatten(point.payload()).stream()
            .filter(Value::hasStructValue)
            .anyMatch(value -> inner.test(
                new StoredPoint(point.key(), value.getStructValue().getFieldsMap(), Map.of())));
      }
      case HAS_VECTOR -> {
        String name = condition.getHasVector().getHasVector();
        yield point -> point.vectors().containsKey(name);
      }
      case CONDITIONONEOF_NOT_SET -> throw QdrantError.badInput("Malformed Condition type");
    };
  }

  private Predicate<StoredPoint> compile(FieldCondition field) {
    if (field.hasGeoBoundingBox() || field.hasGeoRadius() || field.hasGeoPolygon()) {
      throw QdrantError.unimplemented("geo conditions");
    }
    if (field.hasDatetimeRange()) {
      throw QdrantError.unimplemented("datetime ranges");
    }
    Predicate<StoredPoint> all = point -> true;
    PayloadPath path = PayloadPath.parse(field.getKey());
    noteRead(field.getKey());
    if (field.hasMatch()) {
      Predicate<Value> match = match(field);
      all = point -> path.any(point.payload(), match);
    }
    if (field.hasRange()) {
      Range range = field.getRange();
      all = all.and(point -> path.any(point.payload(), v -> within(range, v)));
    }
    if (field.hasValuesCount()) {
      ValuesCount count = field.getValuesCount();
      all = all.and(point -> path.select(point.payload()).stream().anyMatch(v -> within(count, v)));
    }
    if (field.hasIsEmpty()) {
      Predicate<StoredPoint> empty = isEmpty(field.getKey());
      all = all.and(field.getIsEmpty() ? empty : empty.negate());
    }
    if (field.hasIsNull()) {
      Predicate<StoredPoint> none = isNull(field.getKey());
      all = all.and(field.getIsNull() ? none : none.negate());
    }
    return all;
  }

  private void noteRead(String field) {
    if (!indexes.containsKey(field)) {
      unindexed.add(field);
    }
  }

  /** An index of UUIDs matches any spelling, an index of integers also whole numbers with a point. */
  private Predicate<Value> match(FieldCondition field) {
    PayloadSchemaType type = indexes.get(field.getKey());
    if (type == PayloadSchemaType.Uuid) {
      Predicate<Value> canonical = compile(canonical(field.getMatch()));
      return v -> canonical.test(canonical(v));
    }
    Predicate<Value> match = compile(field.getMatch());
    return type == PayloadSchemaType.Integer ? v -> match.test(whole(v)) : match;
  }

  private static Match canonical(Match match) {
    return switch (match.getMatchValueCase()) {
      case KEYWORD ->
        match.toBuilder().setKeyword(canonical(match.getKeyword())).build();
      case KEYWORDS ->
        match.toBuilder().setKeywords(canonical(match.getKeywords())).build();
      case EXCEPT_KEYWORDS ->
        match.toBuilder()
            .setExceptKeywords(canonical(match.getExceptKeywords()))
            .build();
      default -> match;
    };
  }

  private static RepeatedStrings canonical(RepeatedStrings texts) {
    return RepeatedStrings.newBuilder()
        .addAllStrings(
            texts.getStringsList().stream().map(FilterMatcher::canonical).toList())
        .build();
  }

  private static Value canonical(Value value) {
    return value.hasStringValue()
        ? Value.newBuilder().setStringValue(canonical(value.getStringValue())).build()
        : value;
  }

  private static String canonical(String text) {
    String canonical = PointKey.canonical(text);
    return canonical == null ? text : canonical;
  }

  private static Value whole(Value value) {
    double number = value.hasDoubleValue() ? value.getDoubleValue() : Double.NaN;
    return number == Math.rint(number) && Math.abs(number) < 0x1p63
        ? Value.newBuilder().setIntegerValue((long) number).build()
        : value;
  }

  private static Predicate<StoredPoint> isEmpty(String key) {
    PayloadPath path = PayloadPath.parse(key);
    return point -> path.flatten(point.payload()).stream()
        .allMatch(v -> v.getKindCase() == KindCase.NULL_VALUE);
  }

  private static Predicate<StoredPoint> isNull(String key) {
    PayloadPath path = PayloadPath.parse(key);
    return point -> path.any(point.payload(), v -> v.getKindCase() == KindCase.NULL_VALUE);
  }

  private static Predicate<Value> compile(Match match) {
    return switch (match.getMatchValueCase()) {
      case KEYWORD -> {
        String wanted = match.getKeyword();
        yield v -> v.hasStringValue() && v.getStringValue().equals(wanted);
      }
      case INTEGER -> v -> v.hasIntegerValue() && v.getIntegerValue() == match.getInteger();
      case BOOLEAN -> v -> v.hasBoolValue() && v.getBoolValue() == match.getBoolean();
      case KEYWORDS -> {
        Set<String> wanted = Set.copyOf(match.getKeywords().getStringsList());
        yield v -> v.hasStringValue() && wanted.contains(v.getStringValue());
      }
      case INTEGERS -> {
        Set<Long> wanted = Set.copyOf(match.getIntegers().getIntegersList());
        yield v -> v.hasIntegerValue() && wanted.contains(v.getIntegerValue());
      }
      case EXCEPT_KEYWORDS -> {
        Set<String> barred = Set.copyOf(match.getExceptKeywords().getStringsList());
        yield v -> !(v.hasStringValue() && barred.contains(v.getStringValue()));
      }
      case EXCEPT_INTEGERS -> {
        Set<Long> barred = Set.copyOf(match.getExceptIntegers().getIntegersList());
        yield v -> !(v.hasIntegerValue() && barred.contains(v.getIntegerValue()));
      }
      case TEXT, PHRASE, TEXT_ANY -> throw QdrantError.unimplemented("full-text matches");
      case MATCHVALUE_NOT_SET -> throw QdrantError.badInput("Malformed Match condition");
    };
  }

  private static boolean within(Range range, Value value) {
    double number;
    if (value.hasIntegerValue()) {
      number = value.getIntegerValue();
    } else if (value.hasDoubleValue()) {
      number = value.getDoubleValue();
    } else {
      return false;
    }
    return (!range.hasLt() || number < range.getLt())
        && (!range.hasGt() || number > range.getGt())
        && (!range.hasLte() || number <= range.getLte())
        && (!range.hasGte() || number >= range.getGte());
  }

  private static boolean within(ValuesCount count, Value value) {
    long size = value.getKindCase() == KindCase.NULL_VALUE
        ? 0
        : value.hasListValue() ? value.getListValue().getValuesCount() : 1;
    return (!count.hasLt() || size < count.getLt())
        && (!count.hasGt() || size > count.getGt())
        && (!count.hasLte() || size <= count.getLte())
        && (!count.hasGte() || size >= count.getGte());
  }
}
