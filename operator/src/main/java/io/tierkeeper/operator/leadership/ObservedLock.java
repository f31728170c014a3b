package io.tierkeeper.operator.leadership;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaderElectionRecord;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.Lock;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Objects;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A lock that knows until when its process leads, and computes both that and the age of others' renewals on a clock that
 * cannot jump.
 *
 * <p>The leader leads until its last successful renewal plus the renew deadline, computed from before the request was
 * sent. Another process's lease runs out when it has not been seen to change for its whole duration: fabric8's elector compares
 * the time that the holder wrote with the time of day here, so that a clock that is ahead by more than a few seconds
 * would take the lease from a leader that still leads.
 */
public final class ObservedLock implements Lock {

  private static final long NEVER = Long.MIN_VALUE;

  private final Lock delegate;
  private final Duration renewDeadline;
  private final Clock clock;
  private final LongSupplier nanoTime;
  private final LongSupplier recordedTerm;
  private volatile long ledUntil = NEVER;
  private volatile long term;
  private volatile boolean stopped;
  private @Nullable LeaderElectionRecord seen;
  private long seenAt;

  /**
   * A lock that has not been read yet.
   *
   * @param clock the one that the elector compares with
   * @param nanoTime as {@link System#nanoTime()}
   * @param recordedTerm the last term that anything was recorded in, whatever the lease says; asked when it is acquired
   */
  public ObservedLock(
      Lock delegate,
      Duration renewDeadline,
      Clock clock,
      LongSupplier nanoTime,
      LongSupplier recordedTerm) {
    this.delegate = delegate;
    this.renewDeadline = renewDeadline;
    this.clock = clock;
    this.nanoTime = nanoTime;
    this.recordedTerm = recordedTerm;
  }

  /** Whether this process leads now. */
  public boolean leading() {
    long until = ledUntil;
    return until != NEVER && nanoTime.getAsLong() - until < 0;
  }

  /** The lease's count of leaders, from 1; 0 before the first election is won. */
  public long term() {
    return term;
  }

  /** Leads no more, whatever the lease says; it may be won again. */
  public void lose() {
    ledUntil = NEVER;
  }

  /** Leads no more for ever; the lease can still be given back. */
  public void stop() {
    stopped = true;
    ledUntil = NEVER;
  }

  /** The record, renewed when it was last seen to change. */
  @Override
  public synchronized @Nullable LeaderElectionRecord get(KubernetesClient kubernetes) {
    LeaderElectionRecord record = delegate.get(kubernetes);
    long now = nanoTime.getAsLong();
    if (!Objects.equals(record, seen)) {
      seen = record;
      seenAt = now;
    }
    if (record != null
        && ReadableLease.UNKNOWN_HOLDER.equals(record.getHolderIdentity())
        && leading()) {
      // Somebody has damaged the lease of this process, which renews it.
      return record.toBuilder()
          .holderIdentity(identity())
          .leaderTransitions((int) (term - 1))
          .build();
    }
    return record == null
            || record.getRenewTime() == null
            || identity().equals(record.getHolderIdentity())
        ? record
        : record.toBuilder()
            .renewTime(
                ZonedDateTime.ofInstant(clock.instant(), ZoneOffset.UTC).minusNanos(now - seenAt))
            .build();
  }

  @Override
  public void create(KubernetesClient kubernetes, LeaderElectionRecord next) {
    LeaderElectionRecord continued = continued(next);
    long before = nanoTime.getAsLong();
    delegate.create(kubernetes, continued);
    written(continued, before);
  }

  @Override
  public void update(KubernetesClient kubernetes, LeaderElectionRecord next) {
    LeaderElectionRecord continued = continued(next);
    long before = nanoTime.getAsLong();
    delegate.update(kubernetes, continued);
    written(continued, before);
  }

  /** A lease that was deleted or restored counts from the beginning, or from where it was: terms do not go back. */
  private LeaderElectionRecord continued(LeaderElectionRecord next) {
    if (!identity().equals(next.getHolderIdentity())) {
      return next;
    }
    long least = leading() ? term - 1 : recordedTerm.getAsLong();
    return least <= next.getLeaderTransitions()
        ? next
        : next.toBuilder().leaderTransitions(Math.toIntExact(least)).build();
  }

  private void written(LeaderElectionRecord next, long before) {
    if (identity().equals(next.getHolderIdentity()) && !stopped) {
      term = next.getLeaderTransitions() + 1L;
      ledUntil = before + renewDeadline.toNanos();
    } else {
      ledUntil = NEVER;
    }
  }

  @Override
  public String identity() {
    return delegate.identity();
  }

  @Override
  public String describe() {
    return delegate.describe();
  }
}
