package io.tierkeeper.api.mapping;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.tierkeeper.api.v1alpha1.TierPolicySpec;
import org.junit.jupiter.api.Test;

class PolicyHashTest {
  private final KubernetesSerialization yaml = new KubernetesSerialization();

  @Test
  void completingTwiceChangesNothing() {
    TierPolicySpec once =
        PolicyCompletion.complete(policy("{mode: Auto, promote: {minPoints: 5}}"));

    assertThat(PolicyCompletion.complete(once)).isEqualTo(once);
  }

  @Test
  void aPolicyWithoutTermsKeepsTheHashThatItHadBeforeThereWereAny() {
    assertThat(PolicyHash.canonicalJson(policy("{damping: {penaltyTerms: []}}")))
        .doesNotContain("penaltyTerms")
        .isEqualTo(PolicyHash.canonicalJson(null));
  }

  @Test
  void theHashFollowsContentAndNotSpelledOutDefaults() {
    String hash = PolicyHash.of(policy("{mode: Auto}"));

    assertThat(hash).matches("sha256:[0-9a-f]{64}");
    assertThat(PolicyHash.of(policy("{mode: Auto, limits: {maxDedicated: 200}}")))
        .isEqualTo(hash);
    assertThat(PolicyHash.of(policy("{mode: Auto, limits: {maxDedicated: 201}}")))
        .isNotEqualTo(hash);
    assertThat(PolicyHash.canonicalJson(null))
        .startsWith(
            "{\"approval\":{\"expiresAfter\":\"24h\",\"required\":[\"Demote\"]},\"cooldown\":")
        .doesNotContain("null", " \"");
  }

  private TierPolicySpec policy(String spec) {
    return yaml.unmarshal("---\n" + spec, TierPolicySpec.class);
  }
}
