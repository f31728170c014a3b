package io.tierkeeper.moves.scan;

import io.tierkeeper.moves.content.Baseline;
import io.tierkeeper.moves.content.LastCopy;
import io.tierkeeper.qdrant.PointId;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** What is known of the source since the dedicated key became Active, and how far it may be trusted. */
public final class SwitchBaseline {

  /** How far. */
  public enum Trust {
    /** This process scanned both keys when the dedicated one became Active. */
    POST_SWITCH_SCAN,
    /** An earlier process did and found them equal, and the source's fingerprint is still the same. */
    FINGERPRINT,
    /** Nothing is known of that time. */
    NONE
  }

  final Baseline baseline = new Baseline();
  /** Points that differed in the post-switch scan, each with the target's content hash (0 where it was missing). */
  final Map<PointId, Long> suspects = new HashMap<>();

  /** What the source held before the copy was started, compared with what it held in the post-switch scan. */
  LastCopy before = new LastCopy(null, null, null);

  /** The dedicated key was out of service in between, so that a difference need not mean that it is newer. */
  public boolean interrupted;

  private Trust trust = Trust.NONE;
  private Duration gap = Duration.ZERO;

  /**
   * Concludes how far the finished post-switch scan counts.
   *
   * @param gap the longest time that the dedicated key can have been Active before that scan ended
   */
  public void conclude(Trust howFar, Duration gap) {
    this.trust = howFar;
    this.gap = gap;
  }

  public Trust trust() {
    return trust;
  }

  public Duration gap() {
    return gap;
  }

  /** As the journal keeps it: fingerprint of the source, number of suspects. */
  public String text() {
    return baseline.fingerprint() + "/" + suspects.size();
  }

  /** Whether what the journal kept was free of suspects, but for a few that clients explain. */
  public static boolean clean(String text) {
    return text.matches(".*/[0-3]");
  }

  /** Whether the journal's fingerprint is that of the source now. */
  public boolean sameSource(String text) {
    return text.startsWith(baseline.fingerprint() + "/");
  }
}
