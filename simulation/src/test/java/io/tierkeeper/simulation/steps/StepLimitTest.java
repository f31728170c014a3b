package io.tierkeeper.simulation.steps;

import static org.assertj.core.api.Assertions.assertThat;

import io.tierkeeper.simulation.steps.StepLimit.Figure;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class StepLimitTest {
  private final StepResult run =
      StepComparison.of(StepFile.huf(), StepComparison.Setting.defaults()).run();

  @ParameterizedTest
  @EnumSource(Figure.class)
  void isMetByTheValueItselfAndNotByTheNextBelow(Figure figure) {
    double value = figure.of(run);
    double expected = switch (figure) {
      case COHERENCE -> run.cumulativeCoherence();
      case EROSION -> run.erosion();
      case LOCAL_COHERENCE -> Objects.requireNonNull(run.steps().get(2).localCoherence());
      case SHARE -> run.steps().get(10).rhoPost();
    };
    assertThat(value).isEqualTo(expected);
    assertThat(new StepLimit(figure, value).met(run)).isTrue();
    assertThat(new StepLimit(figure, Math.nextUp(value)).met(run)).isFalse();
  }
}
