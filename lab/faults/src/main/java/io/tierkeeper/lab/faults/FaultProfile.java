package io.tierkeeper.lab.faults;

/** The faults of a random seed. */
public enum FaultProfile {
  /** No faults. */
  NONE("peaceful"),
  /** Peers, calls, the move process, its lease and its gateway fail. */
  NEMESIS("struck"),
  /** The move process crashes now and then, and some writes of clients are late: routed before a switch, they arrive after it. */
  LATE_WRITES("straying"),
  /** Several writers change a handful of points concurrently during a demotion by freeze. */
  CONTENTION("contended");

  private final String word;

  FaultProfile(String word) {
    this.word = word;
  }

  /** Its part of the id of a run. */
  String word() {
    return word;
  }

  /** The profile of a random seed: half of the seeds have a nemesis, the others take the other profiles in turn. */
  static FaultProfile of(long seed) {
    return switch (Math.floorMod(seed, 4)) {
      case 0 -> LATE_WRITES;
      case 2 -> CONTENTION;
      default -> NEMESIS;
    };
  }
}
