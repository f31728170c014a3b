package io.tierkeeper.lab.faults;

import io.tierkeeper.lab.faults.inject.FaultKind;
import java.util.EnumSet;
import org.junit.jupiter.api.Test;

/** Each call that changes something in Qdrant is refused, lost, doubled or slow, or a peer dies or stands still at it. */
class HostileEngineTest {

  @Test
  void aMoveEndsWellWhateverItsEngineDoes() {
    InjectedScenarios.inject(
        "qdrant ",
        EnumSet.of(
            FaultKind.REFUSED,
            FaultKind.CALL_LOST,
            FaultKind.ANSWER_LOST,
            FaultKind.LATE,
            FaultKind.DOUBLED,
            FaultKind.SLOW,
            FaultKind.PEER_KILLED,
            FaultKind.PEER_PAUSED));
  }
}
