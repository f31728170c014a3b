package io.tierkeeper.lab.benchmarks.scale;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.tierkeeper.api.v1alpha1.TenantTier;
import io.tierkeeper.api.v1alpha1.TenantTierStatus;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Watches which generation of each TenantTier its status is of, as a client would. */
final class StatusWatch implements AutoCloseable {

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Map<String, Long> observed = new ConcurrentHashMap<>();
  private final SharedIndexInformer<TenantTier> informer;

  StatusWatch(KubernetesClient client) {
    informer = client
        .resources(TenantTier.class)
        .inNamespace(ScaleWorld.NAMESPACE)
        .inform(new ResourceEventHandler<>() {
          @Override
          public void onAdd(TenantTier tier) {
            seen(tier);
          }

          @Override
          public void onUpdate(TenantTier before, TenantTier tier) {
            seen(tier);
          }

          @Override
          public void onDelete(TenantTier tier, boolean unknown) {
            observed.remove(tier.getMetadata().getName());
          }
        });
  }

  private void seen(TenantTier tier) {
    TenantTierStatus status = tier.getStatus();
    Long generation = status == null ? null : status.observedGeneration();
    // Unknown is what a TenantTier has whose collection could not be evaluated.
    if (generation != null && !"Unknown".equals(status.tier())) {
      lock.lock();
      try {
        observed.put(tier.getMetadata().getName(), generation);
        changed.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }

  /** TenantTiers with a status. */
  int known() {
    return observed.size();
  }

  /** Waits until the status of a TenantTier is of this generation; returns {@link System#nanoTime()} then, empty after a time-out. */
  OptionalLong await(String name, long generation, long nanos) throws InterruptedException {
    lock.lock();
    try {
      long left = nanos;
      while (observed.getOrDefault(name, 0L) < generation) {
        if (left <= 0) {
          return OptionalLong.empty();
        }
        left = changed.awaitNanos(left);
      }
      return OptionalLong.of(System.nanoTime());
    } finally {
      lock.unlock();
    }
  }

  /** Waits for any status; at most a moment. */
  void pause() throws InterruptedException {
    TimeUnit.MILLISECONDS.sleep(50);
  }

  @Override
  public void close() {
    informer.close();
  }
}
