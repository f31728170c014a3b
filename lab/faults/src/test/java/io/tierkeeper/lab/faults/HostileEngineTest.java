package io.tierkeeper.lab.faults;

import java.util.EnumSet;
import org.junit.jupiter.api.Test;

/** Each call that changes something in Qdrant is refused, lost, doubled or slow, or a peer dies or stands still at it. */
class HostileEngineTest {

  @Test
  void aMoveEndsWellWhateverItsEngineDoes() {
    StruckCourses.strike(
        "qdrant ",
        EnumSet.of(
            Mishap.REFUSED,
            Mishap.CALL_LOST,
            Mishap.ANSWER_LOST,
            Mishap.LATE,
            Mishap.DOUBLED,
            Mishap.SLOW,
            Mishap.PEER_KILLED,
            Mishap.PEER_PAUSED));
  }
}
