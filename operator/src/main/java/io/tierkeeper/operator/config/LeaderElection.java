package io.tierkeeper.operator.config;

import io.tierkeeper.launcher.UsageException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How replicas agree on a leader.
 *
 * @param enabled false for a single process without further replicas, as in the demo
 * @param leaseName name of the Lease
 * @param leaseNamespace its namespace; null takes the client's own
 * @param leaseDuration how long others wait for a silent leader; longer than renewDeadline + request time-out
 * @param renewDeadline how long a leader that cannot renew goes on leading
 * @param retryPeriod how often the lease is renewed, and asked for
 */
public record LeaderElection(
    boolean enabled,
    String leaseName,
    @Nullable String leaseNamespace,
    Duration leaseDuration,
    Duration renewDeadline,
    Duration retryPeriod) {

  private static final Duration SHORTEST = Duration.ofMillis(100);

  /** Refuses durations with which two leaders could overlap. */
  public LeaderElection {
    requireAtLeast("TIERKEEPER_LEASE_RETRY_PERIOD", retryPeriod, SHORTEST);
    if (renewDeadline.compareTo(retryPeriod.multipliedBy(2)) < 0) {
      throw UsageException.setting(
          "TIERKEEPER_LEASE_RENEW_DEADLINE",
          renewDeadline.toString(),
          "at least twice the retry period " + retryPeriod);
    }
    if (leaseDuration.compareTo(renewDeadline.plus(requestTimeout(renewDeadline))) <= 0) {
      throw UsageException.setting(
          "TIERKEEPER_LEASE_DURATION",
          leaseDuration.toString(),
          "longer than the renew deadline " + renewDeadline + " and the request time-out "
              + requestTimeout(renewDeadline) + " together");
    }
  }

  /** Kubernetes' usual 15 s, 10 s and 2 s, on. */
  public static LeaderElection defaults() {
    return new LeaderElection(
        true,
        "tierkeeper",
        null,
        Duration.ofSeconds(15),
        Duration.ofSeconds(10),
        Duration.ofSeconds(2));
  }

  public static LeaderElection disabled() {
    LeaderElection d = defaults();
    return new LeaderElection(
        false, d.leaseName, d.leaseNamespace, d.leaseDuration, d.renewDeadline, d.retryPeriod);
  }

  /** The time-out of one Kubernetes request: below the renew deadline, or a partitioned leader would not notice. */
  public Duration requestTimeout() {
    return requestTimeout(renewDeadline);
  }

  private static Duration requestTimeout(Duration renewDeadline) {
    return renewDeadline.multipliedBy(2).dividedBy(5);
  }

  private static void requireAtLeast(String option, Duration value, Duration least) {
    if (value.compareTo(least) < 0) {
      throw UsageException.setting(option, value.toString(), "at least " + least);
    }
  }
}
