package io.tierkeeper.lab.faults;

import java.util.EnumSet;
import org.junit.jupiter.api.Test;

/** The clock jumps an hour, or a process stands still for minutes, at each call that changes something in Qdrant. */
class WrongClockTest {

  @Test
  void aMoveDeletesNothingTooEarlyAndEnds() {
    StruckCourses.strike(
        "qdrant ", EnumSet.of(Mishap.CLOCK_AHEAD, Mishap.CLOCK_BACK, Mishap.STANDSTILL));
  }
}
