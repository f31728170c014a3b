package io.tierkeeper.simulation.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tierkeeper.governance.decision.CostBand;
import io.tierkeeper.governance.decision.TierCost;
import io.tierkeeper.simulation.trace.Timeline;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class OfflineOptimumTest {
  private static final Duration STEP = TierCost.UNIT_TIME;

  @Property(tries = 300)
  void isWhatTryingEverySequenceFinds(
      @ForAll @Size(min = 1, max = 11) List<@DoubleRange(max = 7) Double> given,
      @ForAll @DoubleRange(min = 0.1, max = 9) double promotion,
      @ForAll @DoubleRange(max = 9) double demotion,
      @ForAll boolean starts) {
    double[] sizes = given.stream().mapToDouble(Double::doubleValue).toArray();
    CostBand costs = new CostBand(promotion, demotion);
    double cheapest = Double.POSITIVE_INFINITY;
    for (int tiers = 0; tiers < 1 << sizes.length; tiers++) {
      boolean[] dedicated = new boolean[sizes.length];
      for (int t = 0; t < sizes.length; t++) {
        dedicated[t] = (tiers >> t & 1) == 1;
      }
      cheapest = Math.min(cheapest, cost(sizes, dedicated, costs, starts));
    }
    OfflineOptimum optimum = OfflineOptimum.of(sizes, steps(sizes), costs, starts);

    assertThat(optimum.cost()).isCloseTo(cheapest, within(1e-9));
    assertThat(cost(sizes, optimum.dedicated(), costs, starts)).isCloseTo(cheapest, within(1e-9));
    assertThat(optimum.moves()).isEqualTo(moves(optimum.dedicated(), starts));
  }

  @Test
  void promotesAtOnceWhoStaysBigAndLeavesWhoIsBigForAMoment() {
    double[] big = new double[50];
    Arrays.fill(big, 2);
    OfflineOptimum optimum = OfflineOptimum.of(big, steps(big), CostBand.defaults(), false);
    assertThat(optimum.cost()).isEqualTo(8);
    assertThat(optimum.moves()).isEqualTo(1);
    assertThat(optimum.dedicated()).containsOnly(true);

    double[] moment = new double[50];
    Arrays.fill(moment, 10, 17, 2);
    assertThat(
            OfflineOptimum.of(moment, steps(moment), CostBand.defaults(), false).moves())
        .isZero();
  }

  private static Timeline steps(double[] sizes) {
    return Timeline.regular(Instant.EPOCH, STEP, sizes.length);
  }

  private static double cost(double[] sizes, boolean[] dedicated, CostBand costs, boolean starts) {
    double cost = 0;
    boolean before = starts;
    for (int t = 0; t < sizes.length; t++) {
      if (dedicated[t] != before) {
        cost += dedicated[t] ? costs.promotionCost() : costs.demotionCost();
      }
      cost += TierCost.of(sizes[t], STEP).in(dedicated[t]);
      before = dedicated[t];
    }
    return cost;
  }

  private static int moves(boolean[] dedicated, boolean starts) {
    int moves = 0;
    boolean before = starts;
    for (boolean now : dedicated) {
      moves += now == before ? 0 : 1;
      before = now;
    }
    return moves;
  }
}
