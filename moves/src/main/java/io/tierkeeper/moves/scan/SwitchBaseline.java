package io.tierkeeper.moves.scan;

import io.tierkeeper.moves.CopyEvidence;
import io.tierkeeper.moves.content.Baseline;
import io.tierkeeper.moves.content.Fingerprint;
import io.tierkeeper.moves.content.LastCopy;
import io.tierkeeper.qdrant.PointId;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What is known of the source since the dedicated key became Active, and how far it may be trusted. */
public final class SwitchBaseline {

  /** How far. */
  public enum Trust {
    /** This process scanned both keys when the dedicated one became Active. */
    POST_SWITCH_SCAN,
    /** An earlier process did, and its journal has what the source held: {@link #atSwitch}. */
    JOURNAL,
    /** The source was verified, by this process or an earlier one: {@link #before} is what it held then. */
    VERIFIED,
    /** Nothing is known of that time. */
    NONE
  }

  /** So many suspects are kept in the journal. */
  private static final int MAX_RECORDED = 40;

  final Baseline baseline;
  /** Points that differed in the post-switch scan, each with the target's content hash (0 where it was missing). */
  final Map<PointId, Long> suspects = new HashMap<>();

  /**
   * What the source held before the copy was started, or when it was verified, compared with what it held in the post-switch
   * scan.
   */
  LastCopy before = new LastCopy(null, CopyEvidence.NONE);

  /** False where they were too many for the journal. */
  boolean suspectsKnown = true;

  /** What the source held in the post-switch scan of an earlier process, compared with what it held in that of this one. */
  LastCopy atSwitch = new LastCopy(null, CopyEvidence.NONE);

  /** The dedicated key was out of service in between, so that a difference need not mean that it is newer. */
  public boolean interrupted;

  /** A write that was routed before the switch has arrived after the post-switch scan, so another may have before it. */
  boolean late;

  /** The longest time that the dedicated key can have been Active before the post-switch scan ended; null where not known. */
  @Nullable
  Duration gap;

  /** This process has seen the dedicated key before it was Active, so nothing else has happened in the gap. */
  boolean sawSwitch;

  private List<PointId> inDoubt = List.of();
  private Trust trust = Trust.NONE;

  /** Of a scan that has not read anything yet. */
  SwitchBaseline() {
    this(new Baseline());
  }

  private SwitchBaseline(Baseline baseline) {
    this.baseline = baseline;
  }

  /** Of a source that this process has verified. */
  static SwitchBaseline verified(Baseline source) {
    SwitchBaseline verified = new SwitchBaseline(source);
    verified.before = new LastCopy(source, CopyEvidence.NONE);
    verified.trust = Trust.VERIFIED;
    return verified;
  }

  /**
   * Concludes that this process has scanned both keys.
   *
   * @param sinceSwitch how long after the switch at most
   * @param seen whether this process has seen the dedicated key before it was Active
   */
  public void concludeAfter(Duration sinceSwitch, boolean seen) {
    gap = sinceSwitch;
    sawSwitch = seen;
    conclude(Trust.POST_SWITCH_SCAN);
  }

  /** Concludes how far the finished post-switch scan counts. */
  public void conclude(Trust howFar) {
    this.trust = howFar;
  }

  /**
   * Concludes how far it counts beside the post-switch scan of an earlier process: what that one suspected is still suspected.
   *
   * @param journal what {@link #text} of that scan was
   */
  public void concludeAs(String journal) {
    String[] parts = journal.split("/", 4);
    suspects.clear();
    if (parts.length < 4) {
      trust = Trust.NONE;
      return;
    }
    suspectsKnown = parts[1].equals("0") || readSuspects(parts[2]);
    atSwitch = new LastCopy(null, new CopyEvidence(parts[0], parts[3]));
    atSwitch.compareWith(baseline.whole());
    trust = Trust.JOURNAL;
  }

  private boolean readSuspects(String text) {
    try {
      for (String suspect : text.split(",", -1)) {
        String[] pair = suspect.split("=", 2);
        suspects.put(PointId.parse(pair[0]), Long.parseUnsignedLong(pair[1], 16));
      }
      return true;
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      // Edited, or of another version: then nothing is known of them.
      suspects.clear();
      return false;
    }
  }

  public Trust trust() {
    return trust;
  }

  /** Points whose deletion was sent; it is not known yet whether it was carried out. */
  List<PointId> inDoubt() {
    return inDoubt;
  }

  /** What the journal keeps while these points are being deleted. */
  CopyEvidence deleting(List<PointId> ids) {
    inDoubt = ids;
    Fingerprint left = baseline.without(ids);
    return new CopyEvidence(
        baseline.fingerprint(),
        baseline.table().text(),
        left.text(),
        left.table().text());
  }

  /** Of these points, all but those that are still there were deleted. */
  void deleted(List<PointId> ids, Set<PointId> stillThere) {
    baseline.forget(ids.stream().filter(id -> !stillThere.contains(id)).toList());
    inDoubt = List.of();
  }

  /** What the source held. */
  public Baseline source() {
    return baseline;
  }

  /** As the journal keeps what was verified. */
  public CopyEvidence evidence() {
    return new CopyEvidence(baseline.fingerprint(), baseline.table().text());
  }

  /**
   * As the journal keeps it: fingerprint of the source, number of suspects, which they are unless there are many, and a table of
   * what the source held.
   */
  public String text() {
    String named = suspects.size() > MAX_RECORDED
        ? ""
        : suspects.entrySet().stream()
            .sorted(Map.Entry.comparingByKey())
            .map(entry -> entry.getKey() + "=" + Long.toHexString(entry.getValue()))
            .collect(Collectors.joining(","));
    return baseline.fingerprint() + "/" + suspects.size() + "/" + named + "/"
        + baseline.table().text();
  }
}
