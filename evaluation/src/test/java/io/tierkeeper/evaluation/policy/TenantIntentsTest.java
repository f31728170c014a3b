package io.tierkeeper.evaluation.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.utils.Serialization;
import io.tierkeeper.api.v1alpha1.TenantTier;
import io.tierkeeper.api.v1alpha1.TierPolicy;
import io.tierkeeper.qdrant.ShardKey;
import io.tierkeeper.qdrant.TenantId;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Which TenantTiers are followed, and what is reported for the others. */
class TenantIntentsTest {

  private static final Policy RULES = Policy.read(Serialization.unmarshal(
      "metadata: {name: standard, generation: 1}\nspec: {mode: Recommend}", TierPolicy.class));

  @Test
  void aTenantWithTheNameOfTheFallbackKeyIsRefusedInClearWords() {
    TenantIntents intents =
        TenantIntents.of(List.of(tier("kb-default", "default")), RULES, ShardKey.of("default"));
    assertThat(intents.valid()).isEmpty();
    TenantIntents.Refusal refusal = Objects.requireNonNull(intents.refused().get("kb-default"));
    assertThat(refusal.reason()).isEqualTo("TenantIsFallback");
    assertThat(refusal.message())
        .isEqualTo("spec.tenant: default is the fallback shard key of the collection;"
            + " allowed: any other tenant");
  }

  @Test
  void aNumberIsNotTheFallbackKeyOfTheSameDigits() {
    TenantTier number = Serialization.unmarshal(
        "metadata: {name: kb-7}\nspec: {collectionRef: {name: kb}, tenantInteger: 7}",
        TenantTier.class);
    assertThat(TenantIntents.of(List.of(number), RULES, ShardKey.of("7")).valid())
        .containsOnlyKeys(TenantId.of(7));
  }

  @Test
  void theYoungerOfTwoNamesTheOneInForce() {
    TenantTier older = tier("b", "acme");
    older.getMetadata().setCreationTimestamp("2026-11-20T00:00:00Z");
    TenantTier younger = tier("a", "acme");
    younger.getMetadata().setCreationTimestamp("2026-11-21T00:00:00Z");
    TenantIntents intents =
        TenantIntents.of(List.of(younger, older), RULES, ShardKey.of("default"));
    assertThat(intents.valid()).containsOnlyKeys(TenantId.of("acme"));
    assertThat(Objects.requireNonNull(intents.refused().get("a")).message())
        .contains("the older TenantTier b, which holds");
  }

  private static TenantTier tier(String name, String tenant) {
    return Serialization.unmarshal(
        "metadata: {name: " + name + "}\nspec: {collectionRef: {name: kb}, tenant: " + tenant + "}",
        TenantTier.class);
  }
}
