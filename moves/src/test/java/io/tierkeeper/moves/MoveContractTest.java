package io.tierkeeper.moves;

import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * The contract of moves on an emulator for each test, so that a breach falls on whom it caused. The tests
 * mostly wait, so some run at the same time.
 */
@Execution(ExecutionMode.CONCURRENT)
class MoveContractTest implements MoveContract {
  @Override
  public MoveRig rig() {
    return new MoveRig();
  }
}
