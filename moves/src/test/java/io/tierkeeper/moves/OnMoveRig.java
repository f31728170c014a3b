package io.tierkeeper.moves;

/** What every contract of moves stands on; emulator and real servers provide it. */
interface OnMoveRig {

  /** A collection of its own, for one test. */
  MoveRig rig();
}
