package io.tierkeeper.lab.faults;

import io.tierkeeper.lab.faults.inject.FaultKind;
import java.util.EnumSet;
import org.junit.jupiter.api.Test;

/** The clock jumps an hour, or a process stands still for minutes, at each call that changes something in Qdrant. */
class WrongClockTest {

  @Test
  void aMoveDeletesNothingTooEarlyAndEnds() {
    InjectedScenarios.inject(
        "qdrant ", EnumSet.of(FaultKind.CLOCK_AHEAD, FaultKind.CLOCK_BACK, FaultKind.STANDSTILL));
  }
}
