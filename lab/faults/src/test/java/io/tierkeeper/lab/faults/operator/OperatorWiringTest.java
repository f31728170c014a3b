package io.tierkeeper.lab.faults.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.tierkeeper.api.v1alpha1.Annotations;
import io.tierkeeper.operator.session.LeaderSession;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** The fault injection runs the wiring that ships: a changed update filter of the leader session is noticed. */
class OperatorWiringTest {

  private static final long SEED = 1;

  @Test
  void theFilterThatShipsPasses() {
    assertThat(OperatorRun.play(SEED, LeaderSession.UPDATE_FILTER).evidence().findings())
        .isEmpty();
  }

  @Test
  void aFilterThatIgnoresTheGenerationIsNoticed() {
    OperatorRun.Report report = OperatorRun.play(
        SEED,
        (now, before) -> !Objects.equals(
            now.getMetadata().getAnnotations(), before.getMetadata().getAnnotations()));
    assertThat(report.evidence().findings())
        .anyMatch(finding -> finding.startsWith("a changed pin was not"));
  }

  @Test
  void aFilterThatIgnoresTheRequestAnnotationIsNoticed() {
    OperatorRun.Report report = OperatorRun.play(
        SEED,
        (now, before) -> !Objects.equals(
            now.getMetadata().getGeneration(), before.getMetadata().getGeneration()));
    assertThat(report.evidence().findings())
        .as("annotation %s", Annotations.REQUESTED_AT)
        .anyMatch(finding -> finding.startsWith("a requested evaluation was not made"));
  }
}
