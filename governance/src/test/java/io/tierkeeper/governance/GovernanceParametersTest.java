package io.tierkeeper.governance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class GovernanceParametersTest {
  @Test
  void namesFieldValueAndWhatIsAllowed() {
    TierPenalties penalties = TierPenalties.defaults();
    refuses(
        () -> new GovernanceParameters(Objective.COUPLED, -0.1, 0, 1, 1, 8, penalties),
        "varianceWeight is -0.1",
        ">= 0");
    refuses(
        () -> new GovernanceParameters(Objective.COUPLED, 0, Double.NaN, 1, 1, 8, penalties),
        "penaltyWeight is NaN",
        "finite");
    refuses(
        () -> new GovernanceParameters(
            Objective.COUPLED, 0, 0, Double.POSITIVE_INFINITY, 1, 8, penalties),
        "coherenceWeight is Infinity",
        "finite");
    refuses(
        () -> new GovernanceParameters(Objective.COUPLED, 0, 0, 0, 0, 8, penalties),
        "coherenceWeight + trackingWeight is 0.0",
        "> 0");
    refuses(
        () -> new GovernanceParameters(Objective.COUPLED, 0, 0, 1, 1, -1, penalties),
        "window is -1",
        ">= 0");
    refuses(() -> new TierPenalties(0, 0, -1, 0), "penalties.promoting is -1.0", ">= 0");
    refuses(
        () -> Regime.first("acme", -3, TierState.FALLBACK),
        "contribution of tenant acme is -3.0",
        ">= 0");
    refuses(
        () -> new Regime("acme", 1, TierState.FALLBACK, 1.5, Window.empty()),
        "lastDampedMass of tenant acme is 1.5",
        "[0,1]");
    refuses(() -> Window.of(0.1, -1), "window mass is -1.0", ">= 0");
  }

  private static void refuses(ThrowingCallable attempt, String what, String allowed) {
    assertThatThrownBy(attempt)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(what)
        .hasMessageContaining(allowed);
  }

  @Test
  void keepsTheNewestMassesOfAWindow() {
    Window window = Window.empty().append(.1, 3).append(.2, 3).append(.3, 3).append(.4, 3);

    assertThat(window).isEqualTo(Window.of(.2, .3, .4));
    assertThat(window.append(.5, 2)).isEqualTo(Window.of(.4, .5));
    assertThat(window.append(.5, 0)).isEqualTo(Window.empty());
  }

  @Test
  void coversNineTenthsWithNineOfTenEqualTenants() {
    double[] tenths = new double[10];
    java.util.Arrays.fill(tenths, 0.1);

    assertThat(Coherence.tenantsToCover90(tenths)).isEqualTo(9);
    assertThat(Coherence.tenantsToCover90(1.0)).isEqualTo(1);
    assertThat(Coherence.tenantsToCover90(0.5, 0.3, 0.2)).isEqualTo(3);
  }
}
