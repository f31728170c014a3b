package io.tierkeeper.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import io.tierkeeper.governance.decision.DecisionPolicy;
import io.tierkeeper.governance.decision.Match;
import io.tierkeeper.governance.decision.Thresholds;
import io.tierkeeper.qdrant.CollectionDescription.IndexedField;
import io.tierkeeper.qdrant.FacetHit;
import io.tierkeeper.qdrant.Filter;
import io.tierkeeper.qdrant.QdrantReads;
import io.tierkeeper.qdrant.ShardKey;
import io.tierkeeper.qdrant.TenantId;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** How many tenants are counted one by one. */
class ExactCountsTest {

  private static final DecisionPolicy POLICY = DecisionPolicy.defaults()
      .withPromote(new Thresholds(
          OptionalDouble.empty(), OptionalLong.of(10_000), Match.EITHER, Duration.ZERO))
      .withDemote(new Thresholds(
          OptionalDouble.empty(), OptionalLong.of(2_000), Match.BOTH, Duration.ZERO));

  private final List<FacetHit> facet = new ArrayList<>();
  private final List<TenantId> counted = new ArrayList<>();
  private final Set<TenantId> declared = new LinkedHashSet<>();
  private int limit = MeasurementObserver.FACET_LIMIT;
  private int facets;

  @Test
  void aBoundedNumberOfTenantsIsCountedExactlyTheOnesClosestToThePromotionFirst() {
    for (int i = 0; i < 2_000; i++) {
      facet.add(new FacetHit(TenantId.of("big-" + i), 20_000 + i));
    }
    facet.add(new FacetHit(TenantId.of("close"), 9_900));
    // Above 0.8 of the threshold of demotion, which does not concern a tenant of the fallback.
    for (int i = 0; i < 100; i++) {
      facet.add(new FacetHit(TenantId.of("small-" + i), 1_900));
    }
    Measurement measured = measure();
    assertThat(counted).hasSize(MeasurementObserver.MAX_EXACT).startsWith(TenantId.of("close"));
    assertThat(counted).noneMatch(tenant -> tenant.toString().startsWith("small"));
    assertThat(measured.tenants()).hasSize(2_101);
  }

  /** Of a million tenants, the facet lists the biggest only. */
  @Test
  void declaredTenantsThatTheFacetDoesNotReachAreCountedTogether() {
    limit = 1_000;
    for (int i = 0; i < limit; i++) {
      facet.add(new FacetHit(TenantId.of("big-" + i), 5_000));
    }
    for (int i = 0; i < 1_500; i++) {
      declared.add(TenantId.of("small-" + i));
    }
    Measurement measured = measure();
    assertThat(counted).isEmpty();
    assertThat(facets).isEqualTo(2);
    assertThat(measured.tenants())
        .containsEntry(TenantId.of("small-7"), new TenantCount(7, false, true))
        .containsEntry(TenantId.of("small-1400"), new TenantCount(1_400, false, true));
  }

  private Measurement measure() {
    long all = facet.stream().mapToLong(FacetHit::count).sum();
    QdrantReads port = (QdrantReads) Proxy.newProxyInstance(
        QdrantReads.class.getClassLoader(),
        new Class<?>[] {QdrantReads.class},
        (self, method, args) -> switch (method.getName()) {
          case "facet" -> facet;
          case "exactFacet" -> {
            facets++;
            // small-7 has 7 points, and so on.
            yield declared.stream()
                .filter(tenant -> tenantsOf(args[3]).contains(tenant.toString()))
                .map(tenant -> new FacetHit(
                    tenant, Long.parseLong(tenant.toString().substring("small-".length()))))
                .filter(hit -> hit.count() > 0)
                .toList();
          }
          case "count" -> {
            if (args[2] == null) {
              yield all;
            }
            for (FacetHit hit : facet) {
              if (Filter.tenant("group_id", Objects.requireNonNull(hit.tenant()))
                  .equals(args[2])) {
                counted.add(hit.tenant());
                yield hit.count();
              }
            }
            yield 0L;
          }
          default -> throw new AssertionError("asked " + method.getName());
        });
    return new MeasurementObserver(() -> Instant.EPOCH)
        .measure(
            port,
            new MeasurementRequest(
                "kb",
                "group_id",
                new IndexedField("keyword", true),
                ShardKey.of("default"),
                Set.of(),
                declared,
                true,
                limit,
                new UnindexedCounts(),
                new KeyCounts(),
                POLICY));
  }

  private static List<?> tenantsOf(Object filter) {
    return ((Filter.MatchesAny) ((Filter) filter).must().getFirst()).values();
  }
}
