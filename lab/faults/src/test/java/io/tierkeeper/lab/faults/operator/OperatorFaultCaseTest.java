package io.tierkeeper.lab.faults.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.tierkeeper.lab.faults.inject.FaultKind;
import io.tierkeeper.lab.faults.inject.PlannedFault;
import io.tierkeeper.lab.faults.report.Verdict;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A fault at one write of a whole operator, after which the operator still reaches the wanted state. */
class OperatorFaultCaseTest {

  @Test
  void passesWhereTheLeadingReplicaCrashesAtAWrite() {
    Verdict<OperatorFaultCase, OperatorRun.Report> verdict =
        OperatorFaultCase.of("operator/14/1/60=death-after-sending").play();
    assertThat(verdict.findings()).isEmpty();
    OperatorRun.Report report = Objects.requireNonNull(verdict.report());
    assertThat(report.injected()).hasSize(1);
    assertThat(report.evidence().deaths()).isPositive();
  }

  /** The retry claimed the move's slot again and did not release it: no further move of the collection started. */
  @Test
  void passesWhereTheAnswerIsLostThatTheEndOfAMoveIsStored() {
    int ends = 0;
    List<List<String>> writes = OperatorRun.play(2, false).writes();
    for (int replica = 0; replica < writes.size(); replica++) {
      int status = 0;
      for (int at = 1; at <= writes.get(replica).size(); at++) {
        String write = writes.get(replica).get(at - 1);
        if (write.startsWith("kubernetes PATCH tiermoves status ")) {
          status = at;
        } else if (write.startsWith("kubernetes PATCH tiermoves ") && status > 0) {
          // The finalizer goes right after the end is stored.
          ends++;
          var fault = new PlannedFault(status, FaultKind.ANSWER_LOST);
          assertThat(new OperatorFaultCase(2, replica, fault).play().findings()).isEmpty();
          status = 0;
        }
      }
    }
    assertThat(ends).isGreaterThan(1);
  }

  @Test
  void isReadAsItWasWritten() {
    OperatorFaultCase faultCase =
        new OperatorFaultCase(7, 1, new PlannedFault(12, FaultKind.DEATH_AFTER_SENDING));
    assertThat(faultCase.id()).isEqualTo("operator/7/1/12=death-after-sending");
    assertThat(OperatorFaultCase.of(faultCase.id())).isEqualTo(faultCase);
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
        .isThrownBy(() -> OperatorFaultCase.of(id))
        .withMessageMatching("(?s).*(allowed: |is no number).*");
  }
}
