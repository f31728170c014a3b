package io.tierkeeper.moves;

import io.tierkeeper.qdrant.PointId;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** What is known of the source since the dedicated key became Active, and how far it may be trusted. */
final class Evidence {

  /** How far. */
  enum Trust {
    /** This process looked at both keys when the dedicated one became Active. */
    FIRST_LOOK,
    /** An earlier process did and found them equal, and the source's fingerprint is still the same. */
    FINGERPRINT,
    /** Nothing is known of that time. */
    NONE
  }

  final Baseline baseline = new Baseline();
  /** Points that differed at the first look, each with the target's content hash (0 where it was missing). */
  final Map<PointId, Long> suspects = new HashMap<>();

  /** What the source held before the copy was started, held against what it held at the first look. */
  LastPass before = new LastPass(null, null, null);

  /** The dedicated key was out of service in between, so that a difference need not mean that it is newer. */
  boolean interrupted;

  private Trust trust = Trust.NONE;
  private Duration gap = Duration.ZERO;

  /**
   * Says how far the finished first look counts.
   *
   * @param gap the longest time that the dedicated key can have been Active before the first look ended
   */
  void conclude(Trust howFar, Duration gap) {
    this.trust = howFar;
    this.gap = gap;
  }

  Trust trust() {
    return trust;
  }

  Duration gap() {
    return gap;
  }

  /** As the journal keeps it: fingerprint of the source, number of suspects. */
  String text() {
    return baseline.fingerprint() + "/" + suspects.size();
  }

  /** Whether what the journal kept was free of suspects, but for a few that clients explain. */
  static boolean clean(String text) {
    return text.matches(".*/[0-3]");
  }

  /** Whether the journal's fingerprint is that of the source now. */
  boolean sameSource(String text) {
    return text.startsWith(baseline.fingerprint() + "/");
  }
}
