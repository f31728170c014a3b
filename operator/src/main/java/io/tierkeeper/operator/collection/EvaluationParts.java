package io.tierkeeper.operator.collection;

import io.tierkeeper.evaluation.EvaluationRules;
import io.tierkeeper.evaluation.TenantIntent;
import io.tierkeeper.evaluation.policy.Policy;
import io.tierkeeper.evaluation.policy.TenantIntents;
import io.tierkeeper.governance.decision.Direction;
import io.tierkeeper.governance.decision.WindowState;
import io.tierkeeper.qdrant.TenantId;
import java.time.Instant;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;

/** Parts of the input of an evaluation that come from the policy and the TenantTiers alone; pure. */
final class EvaluationParts {

  private EvaluationParts() {}

  static EvaluationRules rules(Policy policy) {
    return new EvaluationRules(policy.parameters(), policy.weighted(), policy.decisions());
  }

  static Map<Direction, WindowState> windows(Policy policy, Instant now) {
    Map<Direction, WindowState> windows = new EnumMap<>(Direction.class);
    for (Direction direction : Direction.values()) {
      windows.put(direction, policy.window(now, direction));
    }
    return windows;
  }

  static Map<TenantId, TenantIntent> intents(TenantIntents intents) {
    Map<TenantId, TenantIntent> byTenant = new HashMap<>();
    intents.valid().forEach((tenant, valid) -> byTenant.put(tenant, valid.intent()));
    return byTenant;
  }
}
