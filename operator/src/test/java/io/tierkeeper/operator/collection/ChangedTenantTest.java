package io.tierkeeper.operator.collection;

import static org.assertj.core.api.Assertions.assertThat;

import io.tierkeeper.evaluation.CollectionEvaluation;
import io.tierkeeper.evaluation.CollectionMemory;
import io.tierkeeper.evaluation.CollectionMoves;
import io.tierkeeper.evaluation.EvaluationInput;
import io.tierkeeper.evaluation.EvaluationOutcome;
import io.tierkeeper.evaluation.EvaluationRules;
import io.tierkeeper.evaluation.Measurement;
import io.tierkeeper.evaluation.OpenMove;
import io.tierkeeper.evaluation.PenaltyValues;
import io.tierkeeper.evaluation.Restrictions;
import io.tierkeeper.evaluation.TenantCount;
import io.tierkeeper.evaluation.TenantIntent;
import io.tierkeeper.evaluation.policy.Policy;
import io.tierkeeper.governance.decision.DecisionPolicy;
import io.tierkeeper.governance.decision.Direction;
import io.tierkeeper.governance.decision.MoveCosts;
import io.tierkeeper.governance.decision.Pin;
import io.tierkeeper.governance.decision.WindowState;
import io.tierkeeper.qdrant.ShardKey;
import io.tierkeeper.qdrant.TenantId;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

/** The answer to a changed TenantTier is what an evaluation of all tenants would say without a new measurement. */
@NullUnmarked
class ChangedTenantTest {

  private static final Instant NOW = Instant.parse("2026-11-21T00:00:00Z");
  private static final int TENANTS = 60;

  @Test
  void theAnswerIsTheVerdictOfAnEvaluationOfAllTenants() {
    Map<TenantId, TenantCount> counts = new HashMap<>();
    Map<TenantId, TenantIntent> intents = new HashMap<>();
    DecisionPolicy policy = Policy.defaults().decisions();
    for (int i = 0; i < TENANTS; i++) {
      counts.put(tenant(i), new TenantCount(100_000 / (i + 1), i % 7 == 0, true));
      intents.put(tenant(i), new TenantIntent("kb-" + i, tenant(i), Pin.AUTO, 1, policy));
    }
    EvaluationOutcome last = evaluate(
        intents, new Measurement(NOW, counts, 1_000_000), CollectionMemory.EMPTY, NOW, 100);
    Instant later = NOW.plusSeconds(40);
    for (int i = 0; i < TENANTS; i++) {
      for (Pin pin : Pin.values()) {
        TenantIntent changed = new TenantIntent("kb-" + i, tenant(i), pin, 1, policy);
        Map<TenantId, TenantIntent> all = new HashMap<>(intents);
        all.put(tenant(i), changed);
        assertThat(evaluate(
                    Map.of(tenant(i), changed),
                    null,
                    ChangedTenant.only(tenant(i), last.memory(), last.tenantIndex()),
                    later,
                    0)
                .verdicts())
            .containsOnlyKeys(tenant(i))
            .containsEntry(
                tenant(i),
                evaluate(all, null, last.memory(), later, 100).verdicts().get(tenant(i)));
      }
    }
  }

  private static EvaluationOutcome evaluate(
      Map<TenantId, TenantIntent> intents,
      Measurement measured,
      CollectionMemory memory,
      Instant now,
      int reported) {
    Policy policy = Policy.defaults();
    Map<Direction, WindowState> windows = new HashMap<>();
    for (Direction direction : Direction.values()) {
      windows.put(direction, WindowState.always());
    }
    Map<TenantId, OpenMove> open = Map.of(
        tenant(1), new OpenMove("kb-1-promote", Direction.PROMOTE, OpenMove.Stage.WAITING),
        tenant(7), new OpenMove("kb-7-demote", Direction.DEMOTE, OpenMove.Stage.WORKING));
    return new CollectionEvaluation()
        .evaluate(new EvaluationInput(
            now,
            new EvaluationRules(policy.parameters(), policy.weighted(), policy.decisions()),
            TenantId.Kind.KEYWORD,
            intents,
            reported,
            measured,
            memory,
            new CollectionMoves(open, Map.of(), 1, MoveCosts.NONE),
            new Restrictions(java.util.List.of(), windows, null),
            PenaltyValues.NONE));
  }

  private static TenantId tenant(int number) {
    return ShardKey.of("tenant-" + number).tenant();
  }
}
