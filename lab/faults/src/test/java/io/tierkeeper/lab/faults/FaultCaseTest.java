package io.tierkeeper.lab.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tierkeeper.lab.faults.inject.FaultKind;
import io.tierkeeper.lab.faults.inject.PlannedFault;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class FaultCaseTest {

  @ParameterizedTest
  @EnumSource
  void isRepeatedFromItsId(FaultKind kind) {
    FaultCase one = new FaultCase(
        MoveScenario.FREEZE_ABORTED,
        7,
        List.of(new PlannedFault(12, kind)),
        FaultCaseRun.Journal.LOST_AT_DEATH);
    assertThat(FaultCase.of(one.id())).isEqualTo(one);
    FaultCase pair = new FaultCase(
        MoveScenario.PROMOTION,
        -3,
        List.of(new PlannedFault(2, kind), new PlannedFault(1, FaultKind.REFUSED)),
        FaultCaseRun.Journal.KEPT);
    assertThat(FaultCase.of(pair.id())).isEqualTo(pair);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "freeze/1/2=refused | has 3 parts; allowed: SCENARIO/SEED/FAULTS/kept or /lost",
        "thaw/1/2=refused/kept | scenario 'thaw' of the trial is unknown; allowed: promotion,",
        "freeze/one/2=refused/kept | seed of the trial: 'one' is no number",
        "freeze/1/two=refused/kept | fault 'two=refused' of the trial: 'two' is no number",
        "freeze/1/0=refused/kept | in is 0, allowed: 1 and more",
        "freeze/1/2=fire/kept | fault 'fire' of the trial is unknown; allowed: death-before-sending,",
        "freeze/1/2/kept | fault '' of the trial is unknown",
        "freeze/1/2=refused/burnt | journal 'burnt' of the trial; allowed: kept, lost",
      })
  void reportsWhatIsWrongWithAnIdAndWhatIsAllowed(String id, String complaint) {
    assertThatThrownBy(() -> FaultCase.of(id))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(complaint);
  }

  @Test
  void theSameIdIsTheSameRunToTheLastWord() {
    String id = "promotion/5/9=peer-killed,3=death-after-sending/kept";
    assertThat(FaultCase.of(id).play()).hasToString(FaultCase.of(id).play().toString());
  }
}
