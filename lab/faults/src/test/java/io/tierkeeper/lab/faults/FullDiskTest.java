package io.tierkeeper.lab.faults;

import io.tierkeeper.lab.faults.inject.FaultKind;
import java.util.EnumSet;
import org.junit.jupiter.api.Test;

/** The disk of the audit trail takes nothing for a while, at each line. */
class FullDiskTest {

  @Test
  void aMoveWaitsForItsTrail() {
    InjectedScenarios.inject("audit ", EnumSet.of(FaultKind.DISK_FULL));
  }
}
