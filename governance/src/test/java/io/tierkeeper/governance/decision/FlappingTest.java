package io.tierkeeper.governance.decision;

import static org.assertj.core.api.Assertions.assertThat;

import io.tierkeeper.governance.Evaluation;
import io.tierkeeper.governance.Evaluator;
import io.tierkeeper.governance.GovernanceParameters;
import io.tierkeeper.governance.Regime;
import io.tierkeeper.governance.TierState;
import io.tierkeeper.governance.Window;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.DoubleRange;

class FlappingTest {
  private final DecisionChain chain = new DecisionChain();

  @Property(tries = 1000)
  void movesNoMoreOftenThanTheDampedMassTravels(
      @ForAll("odds") List<Double> odds,
      @ForAll @DoubleRange(min = 0.02, max = 0.45) double low,
      @ForAll @DoubleRange(min = 0.46, max = 0.95) double high) {
    DecisionPolicy policy = policy(high, low);
    double mass = odds.get(0) / (1 + odds.get(0));
    double travelled = 0;
    int moves = 0;
    TierState tier = TierState.FALLBACK;
    Window window = Window.of(mass);
    for (double w : odds) {
      Evaluation evaluation = new Evaluator()
          .evaluate(
              List.of(
                  new Regime("acme", w, tier, mass, window),
                  new Regime("rest", 1, TierState.FALLBACK, 1 - mass, Window.empty())),
              GovernanceParameters.defaults());
      double next = evaluation.regimes().get(0).dampedMass();
      travelled += Math.abs(next - mass);
      mass = next;
      window = window.append(mass, 8);
      Direction wanted = chain.wanted(policy, Pin.AUTO, tier, mass, 0);
      if (wanted != null) {
        moves++;
        tier = wanted == Direction.PROMOTE ? TierState.DEDICATED : TierState.FALLBACK;
      }
    }
    assertThat((double) moves).isLessThanOrEqualTo(1 + travelled / (high - low) + 1e-9);
  }

  private static DecisionPolicy policy(double promote, double demote) {
    return DecisionPolicy.defaults()
        .with(policy -> policy
            .mode(Mode.AUTO)
            .promote(Thresholds.ofShare(promote))
            .demote(Thresholds.ofShare(demote))
            .minSamples(0));
  }

  @Property(tries = 200)
  void ordersCandidatesByExcessThenByTenant(@ForAll("masses") List<Double> masses) {
    List<Decision> decisions = new ArrayList<>();
    for (int i = 0; i < masses.size(); i++) {
      double excess =
          DecisionRanking.excess(Thresholds.ofShare(.15), masses.get(i), 0, Direction.PROMOTE);
      decisions.add(new Promote(
          "t" + (100 + i),
          DecisionReason.SHARE_ABOVE_PROMOTE,
          List.of(),
          masses.get(i),
          0,
          excess,
          false,
          false));
    }
    decisions.add(new Hold("h", DecisionReason.PAUSED, List.of(), .9, 0, Direction.PROMOTE));
    decisions.add(
        new Demote("pinned", DecisionReason.PINNED_FALLBACK, List.of(), .9, 0, -5, true, false));

    List<Decision> ordered = DecisionRanking.order(decisions);

    assertThat(ordered).hasSize(masses.size() + 1);
    assertThat(ordered.get(0).tenant()).isEqualTo("pinned");
    for (int i = 2; i < ordered.size(); i++) {
      Decision before = ordered.get(i - 1);
      Decision after = ordered.get(i);
      assertThat(before.dampedMass()).isGreaterThanOrEqualTo(after.dampedMass());
      if (before.dampedMass() == after.dampedMass()) {
        assertThat(before.tenant()).isLessThan(after.tenant());
      }
    }
  }

  @Property(tries = 50)
  void refusesThresholdsThatCross(@ForAll @DoubleRange(min = 0.01, max = 0.99) double share) {
    org.assertj.core.api.Assertions.assertThatThrownBy(() -> policy(share, share))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("demote.belowShare is " + share);
    org.assertj.core.api.Assertions.assertThatThrownBy(() -> DecisionPolicy.defaults()
            .with(policy -> policy
                .promote(new Thresholds(
                    OptionalDouble.empty(),
                    OptionalLong.of(10),
                    Match.BOTH,
                    java.time.Duration.ZERO))
                .demote(new Thresholds(
                    OptionalDouble.empty(),
                    OptionalLong.of(10),
                    Match.BOTH,
                    java.time.Duration.ZERO))))
        .hasMessageContaining("demote.maxPoints is 10");
  }

  @Provide
  Arbitrary<List<Double>> odds() {
    return Arbitraries.doubles()
        .between(0.001, 50)
        .ofScale(3)
        .list()
        .ofMinSize(2)
        .ofMaxSize(60);
  }

  @Provide
  Arbitrary<List<Double>> masses() {
    return Arbitraries.of(.16, .2, .2000001, .5, .9).list().ofMinSize(1).ofMaxSize(12);
  }
}
