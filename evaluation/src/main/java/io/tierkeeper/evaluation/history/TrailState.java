package io.tierkeeper.evaluation.history;

import io.tierkeeper.audit.AuditEvent;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the trail of a collection has recorded so far, to which its next lines add. Safe for several threads. */
public final class TrailState {

  /**
   * After measurement lines of so many tenants together all tenants are recorded again, since a restart computes them: 35 s at
   * most, by docs/benchmarks.md.
   */
  private static final long TENANTS_AFTER_FULL = 20_000_000;

  /** But not before so many lines, since a Full of 1,000,000 tenants has 150 MB. */
  private static final int LEAST_LINES = 60;

  private RecordedComposition composition;
  private final @Nullable Instant measuredAt;
  private @Nullable String nextId;
  private @Nullable RecordedComposition next;
  private final Set<String> advised = new HashSet<>();
  private int linesAfterFull;

  /** @param found where the trail stands */
  public TrailState(RestoredTrail found) {
    composition = found.composition();
    measuredAt = found.measuredAt();
  }

  /** Where the trail stood, as long as nothing has been added. */
  public synchronized RestoredTrail asFound() {
    return new RestoredTrail(composition, measuredAt);
  }

  /** The state after the last measurement line. */
  public synchronized RecordedComposition composition() {
    return composition;
  }

  /** The state after the measurement line with this id, if it is written. */
  synchronized void measured(String id, RecordedComposition after) {
    nextId = id;
    next = after;
  }

  /** A line was written; called in the order of the lines, so that the state is never that of another line. */
  synchronized void written(AuditEvent event) {
    if (next != null && event.id().equals(nextId)) {
      composition = next;
      next = null;
      linesAfterFull++;
    }
  }

  /** It is not certain that the last line is on disk: the next evaluation continues from the state before it. */
  synchronized void takeBack(RecordedComposition before) {
    composition = before;
    next = null;
  }

  /** The state for a Full, which is written now. */
  synchronized RecordedComposition full() {
    linesAfterFull = 0;
    return composition;
  }

  synchronized boolean fullIsDue() {
    return linesAfterFull >= LEAST_LINES
        && (long) linesAfterFull * composition.tenants().size() >= TENANTS_AFTER_FULL;
  }

  /** Whether the last recorded decision about a tenant without a TenantTier was to move it; takes in the next one. */
  synchronized boolean advised(String tenant, boolean moves) {
    return moves ? !advised.add(tenant) : advised.remove(tenant);
  }
}
