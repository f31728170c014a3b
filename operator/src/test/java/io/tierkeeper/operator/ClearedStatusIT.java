package io.tierkeeper.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.tierkeeper.api.v1alpha1.TierMove;
import io.tierkeeper.api.v1alpha1.TierPolicy;
import io.tierkeeper.qdrant.ShardKey;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A backup that is restored without statuses empties that of a TierMove in its retention. */
@NullUnmarked
class ClearedStatusIT {

  private static final Duration LONG = Duration.ofSeconds(90);

  @TempDir
  Path audit;

  @Test
  void theRetentionContinuesAndEndsWhenItWasToEnd() {
    try (OperatorWorld world = new OperatorWorld(audit)) {
      world.write("acme", 300);
      world.write("globex", 100);
      world.applyPolicy("Auto");
      world.merge(
          TierPolicy.class,
          "brisk",
          "{\"spec\":{\"approval\":{\"required\":[]},\"retain\":{\"sourceFor\":\"24h\"}}}");
      world.applyCollection("brisk", "");
      world.applyTenant("kb-acme", "acme", "");
      TierMove before;
      try (TierkeeperOperator operator = world.start()) {
        await().atMost(LONG).until(() -> world.moveIn("Retaining").isPresent());
        before = world.moveIn("Retaining").orElseThrow();
      }
      world
          .client
          .resources(TierMove.class)
          .inNamespace(world.namespace)
          .withName(before.getMetadata().getName())
          .subresource("status")
          .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"status\":null}");
      assertThat(world.moveIn("Retaining")).isEmpty();

      try (TierkeeperOperator operator = world.start()) {
        await()
            .atMost(LONG)
            .untilAsserted(() -> assertThat(retainedUntil(world)).isEqualTo(retainedUntil(before)));
        assertThat(world.moves()).hasSize(1);
        assertThat(world.countIn(ShardKey.of("acme"), "acme")).isEqualTo(300);
        assertThat(world.countIn(ShardKey.of("default"), "acme")).isEqualTo(300);

        world.merge(
            io.tierkeeper.api.v1alpha1.TenantTier.class,
            "kb-acme",
            "{\"spec\":{\"tier\":\"Fallback\"}}");
        await().atMost(LONG).until(() -> world.moveIn("Aborted").isPresent());
        assertThat(world.count("acme")).isEqualTo(300);
      }
    }
  }

  private static String retainedUntil(OperatorWorld world) {
    return world.moveIn("Retaining").map(ClearedStatusIT::retainedUntil).orElse("");
  }

  private static String retainedUntil(TierMove move) {
    return move.getStatus().journal().path("retainedUntil").asText();
  }
}
