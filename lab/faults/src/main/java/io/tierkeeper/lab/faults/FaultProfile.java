package io.tierkeeper.lab.faults;

/** What the tenants of a random seed have to live with. */
public enum FaultProfile {
  /** No faults. */
  NONE("peaceful"),
  /** Peers, calls, the move process, its lease and its gateway fail. */
  NEMESIS("struck"),
  /** The move process crashes now and then, and some writes of clients take a while between the peer that has routed them and the fallback, and arrive after a switch. */
  STRAGGLERS("straying"),
  /** Several writers hurry over a handful of points while they are demoted by a freeze. */
  CONTENTION("contended");

  private final String word;

  FaultProfile(String word) {
    this.word = word;
  }

  /** In the id of a seed. */
  String word() {
    return word;
  }

  /** That of a random seed: half of them have a nemesis, the others take the other profiles in turn. */
  static FaultProfile of(long seed) {
    return switch (Math.floorMod(seed, 4)) {
      case 0 -> STRAGGLERS;
      case 2 -> CONTENTION;
      default -> NEMESIS;
    };
  }
}
