package io.tierkeeper.operator;

import static io.tierkeeper.operator.OperatorWorld.FALLBACK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tierkeeper.api.v1alpha1.TierPolicy;
import io.tierkeeper.lab.testbed.KubernetesBackends;
import io.tierkeeper.qdrant.ShardKey;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Events that come too fast to be seen one by one, or while no watch is open: what counts is the state they lead to. */
@NullUnmarked
class UnobservedEventsIT {
  private static final Duration MOVED = Duration.ofSeconds(120);

  @TempDir
  Path audit;

  @Test
  void aPinThatIsTurnedWithoutAWatchLeadsToOneMoveAtMost() throws Exception {
    try (OperatorWorld world = new OperatorWorld(audit, KubernetesBackends.embedded())) {
      world.write("acme", 40);
      world.write("rest", 60);
      world.applyPolicy("Auto");
      world.merge(TierPolicy.class, "brisk", "{\"spec\":{\"approval\":{\"required\":[]}}}");
      world.applyCollection("brisk", "");
      world.applyTenant("kb-acme", "acme", "tier: Fallback");
      try (TierkeeperOperator first = world.start()) {
        await().atMost(MOVED).until(() -> world.tier("kb-acme").equals("Fallback"));
        assertThat(first.leading()).isTrue();
      }
      turn(world);
      try (TierkeeperOperator second = world.start()) {
        await().atMost(MOVED).until(() -> world.moveIn("Succeeded").isPresent());
        assertThat(world.moves()).hasSize(1);
        assertThat(world.countIn(FALLBACK, "acme")).isZero();

        // Back and forth while it watches: the end is where it was, so at most what had begun is
        // undone.
        world.applyTenant("kb-acme", "acme", "tier: Fallback");
        turn(world);
        await()
            .atMost(MOVED)
            .during(Duration.ofSeconds(2))
            .until(() -> world.tier("kb-acme").equals("Dedicated")
                && world.moves().stream()
                    .allMatch(
                        move -> move.getStatus() != null && move.getStatus().finishedAt() != null));
        assertThat(second.leading()).isTrue();
      }
      long promotions = world.moves().stream()
          .filter(move -> move.getMetadata().getName().contains("-promote-")
              && "Succeeded".equals(move.getStatus().phase()))
          .count();
      long demotions = world.moves().stream()
          .filter(move -> move.getMetadata().getName().contains("-demote-")
              && "Succeeded".equals(move.getStatus().phase()))
          .count();
      assertThat(promotions - demotions).as("net moves").isOne();
      assertThat(world.countIn(ShardKey.of("acme"), "acme")).isEqualTo(40);
      assertThat(world.countIn(FALLBACK, "acme")).isZero();
      assertThat(world.qdrant.violations()).isEmpty();
    }
  }

  private static void turn(OperatorWorld world) {
    world.applyTenant("kb-acme", "acme", "tier: Dedicated");
    world.applyTenant("kb-acme", "acme", "tier: Fallback");
    world.applyTenant("kb-acme", "acme", "tier: Dedicated");
  }
}
