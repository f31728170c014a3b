package io.tierkeeper.operator;

import static io.tierkeeper.operator.OperatorWorld.FALLBACK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.tierkeeper.api.v1alpha1.TierMove;
import io.tierkeeper.api.v1alpha1.TierPolicy;
import io.tierkeeper.audit.verify.AuditVerifier;
import io.tierkeeper.lab.testbed.KubernetesBackends;
import io.tierkeeper.moves.MoveStep;
import io.tierkeeper.operator.config.Pace;
import io.tierkeeper.qdrant.ShardKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An operator is replaced by one of another build while a move is in each of its steps. With {@code
 * -Dtierkeeper.stored.write=DIR} the objects are written down as they were found there: the fixture of StoredObjectsIT.
 */
@NullUnmarked
class UpgradeIT {
  private static final Duration MOVED = Duration.ofSeconds(120);
  private static final Duration OFTEN = Duration.ofMillis(50);
  private static final int POINTS = 60;
  private static final String WRITE = System.getProperty("tierkeeper.stored.write", "");

  /** Steps of a promotion and of a demotion by Freeze that nothing goes wrong in. */
  private static final List<MoveStep> PROMOTION = List.of(
      MoveStep.CREATE_KEY,
      MoveStep.REPLICATE,
      MoveStep.AWAIT_ACTIVE,
      MoveStep.SETTLE,
      MoveStep.VERIFY,
      MoveStep.RETAIN,
      MoveStep.DELETE_SOURCE);

  private static final List<MoveStep> DEMOTION = List.of(
      MoveStep.COPY,
      MoveStep.CREATE_OWN_KEYS,
      MoveStep.FREEZE,
      MoveStep.THAW_COPY,
      MoveStep.MERGE,
      MoveStep.DELETE_DEDICATED,
      MoveStep.REMOVE_MARKER);

  @TempDir
  Path directory;

  private final Set<MoveStep> stopped = ConcurrentHashMap.newKeySet();

  @Test
  void anotherBuildFinishesAMoveThatItFindsInAnyStep() throws Exception {
    List<MoveStep> steps = new ArrayList<>();
    for (int i = 0; i < Math.max(PROMOTION.size(), DEMOTION.size()); i++) {
      steps.add(PROMOTION.get(i % PROMOTION.size()));
      steps.add(DEMOTION.get(i % DEMOTION.size()));
    }
    try (OperatorWorld world =
        new OperatorWorld(directory.resolve("audit"), KubernetesBackends.embedded())) {
      world.write("acme", POINTS);
      world.write("rest", 40);
      world.applyPolicy("Auto");
      world.merge(
          TierPolicy.class,
          "brisk",
          "{\"spec\":{\"flapBudget\":{\"maxMoves\":50},\"approval\":{\"required\":[]},\"retain\":{\"sourceFor\":\"1s\"},\"demotion\":{\"quietFor\":\"0s\"}}}");
      world.applyCollection("brisk", "");
      world.applyTenant("kb-acme", "acme", "tier: Fallback");
      String tier = "Fallback";
      for (int build = 0; build <= steps.size(); build++) {
        MoveStep next = build == steps.size() ? null : steps.get(build);
        String before = tier;
        HeldQdrant way = new HeldQdrant(() -> next != null && inStep(world, next));
        try (TierkeeperOperator operator = start(world, "0." + build, way)) {
          // The step may be one that the move it takes over is still to pass.
          finished(world, before, build);
          if (next != null) {
            tier = before.equals("Dedicated") ? "Fallback" : "Dedicated";
            world.applyTenant("kb-acme", "acme", "tier: " + tier);
            String reached = tier;
            await()
                .atMost(MOVED)
                .pollInterval(OFTEN)
                // A promoted tenant is Dedicated while its move still retains the source.
                .until(() -> way.held()
                    || world.tier("kb-acme").equals(reached) && open(world).isEmpty());
          }
          assertThat(operator.leading()).isTrue();
        }
        if (next != null) {
          left(world, next, tomorrow(build));
        }
      }
      assertThat(world.qdrant.violations()).isEmpty();
      if (!WRITE.isEmpty()) {
        write(world.policy().orElseThrow(), "tierpolicy");
        write(world.collection().orElseThrow(), "tieredcollection");
        write(world.tenant("kb-acme").orElseThrow(), "tenanttier");
      }
    }
    assertThat(AuditVerifier.verify(List.of(directory.resolve("audit")), null).fault())
        .isNull();
    System.out.printf(
        "upgrade: another build took over in %d of %d steps%n",
        stopped.size(), Set.copyOf(steps).size());
    assertThat(stopped).containsAll(steps);
  }

