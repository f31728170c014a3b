package io.tierkeeper.operator.view;

import static org.assertj.core.api.Assertions.assertThat;

import io.tierkeeper.api.v1alpha1.TenantTier;
import io.tierkeeper.api.v1alpha1.TierMove;
import io.tierkeeper.api.v1alpha1.TierPolicy;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

@NullUnmarked
class TolerantReadingTest {

  @Test
  void aNumberBeyondItsTypeIsAbsentAndTheRestIsRead() {
    TierMove move = TolerantReading.serialization().unmarshal("""
            {"spec": {"tenant": "acme", "plan": {"points": 9223372036854775808, "newSegments": 4294967296}},
             "status": {"phase": "Copying", "progress": {"percent": -9e99, "done": 3}}}
            """, TierMove.class);
    assertThat(move.getSpec().tenant()).isEqualTo("acme");
    assertThat(move.getSpec().plan().points()).isNull();
    assertThat(move.getSpec().plan().newSegments()).isNull();
    assertThat(move.getStatus().phase()).isEqualTo("Copying");
    assertThat(move.getStatus().progress().percent()).isNull();
    assertThat(move.getStatus().progress().done()).isEqualTo(3);
  }

  @Test
  void aConstantOfANewerVersionIsAbsentAndTheRestIsRead() {
    TierPolicy policy = TolerantReading.serialization()
        .unmarshal(
            "{\"spec\": {\"mode\": \"ModeOfTomorrow\", \"promote\": {\"minPoints\": 7}}}",
            TierPolicy.class);
    assertThat(policy.getSpec().mode()).isNull();
    assertThat(policy.getSpec().promote().minPoints()).isEqualTo(7);
  }

  @Test
  void aTextWhereAnObjectBelongsIsAbsentAndTheRestIsRead() {
    TenantTier tier = TolerantReading.serialization().unmarshal("""
            {"metadata": {"name": "kb-acme"}, "spec": "none", "status": {"tier": "Dedicated"}}
            """, TenantTier.class);
    assertThat(tier.getSpec()).isNull();
    assertThat(tier.getMetadata().getName()).isEqualTo("kb-acme");
    assertThat(tier.getStatus().tier()).isEqualTo("Dedicated");
    assertThat(ResourceViews.readable(tier)).isFalse();
  }

  @Test
  void aMemberOfAnotherShapeIsAbsentAndTheRestIsRead() {
    TenantTier tier = TolerantReading.serialization().unmarshal("""
            {"spec": {"tenant": "acme", "promote": [1, {"a": 2}], "approvals": "none", "tier": "Dedicated"}}
            """, TenantTier.class);
    assertThat(tier.getSpec().tenant()).isEqualTo("acme");
    assertThat(tier.getSpec().promote()).isNull();
    assertThat(tier.getSpec().tier()).isNotNull();
  }
}
