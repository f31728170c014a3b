package io.tierkeeper.operator.leadership;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElectionConfig;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElector;
import io.tierkeeper.operator.config.LeaderElection;
import java.time.Clock;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Leadership by a Kubernetes Lease. JOSDK's own election is not used: it neither shows when the lease was last renewed
 * nor releases it, and its loss of a lease goes unnoticed by default. The elector beneath it, fabric8's, is the same.
 * Until when this process leads is {@link ObservedLock}'s to say, in a partition too, where no callback comes.
 */
public final class LeaseElection implements Election {

  private static final Logger log = LoggerFactory.getLogger(LeaseElection.class);
  private final KubernetesClient client;
  private final LeaderElection settings;
  private final String identity;
  private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
  private final @Nullable ObservedLock lock;
  private final AtomicBoolean lost = new AtomicBoolean();
  private volatile boolean stopping;
  private @Nullable CompletableFuture<?> election;

  /**
   * An election that this process does not take part in yet.
   *
   * @param nanoTime as {@link System#nanoTime()}
   * @param recordedTerm the last term of the audit trails; a Lease that was deleted or restored does not know it
   */
  public LeaseElection(
      KubernetesClient client,
      LeaderElection settings,
      String identity,
      LongSupplier nanoTime,
      LongSupplier recordedTerm) {
    this.client = client;
    this.settings = settings;
    this.identity = identity;
    @Nullable
    String namespace =
        settings.leaseNamespace() == null ? client.getNamespace() : settings.leaseNamespace();
    lock = settings.enabled()
        ? new ObservedLock(
            new ReadableLease(
                namespace == null ? "default" : namespace,
                settings.leaseName(),
                identity,
                settings.leaseDuration()),
            settings.renewDeadline(),
            Clock.systemUTC(),
            nanoTime,
            recordedTerm)
        : null;
  }

  @Override
  public void start(LeadershipListener listener) {
    if (lock == null) {
      listener.onLeading(1);
      return;
    }
    LeaderCallbacks callbacks = new LeaderCallbacks(
        () -> executor.execute(() -> listener.onLeading(lock.term())),
        () -> {
          lock.lose();
          if (!stopping && lost.compareAndSet(false, true)) {
            log.error("{} lost lease {}", identity, settings.leaseName());
            listener.onLost();
          }
        },
        leader -> log.info("Leader is {}", leader));
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
    election.whenComplete((nothing, thrown) -> {
      lock.lose();
      if (!stopping && lost.compareAndSet(false, true)) {
        log.error(
            "{} no longer takes part in the election of {}",
            identity,
            settings.leaseName(),
            thrown);
        listener.onLost();
      }
    });
  }

  @Override
  public void abandon() {
    stopping = true;
    if (lock != null) {
      lock.stop();
    }
  }

  @Override
  public boolean leading() {
    return lock == null ? !stopping : lock.leading();
  }

  @Override
  public long term() {
    return lock == null ? 1 : lock.term();
  }

  @Override
  public void close() {
    if (stopping) {
      return;
    }
    stopping = true;
    if (lock != null) {
      lock.stop();
    }
    if (election != null) {
      election.cancel(true);
    }
    executor.shutdown();
  }
}
