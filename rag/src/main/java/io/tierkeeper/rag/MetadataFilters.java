package io.tierkeeper.rag;

import dev.langchain4j.store.embedding.filter.Filter;
import dev.langchain4j.store.embedding.filter.comparison.ContainsString;
import dev.langchain4j.store.embedding.filter.comparison.IsEqualTo;
import dev.langchain4j.store.embedding.filter.comparison.IsGreaterThan;
import dev.langchain4j.store.embedding.filter.comparison.IsGreaterThanOrEqualTo;
import dev.langchain4j.store.embedding.filter.comparison.IsIn;
import dev.langchain4j.store.embedding.filter.comparison.IsLessThan;
import dev.langchain4j.store.embedding.filter.comparison.IsLessThanOrEqualTo;
import dev.langchain4j.store.embedding.filter.comparison.IsNotEqualTo;
import dev.langchain4j.store.embedding.filter.comparison.IsNotIn;
import dev.langchain4j.store.embedding.filter.logical.And;
import dev.langchain4j.store.embedding.filter.logical.Not;
import dev.langchain4j.store.embedding.filter.logical.Or;
import io.qdrant.client.ConditionFactory;
import io.qdrant.client.grpc.Common;
import io.qdrant.client.grpc.Common.Condition;
import io.qdrant.client.grpc.Common.Range;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Filters on metadata as filters of Qdrant. Only the client puts them beside the tenant's condition, so whatever a filter says, it
 * narrows.
 */
final class MetadataFilters {

  /** Names that need no quotes in a path of Qdrant. */
  private static final Pattern PLAIN_KEY = Pattern.compile("[A-Za-z0-9_-]+");

  /** What a quoted name cannot hold. */
  private static final Pattern UNQUOTABLE = Pattern.compile("[\"\\\\]");

  private static final String VALUES = "String, UUID, Boolean, Integer, Long, Float, Double";

  private MetadataFilters() {}

  /** @throws UnsupportedOperationException if Qdrant has no condition of this meaning; the message names the filter */
  static Common.Filter of(Filter filter) {
    return Common.Filter.newBuilder().addMust(condition(filter)).build();
  }

  private static Condition condition(Filter filter) {
    if (filter instanceof And and) {
      return all(condition(and.left()), condition(and.right()));
    } else if (filter instanceof Or or) {
      return any(List.of(condition(or.left()), condition(or.right())));
    } else if (filter instanceof Not not) {
      return no(condition(not.expression()));
    } else if (filter instanceof IsEqualTo equal) {
      return equal(equal.key(), equal.comparisonValue());
    } else if (filter instanceof IsNotEqualTo notEqual) {
      return no(equal(notEqual.key(), notEqual.comparisonValue()));
    } else if (filter instanceof IsIn in) {
      return in(in.key(), in.comparisonValues());
    } else if (filter instanceof IsNotIn notIn) {
      return no(in(notIn.key(), notIn.comparisonValues()));
    } else if (filter instanceof IsGreaterThan greater) {
      double bound = number(filter, greater.comparisonValue());
      return range(greater.key(), Range.newBuilder().setGt(bound));
    } else if (filter instanceof IsGreaterThanOrEqualTo atLeast) {
      double bound = number(filter, atLeast.comparisonValue());
      return range(atLeast.key(), Range.newBuilder().setGte(bound));
    } else if (filter instanceof IsLessThan less) {
      double bound = number(filter, less.comparisonValue());
      return range(less.key(), Range.newBuilder().setLt(bound));
    } else if (filter instanceof IsLessThanOrEqualTo atMost) {
      double bound = number(filter, atMost.comparisonValue());
      return range(atMost.key(), Range.newBuilder().setLte(bound));
    } else if (filter instanceof ContainsString) {
      throw new UnsupportedOperationException(
          filter + " is not supported: what Qdrant's full-text match finds depends on the index of"
              + " the field; allowed: isEqualTo, isIn on a metadata key of its own");
    }
    throw new UnsupportedOperationException("filter " + filter.getClass().getName()
        + " is not supported; allowed: the filters of LangChain4j except ContainsString");
  }

  private static Condition all(Condition left, Condition right) {
    return ConditionFactory.filter(
        Common.Filter.newBuilder().addMust(left).addMust(right).build());
  }

  private static Condition any(List<Condition> conditions) {
    return ConditionFactory.filter(
        Common.Filter.newBuilder().addAllShould(conditions).build());
  }

  /** Also true where the key is absent, as LangChain4j defines it. */
  private static Condition no(Condition condition) {
    return ConditionFactory.filter(
        Common.Filter.newBuilder().addMustNot(condition).build());
  }

  private static Condition equal(String key, Object value) {
    if (value instanceof String || value instanceof UUID) {
      return ConditionFactory.matchKeyword(path(key), value.toString());
    } else if (value instanceof Boolean flag) {
      return ConditionFactory.match(path(key), flag);
    } else if (value instanceof Long || value instanceof Integer) {
      return ConditionFactory.match(path(key), ((Number) value).longValue());
    } else if (value instanceof Double || value instanceof Float) {
      // Qdrant matches no real numbers; a Float is stored as the double of the same value.
      double number = ((Number) value).doubleValue();
      return range(key, Range.newBuilder().setGte(number).setLte(number));
    }
    throw new UnsupportedOperationException("metadata key " + key + " is compared with a "
        + value.getClass().getName() + "; allowed: " + VALUES);
  }

  private static Condition in(String key, Collection<?> values) {
    if (values.stream().allMatch(value -> value instanceof String || value instanceof UUID)) {
      return ConditionFactory.matchKeywords(
          path(key), values.stream().map(Object::toString).collect(Collectors.toList()));
    }
    List<Condition> conditions = new ArrayList<>();
    values.forEach(value -> conditions.add(equal(key, value)));
    return any(conditions);
  }

  private static Condition range(String key, Range.Builder range) {
    return ConditionFactory.range(path(key), range.build());
  }

  private static double number(Filter filter, Comparable<?> bound) {
    if (bound instanceof Number number) {
      return number.doubleValue();
    }
    throw new UnsupportedOperationException(
        filter + " is not supported: Qdrant orders numbers only;"
            + " allowed: Integer, Long, Float, Double");
  }

  /** A metadata key is one name, also with a dot, which would be a path without quotes. */
  private static String path(String key) {
    if (PLAIN_KEY.matcher(key).matches()) {
      return key;
    }
    if (UNQUOTABLE.matcher(key).find()) {
      throw new UnsupportedOperationException("metadata key " + key
          + " has a quote or a backslash, which no path of Qdrant can have; rename the key");
    }
    return '"' + key + '"';
  }
}
