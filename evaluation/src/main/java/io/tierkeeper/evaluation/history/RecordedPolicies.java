package io.tierkeeper.evaluation.history;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.tierkeeper.api.v1alpha1.TierPolicy;
import io.tierkeeper.api.v1alpha1.TierPolicySpec;
import io.tierkeeper.audit.PolicyData;
import io.tierkeeper.audit.PolicyRef;
import io.tierkeeper.evaluation.policy.Policy;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The policies in a trail, by the hash that decisions name. */
final class RecordedPolicies {

  private final Map<String, Policy> byHash = new HashMap<>();
  private final Map<String, String> refused = new HashMap<>();

  /**
   * Takes in a policy line.
   *
   * @return the hash that its spec really has where that is not the one it names; null where it is
   */
  @Nullable
  String take(PolicyData data) {
    String hash = data.policy().hash();
    try {
      TierPolicy policy = new TierPolicy();
      policy.setMetadata(new ObjectMetaBuilder()
          .withName(data.policy().name())
          .withGeneration(data.policy().generation())
          .build());
      policy.setSpec(Serialization.jsonMapper().treeToValue(data.spec(), TierPolicySpec.class));
      Policy rules = Policy.read(policy);
      byHash.put(hash, rules);
      return rules.hash().equals(hash) ? null : rules.hash();
    } catch (JsonProcessingException | IllegalArgumentException e) {
      refused.put(hash, String.valueOf(e.getMessage()));
      return null;
    }
  }

  /**
   * The policy that a line names.
   *
   * @throws NotReplayable when no line before holds it, or it cannot be read
   */
  Policy of(PolicyRef policy) throws NotReplayable {
    String hash = policy.hash();
    if (refused.containsKey(hash)) {
      throw new NotReplayable("its policy " + hash + " cannot be read: " + refused.get(hash));
    }
    if (!byHash.containsKey(hash)) {
      throw new NotReplayable("its policy " + hash
          + " is not in the given lines before it; give the earlier files of the trail too");
    }
    return Objects.requireNonNull(byHash.get(hash));
  }
}
