package io.tierkeeper.lab.faults;

import io.tierkeeper.lab.faults.inject.PlannedFault;
import io.tierkeeper.lab.faults.inject.FaultKind;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One write of a whole operator is struck, and the operator comes to what is wanted all the same. */
class OperatorTrialTest {

  @Test
  void isWellWhereTheLeadingReplicaDiesAtAWrite() {
    OperatorTrial.Verdict verdict =
        OperatorTrial.of("operator/14/1/60=death-after-sending").play();
    assertThat(verdict.faults()).isEmpty();
    OperatorRun.Report report = Objects.requireNonNull(verdict.report());
    assertThat(report.struck()).hasSize(1);
    assertThat(report.deaths()).isPositive();
  }

  @Test
  void isReadAsItWasWritten() {
    OperatorTrial trial =
        new OperatorTrial(7, 1, new PlannedFault(12, FaultKind.DEATH_AFTER_SENDING));
    assertThat(trial.id()).isEqualTo("operator/7/1/12=death-after-sending");
    assertThat(OperatorTrial.of(trial.id())).isEqualTo(trial);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "operator/7/2/12=late",
        "operator/7/1",
        "operator/x/1/12=late",
        "operator/7/1/12=nap"
      })
  void refusesWhatItIsNot(String id) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> OperatorTrial.of(id))
        .withMessageMatching("(?s).*(allowed: |is no number).*");
  }
}
