package io.tierkeeper.moves;

/** The contract of moves on an emulator for each test, so that a breach falls on whom it caused. */
class MoveContractTest implements MoveContract {
  @Override
  public MoveRig rig() {
    return new MoveRig();
  }
}
