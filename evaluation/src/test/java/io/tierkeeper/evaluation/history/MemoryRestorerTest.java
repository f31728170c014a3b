package io.tierkeeper.evaluation.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.utils.Serialization;
import io.tierkeeper.api.v1alpha1.TenantTier;
import io.tierkeeper.api.v1alpha1.TierPolicy;
import io.tierkeeper.evaluation.CollectionMemory;
import io.tierkeeper.evaluation.policy.Policy;
import io.tierkeeper.governance.decision.CostAccount;
import io.tierkeeper.qdrant.TenantId;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@NullUnmarked
class MemoryRestorerTest {

  private static final String WRITTEN =
      "accumulated: '7.250000', credit: '-1.500000', net: '-0.250000', dedicated: true";

  private static CostAccount restored(String decision, String written) {
    TierPolicy policy = Serialization.unmarshal("""
        apiVersion: tierkeeper.io/v1alpha1
        kind: TierPolicy
        metadata: {name: brisk, namespace: default, generation: 1}
        spec: {decision: %s}
        """.formatted(decision), TierPolicy.class);
    TenantTier tier = Serialization.unmarshal("""
        apiVersion: tierkeeper.io/v1alpha1
        kind: TenantTier
        metadata: {name: acme, namespace: default}
        spec: {collectionRef: {name: kb}, tenant: acme}
        status:
          costAccount: {%s}
        """.formatted(written), TenantTier.class);
    CollectionMemory memory = MemoryRestorer.restore(
        RestoredTrail.NONE,
        List.of(tier),
        Policy.read(policy),
        TenantId.Kind.KEYWORD,
        Instant.parse("2026-03-01T00:00:00Z"));
    return memory.of(TenantId.of("acme")).account();
  }

  @Test
  void goesOnFromWhatACostBandHadAccumulated() {
    assertThat(restored("CostBand", WRITTEN))
        .isEqualTo(new CostAccount(7.25, -1.5, -0.25, true, 12));
  }

  @Test
  void keepsHowFarATenantHasComeWhereTheBandWasAnother() {
    assertThat(restored("CostBand", WRITTEN + ", width: '8.000000'"))
        .isEqualTo(new CostAccount(11.25, -1.5, -0.25, true, 12));
    assertThat(restored("CostBand", WRITTEN + ", width: wide")).isNull();
  }

  @Test
  void keepsToTheBandWhereItHasBecomeNarrower() {
    assertThat(restored("CostBand", WRITTEN.replace("7.25", "70.25")).accumulated())
        .isEqualTo(12);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Thresholds | 7.250000 | 7.250000",
        "CostBand | 7.250000 | much",
        "CostBand | , credit: '-1.500000' | ''",
      })
  void beginsAnewWithoutABandAndWhereAPartIsMissingOrUnreadable(
      String decision, String from, String to) {
    assertThat(restored(decision, WRITTEN.replace(from, to == null ? "" : to))).isNull();
  }
}