  private void finished(OperatorWorld world, String tier, int build) {
    await().atMost(MOVED).pollInterval(OFTEN).untilAsserted(() -> {
      assertThat(open(world).map(TierMove::getStatus)).isEmpty();
      assertThat(world.tier("kb-acme")).isEqualTo(tier);
    });
    boolean dedicated = tier.equals("Dedicated");
    assertThat(world.moves().stream().map(move -> move.getStatus().phase()))
        .as("build %d", build)
        .allMatch("Succeeded"::equals)
        .hasSize(build);
    assertThat(world.countIn(FALLBACK, "acme")).isEqualTo(dedicated ? 0 : POINTS);
    assertThat(world.count("acme")).isEqualTo(POINTS);
    assertThat(world.shardKeys().contains(ShardKey.of("acme"))).isEqualTo(dedicated);
  }

  /** Members that this build does not know. */
  private static UnaryOperator<ObjectNode> tomorrow(int build) {
    return status -> {
      ObjectNode journal = (ObjectNode) status.path("journal");
      if (build % 3 == 1) {
        status.put("fieldOfTomorrow", "x");
        journal.putObject("memberOfTomorrow").put("a", 1);
      }
      return status;
    };
  }

  /** What the stopped build leaves, and what a newer one than the next may have left. */
  private void left(OperatorWorld world, MoveStep step, UnaryOperator<ObjectNode> newer) {
    if (!inStep(world, step)) {
      return;
    }
    TierMove move = open(world).orElseThrow();
    stopped.add(step);
    if (!WRITE.isEmpty()) {
      write(move, "tiermove-" + step.name().toLowerCase(Locale.ROOT).replace('_', '-'));
    }
    ObjectNode status = Serialization.jsonMapper().valueToTree(move.getStatus());
    world
        .client
        .resource(move)
        .subresource("status")
        .patch(
            PatchContext.of(PatchType.JSON),
            "[{\"op\":\"replace\",\"path\":\"/status\",\"value\":" + newer.apply(status) + "}]");
  }

  private static TierkeeperOperator start(OperatorWorld world, String build, HeldQdrant way) {
    var options = world
        .options()
        .withVersion(build)
        .withPace(Pace.brisk()
            .withEvaluateEvery(Duration.ofMillis(200))
            .withSettle(Duration.ofMillis(100)));
    return TierkeeperOperator.start(
        world.account, options.withQdrant(way.over(options.qdrant().connector())));
  }

  private static Optional<TierMove> open(OperatorWorld world) {
    return world.moves().stream()
        .filter(move -> move.getStatus() != null
            && move.getStatus().journal() != null
            && move.getStatus().finishedAt() == null)
        .findFirst();
  }

  private static boolean inStep(OperatorWorld world, MoveStep step) {
    return open(world)
        .map(move -> move.getStatus().journal().path("step").asText())
        .filter(step.name()::equals)
        .isPresent();
  }

  private static void write(Object resource, String name) {
    try {
      JsonNode json = Serialization.jsonMapper().valueToTree(resource);
      ((ObjectNode) json.path("metadata")).remove("managedFields");
      ((ObjectNode) json.path("metadata")).put("namespace", "team");
      Files.createDirectories(Path.of(WRITE));
      Files.writeString(Path.of(WRITE, name + ".yaml"), Serialization.asYaml(json));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
