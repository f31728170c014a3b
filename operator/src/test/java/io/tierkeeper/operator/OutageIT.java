package io.tierkeeper.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.tierkeeper.api.v1alpha1.TenantTier;
import io.tierkeeper.api.v1alpha1.TierPolicy;
import io.tierkeeper.lab.qdrant.emulator.EmulatedPeer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An outage of Qdrant: the TieredCollection reports it, its TenantTiers neither flap nor are they written over and over. */
@NullUnmarked
class OutageIT {

  private static final Duration SOON = Duration.ofSeconds(60);
  private static final List<String> TENANTS =
      IntStream.range(0, 5).mapToObj(number -> "tenant-" + number).toList();

  @TempDir
  Path directory;

  @Test
  void tenantTiersStayReadyUntilTheirMeasurementIsStaleAndAreThenWrittenOnce() throws Exception {
    try (OperatorWorld world = new OperatorWorld(directory)) {
      TENANTS.forEach(tenant -> world.write(tenant, 20));
      world.applyPolicy("Recommend");
      world.applyCollection("brisk", "");
      TENANTS.forEach(tenant -> world.applyTenant(tenant, tenant, ""));
      Map<String, Integer> writes = new ConcurrentHashMap<>();
      try (TierkeeperOperator operator = world.start()) {
        TENANTS.forEach(
            tenant -> await().atMost(SOON).until(() -> ready(world, tenant), "True Ready"::equals));
        try (SharedIndexInformer<TenantTier> watched = world
            .client
            .resources(TenantTier.class)
            .inNamespace(world.namespace)
            .inform(new Counter(writes))) {
          assertThat(watched.isRunning()).isTrue();
          writes.clear();
          // A short outage.
          world.qdrant.peers().forEach(EmulatedPeer::kill);
          awaitReachable(world, "False QdrantUnreachable");
          world.qdrant.peers().forEach(EmulatedPeer::restart);
          awaitReachable(world, "True QdrantReachable");
          TENANTS.forEach(tenant -> assertThat(ready(world, tenant)).startsWith("True"));

          // A long one.
          world.merge(TierPolicy.class, "brisk", "{\"spec\":{\"mass\":{\"staleAfter\":\"4s\"}}}");
          awaitEvaluations(world, 2);
          writes.clear();
          world.qdrant.peers().forEach(EmulatedPeer::kill);
          TENANTS.forEach(tenant -> await()
              .atMost(SOON)
              .until(() -> ready(world, tenant), "False QdrantUnreachable"::equals));
          String before = collectionVersion(world);
          // Evaluations go on every half second.
          await()
              .during(Duration.ofSeconds(3))
              .atMost(Duration.ofSeconds(6))
              .until(() -> collectionVersion(world), before::equals);
          assertThat(writes)
              .hasSize(TENANTS.size())
              .allSatisfy((name, count) -> assertThat(count).isOne());
          assertThat(message(world, TENANTS.get(0)))
              .isEqualTo("TieredCollection kb cannot be evaluated; see its conditions.");
        }
        assertThat(operator.leading()).isTrue();
      }
    }
  }

  private static String collectionVersion(OperatorWorld world) {
    return world.collection().orElseThrow().getMetadata().getResourceVersion();
  }

  private static void awaitEvaluations(OperatorWorld world, int times) {
    for (int i = 0; i < times; i++) {
      String token = "again-" + i;
      world
          .client
          .resources(TenantTier.class)
          .inNamespace(world.namespace)
          .withName(TENANTS.get(0))
          .edit(tier -> {
            tier.getMetadata().setAnnotations(Map.of("tierkeeper.io/requestedAt", token));
            return tier;
          });
      await()
          .atMost(SOON)
          .until(() -> token.equals(
              world.tenant(TENANTS.get(0)).orElseThrow().getStatus().lastHandledRequest()));
    }
  }

  private static void awaitReachable(OperatorWorld world, String condition) {
    await()
        .atMost(SOON)
        .until(
            () -> OperatorWorld.condition(
                world.collection().orElseThrow().getStatus().conditions(), "QdrantReachable"),
            condition::equals);
  }

  private static String ready(OperatorWorld world, String tenant) {
    TenantTier tier = world.tenant(tenant).orElseThrow();
    return tier.getStatus() == null
        ? ""
        : OperatorWorld.condition(tier.getStatus().conditions(), "Ready");
  }

  private static String message(OperatorWorld world, String tenant) {
    return world.tenant(tenant).orElseThrow().getStatus().conditions().stream()
        .filter(condition -> condition.getType().equals("Ready"))
        .findFirst()
        .orElseThrow()
        .getMessage();
  }

  /** Counts the changes of each TenantTier. */
  private record Counter(Map<String, Integer> writes) implements ResourceEventHandler<TenantTier> {
    @Override
    public void onAdd(TenantTier tier) {}

    @Override
    public void onUpdate(TenantTier before, TenantTier after) {
      writes.merge(after.getMetadata().getName(), 1, Integer::sum);
    }

    @Override
    public void onDelete(TenantTier tier, boolean unknown) {}
  }
}
