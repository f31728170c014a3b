package io.tierkeeper.operator.collection;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.tierkeeper.api.v1alpha1.Reasons;
import io.tierkeeper.api.v1alpha1.TieredCollectionSpec;
import io.tierkeeper.api.v1alpha1.TieredCollectionStatus;
import io.tierkeeper.evaluation.Anomalies;
import io.tierkeeper.evaluation.CollectionMemory;
import io.tierkeeper.evaluation.EvaluationOutcome;
import io.tierkeeper.evaluation.Measurement;
import io.tierkeeper.operator.layout.Finding;
import io.tierkeeper.operator.status.Conditions;
import io.tierkeeper.qdrant.ShardKey;
import io.tierkeeper.qdrant.TenantId;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What is said of points that cannot be attributed to one tenant. */
class PointFindingsTest {

  private static final TieredCollectionSpec SPEC = Serialization.unmarshal(
      "collection: kb\ntenantKey: group_id\nfallbackShardKey: default\n",
      TieredCollectionSpec.class);

  @Test
  void saysNothingWhereEachPointHasItsTenant() {
    assertThat(findings(Anomalies.NONE)).isEmpty();
  }

  @Test
  void namesAFewOfManyShardKeys() {
    Map<ShardKey, Long> keys = new TreeMap<>((a, b) -> a.toString().compareTo(b.toString()));
    for (int key = 0; key < 8; key++) {
      keys.put(ShardKey.of("key_" + key), 100L);
    }
    Finding finding = findings(
            new Anomalies(keys, Map.of(), 3, 0, Map.of(), Map.of(), Set.of(), Set.of()))
        .orElseThrow();
    assertThat(finding.reason()).isEqualTo(Reasons.SHARD_KEY_HOLDS_OTHERS);
    assertThat(finding.message())
        .contains("key_0 (100 points), key_1 (100 points)", "key_4 (100 points) and 3 more.")
        .doesNotContain("key_5")
        .contains("3 points of fallback default have no value in field group_id");
  }

  @Test
  void namesTenantsThatShareAndSpellingsThatDiffer() {
    Finding finding = findings(new Anomalies(
            Map.of(),
            Map.of(ShardKey.of("acme"), 2L),
            0,
            7,
            Map.of(TenantId.of("globex"), 200L),
            Map.of(TenantId.of("3f25"), new TreeSet<>(Set.of("3F25"))),
            Set.of(),
            Set.of()))
        .orElseThrow();
    assertThat(finding.reason()).isEqualTo(Reasons.TENANT_SPELLING_DIFFERS);
    assertThat(finding.message())
        .contains("3f25 as 3F25", "acme (2 points)", "globex (200 points)", "About 7 points");
  }

  @Test
  void otherNumbersAreNoNews() {
    List<Condition> before = conditions(withoutTenant(90_000));
    List<Condition> after = conditions(withoutTenant(90_001));
    assertThat(PointFindings.news(before, after)).isEmpty();
    assertThat(PointFindings.news(List.of(), after)).isPresent();
    assertThat(CollectionStatuses.noise(status(before), status(after))).isTrue();
    assertThat(CollectionStatuses.noise(status(List.of()), status(after))).isFalse();
  }

  private static Anomalies withoutTenant(long points) {
    return new Anomalies(Map.of(), Map.of(), points, 0, Map.of(), Map.of(), Set.of(), Set.of());
  }

  private static List<Condition> conditions(Anomalies anomalies) {
    Conditions conditions = new Conditions(null, 1, Instant.EPOCH);
    PointFindings.report(findings(anomalies), conditions);
    return conditions.list();
  }

  private static TieredCollectionStatus status(List<Condition> conditions) {
    return TieredCollectionStatus.empty().toBuilder().conditions(conditions).build();
  }

  private static Optional<Finding> findings(Anomalies anomalies) {
    Measurement measurement = new Measurement(Instant.EPOCH, Map.of(), 0, anomalies);
    return PointFindings.of(
        new EvaluationOutcome(
            TenantId.Kind.KEYWORD,
            new CollectionMemory(Map.of(), measurement, null),
            null,
            Map.of(),
            List.of(),
            0,
            Map.of(),
            false),
        SPEC);
  }
}
