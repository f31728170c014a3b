package io.tierkeeper.api.v1alpha1;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import org.junit.jupiter.api.Test;

class ResourceReadingTest {
  private final KubernetesSerialization serialization = new KubernetesSerialization();

  @Test
  void readsWhatAnotherVersionWroteAndLeavesAbsentFieldsNull() {
    TenantTier tier = serialization.unmarshal("""
            apiVersion: tierkeeper.io/v1alpha1
            kind: TenantTier
            metadata: {name: kb-acme, namespace: team}
            spec: {collectionRef: {name: kb}, tenant: acme, fieldOfTomorrow: 1, promote: {aboveShare: "0.12", x: 2}}
            status: {tier: SomethingNew, gates: [{name: G, met: true, y: 3}], conditions: [{type: Ready, status: "True"}]}
            """, TenantTier.class);

    assertThat(tier.getSpec().tenant()).isEqualTo("acme");
    assertThat(tier.getSpec().tier()).isNull();
    assertThat(tier.getSpec().promote()).isEqualTo(new PromoteThreshold("0.12", null, null, null));
    assertThat(tier.getStatus().tier()).isEqualTo("SomethingNew");
    assertThat(tier.getStatus().conditions()).hasSize(1);
  }

  @Test
  void readsAnObjectWithoutSpecOrStatus() {
    TierPolicy policy = serialization.unmarshal(
        "apiVersion: tierkeeper.io/v1alpha1\nkind: TierPolicy\nmetadata: {name: p}\n",
        TierPolicy.class);

    assertThat(policy.getSpec()).isNull();
    assertThat(policy.getStatus()).isNull();
  }

  @Test
  void writesNoAbsentFieldAndNothingButTheComponents() {
    TierMove move = new TierMove();
    move.setStatus(TierMoveStatus.empty().toBuilder().phase("Pending").build());

    assertThat(serialization.asJson(move.getStatus())).isEqualTo("{\"phase\":\"Pending\"}");
  }
}
