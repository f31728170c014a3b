package io.tierkeeper.operator.collection;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.utils.Serialization;
import io.tierkeeper.api.v1alpha1.TieredCollectionStatus;
import io.tierkeeper.governance.decision.CostBand;
import io.tierkeeper.governance.decision.MeasuredCost;
import io.tierkeeper.governance.decision.MoveCosts;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@NullUnmarked
class MoveCostStatusesTest {

  private static final MoveCosts COSTS =
      new MoveCosts(new MeasuredCost(3, 1.25, 0.5), MeasuredCost.NONE);

  @Test
  void comesBackAsItWasWritten() {
    TieredCollectionStatus status = TieredCollectionStatus.empty().toBuilder()
        .moveCosts(MoveCostStatuses.status(COSTS, CostBand.defaults().withMeasured(COSTS)))
        .build();
    assertThat(MoveCostStatuses.read(status)).isEqualTo(COSTS);
    assertThat(MoveCostStatuses.read(null)).isEqualTo(MoveCosts.NONE);
  }

  @Test
  void isShownOnlyWhereThePolicyAsks() {
    assertThat(MoveCostStatuses.status(COSTS, CostBand.defaults())).isNull();
    assertThat(MoveCostStatuses.status(COSTS, null)).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{moves: 2, mean: '1.0'}",
        "{moves: 0, mean: '1.0', deviation: '0.1'}",
        "{moves: 2, mean: '-1.0', deviation: '0.1'}",
        "{moves: 2, mean: '1.0', deviation: 'wide'}"
      })
  void countsAsNotMeasuredWhereAPartIsMissingOrImpossible(String promotion) {
    TieredCollectionStatus status = Serialization.unmarshal(
        "moveCosts: {promotion: " + promotion + "}", TieredCollectionStatus.class);
    assertThat(MoveCostStatuses.read(status)).isEqualTo(MoveCosts.NONE);
  }
}
