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
  CONTENTION("contended"),
  /** The dedicated key is out of service for some seconds, or passed by, while the move process watches or is down. */
  OUTAGE("interrupted"),
  /** The settings of a move are edited while it runs, its process restarts at any step, and its fence is lifted or leaks. */
  EDITS("edited");

  private final String word;

  FaultProfile(String word) {
    this.word = word;
  }

  /** Its part of the id of a run. */
  String word() {
    return word;
  }

  /** The profile of a random seed: a quarter of the seeds each have a nemesis, late writes and contention, an eighth
   * each outages and edits. */
  static FaultProfile of(long seed) {
    return switch (Math.floorMod(seed, 8)) {
      case 0, 4 -> LATE_WRITES;
      case 2, 6 -> CONTENTION;
      case 3 -> OUTAGE;
      case 7 -> EDITS;
      default -> NEMESIS;
    };
  }
}
