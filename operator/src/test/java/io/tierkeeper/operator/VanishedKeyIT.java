package io.tierkeeper.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.tierkeeper.api.v1alpha1.TenantTier;
import io.tierkeeper.api.v1alpha1.TierMove;
import io.tierkeeper.qdrant.ShardKey;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A dedicated shard key that another client deletes is reported; it is not promoted anew as if nothing had been lost. */
@NullUnmarked
class VanishedKeyIT {
  private static final Duration LONG = Duration.ofSeconds(60);

  @TempDir
  Path audit;

  @Test
  void isReportedUntilItIsBackOrTheTenantTierIsCreatedAnew() {
    try (OperatorWorld world = new OperatorWorld(audit)) {
      world.write("acme", 300);
      world.write("globex", 100);
      world.applyPolicy("Auto");
      world.merge(
          io.tierkeeper.api.v1alpha1.TierPolicy.class,
          "brisk",
          "{\"spec\":{\"approval\":{\"required\":[]}}}");
      world.applyCollection("brisk", "");
      world.applyTenant("kb-acme", "acme", "");
      try (TierkeeperOperator operator = world.start()) {
        await().atMost(LONG).until(() -> world.moveIn("Succeeded").isPresent());
        await()
            .atMost(LONG)
            .until(() ->
                world.tier("kb-acme").equals("Dedicated") && !ready(world).endsWith("Moving"));

        world.port().deleteShardKey(OperatorWorld.COLLECTION, ShardKey.of("acme"));
        world.write("acme", 300);
        await()
            .atMost(LONG)
            .untilAsserted(() -> assertThat(ready(world)).isEqualTo("False DedicatedKeyVanished"));
        assertThat(events(world)).isOne();
        assertThat(world.moves())
            .extracting(move -> move.getStatus().phase())
            .containsOnly("Succeeded");

        world.delete(TenantTier.class, "kb-acme");
        world
            .moves()
            .forEach(move -> world.delete(TierMove.class, move.getMetadata().getName()));
        world.applyTenant("kb-acme", "acme", "");
        await().atMost(LONG).until(() -> world.shardKeys().contains(ShardKey.of("acme")));
      }
    }
  }

  private static String ready(OperatorWorld world) {
    return world
        .tenant("kb-acme")
        .map(tenant -> tenant.getStatus() == null
            ? ""
            : OperatorWorld.condition(tenant.getStatus().conditions(), "Ready"))
        .orElse("");
  }

  private static long events(OperatorWorld world) {
    return world
        .client
        .resources(Event.class)
        .inNamespace(world.namespace)
        .list()
        .getItems()
        .stream()
        .filter(event -> "DedicatedKeyVanished".equals(event.getReason()))
        .count();
  }
}
