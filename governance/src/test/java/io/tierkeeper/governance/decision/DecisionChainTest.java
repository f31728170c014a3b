package io.tierkeeper.governance.decision;

import static io.tierkeeper.governance.decision.DecisionCases.NOW;
import static io.tierkeeper.governance.decision.DecisionCases.big;
import static io.tierkeeper.governance.decision.DecisionCases.small;
import static org.assertj.core.api.Assertions.assertThat;

import io.tierkeeper.governance.TierState;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What holds for the chain of rules as a whole. */
class DecisionChainTest {
  @Test
  void asksEveryRuleInOrder() {
    Decision decision =
        new DecisionChain().decide(big().mode(Mode.RECOMMEND).pin(Pin.AUTO).build());

    assertThat(decision.gates())
        .extracting(Gate::name)
        .containsExactly(
            "TenantSettled",
            "MeasurementAge",
            "Samples",
            "ShareAbovePromote",
            "StabilizationWindow",
            "FlapBudget",
            "Mode",
            "DedicatedLimit",
            "ConcurrentMoves",
            "MaintenanceWindow");
  }

  @Test
  void givesTheFirstObstacleAsReasonAndShowsAll() {
    Decision decision = new DecisionChain()
        .decide(big()
            .dedicated(200)
            .active(3)
            .window(new WindowState(false, NOW.plusSeconds(60)))
            .build());

    assertThat(decision.reason()).isEqualTo(DecisionReason.CAPACITY_REACHED);
    assertThat(decision.gates())
        .filteredOn(gate -> !gate.met())
        .extracting(Gate::name)
        .containsExactly("DedicatedLimit", "ConcurrentMoves", "MaintenanceWindow");
    assertThat(decision.nextOpening()).contains(NOW.plusSeconds(60));
  }

  @Test
  void requiresApprovalByModeAndDirection() {
    assertThat(new DecisionChain().decide(big().build()).approvalRequired()).isFalse();
    assertThat(new DecisionChain().decide(small().build()).approvalRequired()).isTrue();
    assertThat(new DecisionChain().decide(big().mode(Mode.APPROVE).build()).approvalRequired())
        .isTrue();
    assertThat(new DecisionChain().decide(big().mode(Mode.RECOMMEND).build()).approvalRequired())
        .isFalse();
  }

  @ParameterizedTest
  @EnumSource(TierState.class)
  void screensAsTheWholeChainDoes(TierState tier) {
    DecisionChain chain = new DecisionChain();
    for (Pin pin : Pin.values()) {
      for (double mass : new double[] {0, .049, .05, .1, .15, .151, 1}) {
        DecisionInput input =
            big().tier(tier).pin(pin).mass(mass).since(Instant.EPOCH).build();
        assertThat(
                chain.wanted(input.policy(), pin, tier, mass, input.measured().points()))
            .as("%s, %s, %s", tier, pin, mass)
            .isEqualTo(chain.decide(input).advised());
      }
    }
  }

  @Test
  void namesReasonsInPascalCaseWithASentence() {
    assertThat(DecisionReason.values()).allSatisfy(reason -> {
      String words = reason.label().replaceAll("(?<=[a-z])(?=[A-Z])", "_");
      assertThat(words.toUpperCase(java.util.Locale.ROOT)).isEqualTo(reason.name());
      assertThat(reason.sentence()).endsWith(".");
    });
  }
}
