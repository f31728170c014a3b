package io.tierkeeper.operator.leadership;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElectionConfig;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElector;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaderElectionRecord;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaseLock;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.Lock;
import io.tierkeeper.operator.config.LeaderElection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Leadership by a Kubernetes Lease. JOSDK's own election is not used: it neither tells when the lease was last renewed
 * nor releases it, and its loss of a lease goes unnoticed by default. The elector beneath it, fabric8's, is the same.
 *
 * <p>The leader leads until its last successful renewal plus the renew deadline, reckoned from before the request was
 * sent on a clock that cannot jump; this holds in a partition too, where no callback comes.
 */
public final class LeaseLeadership implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(LeaseLeadership.class);
  private static final long NEVER = Long.MIN_VALUE;

  private final KubernetesClient client;
  private final LeaderElection settings;
  private final String identity;
  private final LongSupplier nanoTime;
  private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
  private volatile long ledUntil = NEVER;
  private volatile long term;
  private volatile boolean stopping;
  private @Nullable CompletableFuture<?> election;

  /** @param nanoTime as {@link System#nanoTime()} */
  public LeaseLeadership(
      KubernetesClient client, LeaderElection settings, String identity, LongSupplier nanoTime) {
    this.client = client;
    this.settings = settings;
    this.identity = identity;
    this.nanoTime = nanoTime;
  }

  /** Takes part in the election, or leads at once where there is none; returns without waiting for the outcome. */
  public void start(LeadershipListener listener) {
    if (!settings.enabled()) {
      term = 1;
      listener.onLeading(1);
      return;
    }
    @Nullable
    String namespace =
        settings.leaseNamespace() == null ? client.getNamespace() : settings.leaseNamespace();
    Lock lock = new RecordingLock(
        new LeaseLock(namespace == null ? "default" : namespace, settings.leaseName(), identity));
    LeaderCallbacks callbacks = new LeaderCallbacks(
        () -> executor.execute(() -> listener.onLeading(term)),
        () -> {
          ledUntil = NEVER;
          if (!stopping) {
            log.error("lease {} lost by {}", settings.leaseName(), identity);
            listener.onLost();
          }
        },
        leader -> log.info("leader is {}", leader));
    election = new LeaderElector(
            client,
            new LeaderElectionConfig(
                lock,
                settings.leaseDuration(),
                settings.renewDeadline(),
                settings.retryPeriod(),
                callbacks,
                true,
                settings.leaseName()),
            executor)
        .start();
  }

  /** Whether this process may change Qdrant now. */
  public boolean leading() {
    if (!settings.enabled()) {
      return !stopping;
    }
    long until = ledUntil;
    return until != NEVER && nanoTime.getAsLong() - until < 0;
  }

  /** The lease's count of leaders, from 1; 0 before the first election is won. */
  public long term() {
    return term;
  }

  /** Gives the lease back, so that another replica need not wait for it to run out. A repeat does nothing. */
  @Override
  public void close() {
    if (stopping) {
      return;
    }
    stopping = true;
    if (election != null) {
      election.cancel(true);
    }
    ledUntil = NEVER;
    executor.shutdown();
  }

  /** Remembers when the lease was last written in our name. */
  private final class RecordingLock implements Lock {
    private final Lock delegate;

    RecordingLock(Lock delegate) {
      this.delegate = delegate;
    }

    @Override
    public @Nullable LeaderElectionRecord get(KubernetesClient kubernetes) {
      return delegate.get(kubernetes);
    }

    @Override
    public void create(KubernetesClient kubernetes, LeaderElectionRecord next) {
      long before = nanoTime.getAsLong();
      delegate.create(kubernetes, next);
      written(next, before);
    }

    @Override
    public void update(KubernetesClient kubernetes, LeaderElectionRecord next) {
      long before = nanoTime.getAsLong();
      delegate.update(kubernetes, next);
      written(next, before);
    }

    private void written(LeaderElectionRecord next, long before) {
      if (identity.equals(next.getHolderIdentity()) && !stopping) {
        term = next.getLeaderTransitions() + 1L;
        ledUntil = before + settings.renewDeadline().toNanos();
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
}
