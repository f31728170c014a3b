package io.tierkeeper.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.Interceptor;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tierkeeper.api.v1alpha1.TenantTier;
import io.tierkeeper.operator.collection.AuditTrails;
import io.tierkeeper.operator.config.OperatorOptions;
import io.tierkeeper.operator.host.JosdkControllerHost;
import io.tierkeeper.operator.leadership.Election;
import io.tierkeeper.operator.leadership.LeadershipListener;
import io.tierkeeper.operator.metrics.OperatorMeters;
import io.tierkeeper.operator.session.LeaderSession;
import io.tierkeeper.operator.trigger.QuartzTimer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A leader whose TenantTiers are listed later than its TieredCollections evaluates nothing before it has them. */
@NullUnmarked
class SlowListIT {

  private static final Duration LATE = Duration.ofSeconds(3);

  @TempDir
  Path directory;

  @Test
  void aTenantWithATenantTierOfAnotherNameIsNotDiscoveredAgain() {
    try (OperatorWorld world = new OperatorWorld(directory)) {
      world.write("acme", 60);
      world.write("rest", 40);
      world.applyPolicy("Recommend");
      world.applyCollection("brisk", "discovery: {mode: Create, createAbovePoints: 10}");
      world.applyTenant("a-name-of-ours", "acme", "");
      world.applyTenant("another-name", "rest", "");
      SlowTenants slow = new SlowTenants();
      OperatorOptions options = world.options();
      SimpleMeterRegistry registry = new SimpleMeterRegistry();
      try (KubernetesClient watching = new KubernetesClientBuilder()
              .withConfig(world.account.getConfiguration())
              .withHttpClientBuilderConsumer(
                  builder -> builder.addOrReplaceInterceptor("slow", slow))
              .build();
          LeaderSession session = new LeaderSession(
              world.account,
              options,
              new LeaderSession.Ports(
                  new JosdkControllerHost(watching, registry, options.watched()),
                  new QuartzTimer("slow", options.clock()),
                  new AlwaysLeading()),
              new AuditTrails(options),
              new OperatorMeters(registry, () -> true))) {
        session.start();
        await()
            .atMost(Duration.ofSeconds(30))
            .untilAsserted(() -> assertThat(world.tier("a-name-of-ours")).isEqualTo("Fallback"));
        assertThat(slow.delayed()).isTrue();
        assertThat(world
                .client
                .resources(TenantTier.class)
                .inNamespace(world.namespace)
                .list()
                .getItems())
            .extracting(tier -> tier.getMetadata().getName())
            .containsExactlyInAnyOrder("a-name-of-ours", "another-name");
      }
    }
  }

  /** Holds the list of TenantTiers back by which an informer fills its cache. */
  private static final class SlowTenants implements Interceptor {
    private final AtomicInteger lists = new AtomicInteger();
    private final CountDownLatch never = new CountDownLatch(1);

    @Override
    public void before(BasicBuilder builder, HttpRequest request, RequestTags tags) {
      String uri = request.uri().toString();
      // The first list only checks that the kind is served.
      if (uri.contains("/tenanttiers")
          && !uri.contains("watch=true")
          && lists.incrementAndGet() == 2) {
        try {
          assertThat(never.await(LATE.toMillis(), TimeUnit.MILLISECONDS)).isFalse();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
      }
    }

    boolean delayed() {
      return lists.get() > 1;
    }
  }

  private static final class AlwaysLeading implements Election {
    @Override
    public void start(LeadershipListener listener) {}

    @Override
    public boolean leading() {
      return true;
    }

    @Override
    public long term() {
      return 1;
    }

    @Override
    public void abandon() {}

    @Override
    public void close() {}
  }
}
