package io.tierkeeper.operator.leadership;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseSpec;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaderElectionRecord;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaseLock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A Lease that may have been edited or cut: what is missing in it is replaced, so that it is held by nobody who is known and
 * runs out like any other. fabric8's own lock throws at it, which ends the election of every replica for good.
 */
final class ReadableLease extends LeaseLock {

  /** The holder of a Lease that does not name one, or is no longer whole; no replica's name. */
  static final String UNKNOWN_HOLDER = "(unreadable lease)";

  private static final ZonedDateTime LONG_AGO =
      ZonedDateTime.ofInstant(Instant.EPOCH, ZoneOffset.UTC);

  private final Duration duration;

  /** @param duration of a lease that does not say how long it lasts */
  ReadableLease(String namespace, String name, String identity, Duration duration) {
    super(namespace, name, identity);
    this.duration = duration;
  }

  @Override
  protected LeaderElectionRecord toRecord(Lease lease) {
    @Nullable LeaseSpec spec = lease.getSpec();
    boolean whole = spec != null
        && spec.getHolderIdentity() != null
        && spec.getLeaseDurationSeconds() != null
        && spec.getAcquireTime() != null
        && spec.getRenewTime() != null
        && spec.getLeaseTransitions() != null;
    if (whole) {
      return super.toRecord(lease);
    }
    @Nullable Integer transitions = spec == null ? null : spec.getLeaseTransitions();
    return new LeaderElectionRecord(
        UNKNOWN_HOLDER, duration, LONG_AGO, LONG_AGO, Objects.requireNonNullElse(transitions, 0));
  }
}
