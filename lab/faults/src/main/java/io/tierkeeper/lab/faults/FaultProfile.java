package io.tierkeeper.lab.faults;

/** What the tenants of a random seed have to live with. */
public enum FaultProfile {
  /** Nothing befalls. */
  NONE("peaceful"),
  /** Peers, calls, the mover, its lease and its gateway fail. */
  NEMESIS("struck"),
  /** The mover dies now and then, and some writes of clients take a while between the peer that has routed them and the fallback, and arrive after a switch. */
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

  /** That of a random seed: half of them are struck, the others are taken in turns. */
  static FaultProfile of(long seed) {
    return switch (Math.floorMod(seed, 4)) {
      case 0 -> STRAGGLERS;
      case 2 -> CONTENTION;
      default -> NEMESIS;
    };
  }
}
