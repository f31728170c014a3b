package io.tierkeeper.lab.faults;

import java.time.Duration;
import java.util.SplittableRandom;

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
  EDITS("edited"),
  /**
   * What a move needs is refused or missing: reads of points, transfers of snapshots, points of a copy, the TierMove itself, or a
   * payload field that is reserved for moves.
   */
  OBSTACLES("obstructed");

  /** Longer than the outages, so that the source is still there when they are over. */
  private static final Duration LONG = Duration.ofSeconds(20);

  private static final Duration SHORT = Duration.ofSeconds(3);

  private final String word;

  FaultProfile(String word) {
    this.word = word;
  }

  /** Its part of the id of a run. */
  String word() {
    return word;
  }

  /** The profile of a random seed: a quarter of the seeds each have late writes and contention, an eighth each a nemesis, outages,
   * edits and obstacles. */
  static FaultProfile of(long seed) {
    return switch (Math.floorMod(seed, 8)) {
      case 0, 4 -> LATE_WRITES;
      case 2, 6 -> CONTENTION;
      case 3 -> OUTAGE;
      case 5 -> OBSTACLES;
      case 7 -> EDITS;
      default -> NEMESIS;
    };
  }

  /** How long a promotion retains its source. */
  Duration retention() {
    return switch (this) {
      case OUTAGE, OBSTACLES -> LONG;
      case LATE_WRITES -> SHORT;
      case NONE, NEMESIS, CONTENTION, EDITS -> Duration.ZERO;
    };
  }

  /** Whether some moves are aborted at any of their steps. */
  boolean aborts() {
    return this == NONE || this == NEMESIS || this == EDITS;
  }

  /** Draws whether a demotion is one by fence. */
  boolean drawsFence(SplittableRandom random) {
    return switch (this) {
      case CONTENTION -> false;
      // A fence that is withdrawn or leaks is what an edited move is about most of all.
      case EDITS -> random.nextInt(4) > 0;
      // Under a fence clients write nothing while the dedicated key is away.
      case OUTAGE -> random.nextInt(4) == 0;
      case NONE, NEMESIS, LATE_WRITES, OBSTACLES -> random.nextBoolean();
    };
  }
}
