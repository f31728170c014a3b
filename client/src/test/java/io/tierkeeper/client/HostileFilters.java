package io.tierkeeper.client;

import io.qdrant.client.ConditionFactory;
import io.qdrant.client.grpc.Common;
import io.qdrant.client.grpc.Common.Condition;
import io.qdrant.client.grpc.Common.Filter;
import io.qdrant.client.grpc.Common.MinShould;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** Filters that try to get out of a tenant: by its field, by the ids of others, by each kind of clause, nested in each other. */
final class HostileFilters {

  private HostileFilters() {}

  static Arbitrary<Filter> any(List<String> tenants, long maxId) {
    return filter(tenants, maxId, 2);
  }

  private static Arbitrary<Filter> filter(List<String> tenants, long maxId, int depth) {
    Arbitrary<List<Condition>> some = condition(tenants, maxId, depth).list().ofMaxSize(2);
    return Combinators.combine(some, some, some, some, Arbitraries.integers().between(-1, 2))
        .as((must, mustNot, should, min, count) -> {
          Filter.Builder filter =
              Filter.newBuilder().addAllMust(must).addAllMustNot(mustNot).addAllShould(should);
          if (count >= 0) {
            filter.setMinShould(MinShould.newBuilder().addAllConditions(min).setMinCount(count));
          }
          return filter.build();
        });
  }

  private static Arbitrary<Condition> condition(List<String> tenants, long maxId, int depth) {
    String field = ClientConfig.DEFAULT_TENANT_FIELD;
    Arbitrary<String> tenant = Arbitraries.of(tenants);
    Arbitrary<Condition> simple = Arbitraries.oneOf(
        tenant.map(name -> ConditionFactory.matchKeyword(field, name)),
        tenant.list().ofSize(2).map(names -> ConditionFactory.matchKeywords(field, names)),
        tenant.list().ofSize(1).map(names -> ConditionFactory.matchExceptKeywords(field, names)),
        Arbitraries.longs()
            .between(0, maxId)
            .map(id ->
                ConditionFactory.hasId(Common.PointId.newBuilder().setNum(id).build())),
        Arbitraries.longs()
            .between(0, maxId)
            .map(number -> ConditionFactory.match("number", number)),
        Arbitraries.of(
            ConditionFactory.isEmpty(field),
            ConditionFactory.isEmpty("number"),
            ConditionFactory.isNull(field),
            ConditionFactory.filter(Filter.getDefaultInstance())));
    return depth == 0
        ? simple
        : Arbitraries.oneOf(
            simple, filter(tenants, maxId, depth - 1).map(ConditionFactory::filter));
  }
}
