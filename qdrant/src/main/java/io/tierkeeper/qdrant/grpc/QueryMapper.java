package io.tierkeeper.qdrant.grpc;

import io.qdrant.client.grpc.Collections;
import io.qdrant.client.grpc.Common;
import io.qdrant.client.grpc.Points;
import io.tierkeeper.qdrant.Filter;
import io.tierkeeper.qdrant.QdrantException;
import io.tierkeeper.qdrant.ShardKey;
import io.tierkeeper.qdrant.ShardSelector;
import java.util.Optional;

/** Converts what a request addresses: shard keys, selectors and filters. */
final class QueryMapper {
  private QueryMapper() {}

  static Collections.ShardKey toWire(ShardKey key) {
    return switch (key) {
      case ShardKey.Keyword keyword ->
        Collections.ShardKey.newBuilder().setKeyword(keyword.value()).build();
      case ShardKey.Number number ->
        Collections.ShardKey.newBuilder().setNumber(number.value()).build();
    };
  }

  static ShardKey fromWire(Collections.ShardKey key) {
    return switch (key.getKeyCase()) {
      case KEYWORD -> ShardKey.of(key.getKeyword());
      case NUMBER -> {
        if (key.getNumber() < 0) {
          throw new QdrantException.Rejected(
              "shard key "
                  + Long.toUnsignedString(key.getNumber())
                  + " of the answer is beyond "
                  + Long.MAX_VALUE
                  + ", the largest that Tierkeeper knows",
              null);
        }
        yield ShardKey.of(key.getNumber());
      }
      case KEY_NOT_SET ->
        throw new QdrantException.Rejected("a shard key without value in the answer", null);
    };
  }

  /** Empty where the request is to carry no selector. */
  static Optional<Points.ShardKeySelector> toWire(ShardSelector selector) {
    return switch (selector) {
      case ShardSelector.All all -> Optional.empty();
      case ShardSelector.Keys keys -> {
        Points.ShardKeySelector.Builder wire = Points.ShardKeySelector.newBuilder();
        keys.keys().forEach(key -> wire.addShardKeys(toWire(key)));
        yield Optional.of(wire.build());
      }
      case ShardSelector.WithFallback routed ->
        Optional.of(Points.ShardKeySelector.newBuilder()
            .addShardKeys(toWire(routed.target()))
            .setFallback(toWire(routed.fallback()))
            .build());
    };
  }

  static Common.Filter toWire(Filter filter) {
    Common.Filter.Builder wire = Common.Filter.newBuilder();
    filter.must().forEach(condition -> wire.addMust(toWire(condition)));
    filter.mustNot().forEach(condition -> wire.addMustNot(toWire(condition)));
    return wire.build();
  }

  private static Common.Condition toWire(Filter.Condition condition) {
    Common.Condition.Builder wire = Common.Condition.newBuilder();
    switch (condition) {
      case Filter.Matches matches ->
        wire.setField(Common.FieldCondition.newBuilder()
            .setKey(matches.field())
            .setMatch(matchToWire(matches)));
      case Filter.MatchesAny any ->
        wire.setField(
            Common.FieldCondition.newBuilder().setKey(any.field()).setMatch(anyToWire(any)));
      case Filter.MatchesOther other ->
        wire.setField(
            Common.FieldCondition.newBuilder().setKey(other.field()).setMatch(otherToWire(other)));
      case Filter.AtLeast range ->
        wire.setField(Common.FieldCondition.newBuilder()
            .setKey(range.field())
            .setRange(Common.Range.newBuilder().setGte(range.least())));
      case Filter.AtMost range ->
        wire.setField(Common.FieldCondition.newBuilder()
            .setKey(range.field())
            .setRange(Common.Range.newBuilder().setLte(range.most())));
      case Filter.HasId ids -> {
        Common.HasIdCondition.Builder list = Common.HasIdCondition.newBuilder();
        ids.ids().forEach(id -> list.addHasId(PointMapper.toWire(id)));
        wire.setHasId(list);
      }
      case Filter.IsEmpty empty ->
        wire.setIsEmpty(Common.IsEmptyCondition.newBuilder().setKey(empty.field()));
    }
    return wire.build();
  }

  private static Common.Match anyToWire(Filter.MatchesAny any) {
    Common.RepeatedStrings.Builder texts = Common.RepeatedStrings.newBuilder();
    Common.RepeatedIntegers.Builder numbers = Common.RepeatedIntegers.newBuilder();
    for (Object value : any.values()) {
      switch (value) {
        case String text -> texts.addStrings(text);
        case Long number -> numbers.addIntegers(number);
        default -> throw notComparable(any.field(), value);
      }
    }
    return numbers.getIntegersCount() > 0
        ? Common.Match.newBuilder().setIntegers(numbers).build()
        : Common.Match.newBuilder().setKeywords(texts).build();
  }

  private static Common.Match otherToWire(Filter.MatchesOther other) {
    Common.Match.Builder match = Common.Match.newBuilder();
    switch (other.value()) {
      case String text ->
        match.setExceptKeywords(Common.RepeatedStrings.newBuilder().addStrings(text));
      case Long number ->
        match.setExceptIntegers(Common.RepeatedIntegers.newBuilder().addIntegers(number));
      default -> throw notComparable(other.field(), other.value());
    }
    return match.build();
  }

  private static IllegalArgumentException notComparable(String field, Object value) {
    return new IllegalArgumentException("filter on field " + field + " compares with a "
        + value.getClass().getName() + "; allowed are String, Long and Boolean");
  }

  private static Common.Match matchToWire(Filter.Matches matches) {
    Common.Match.Builder match = Common.Match.newBuilder();
    switch (matches.value()) {
      case String text -> match.setKeyword(text);
      case Long number -> match.setInteger(number);
      case Integer number -> match.setInteger(number);
      case Boolean flag -> match.setBoolean(flag);
      default -> throw notComparable(matches.field(), matches.value());
    }
    return match.build();
  }
}
