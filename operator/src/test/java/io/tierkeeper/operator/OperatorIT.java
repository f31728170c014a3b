package io.tierkeeper.operator;

import static io.tierkeeper.operator.OperatorWorld.COLLECTION;
import static io.tierkeeper.operator.OperatorWorld.FALLBACK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.tierkeeper.api.v1alpha1.TenantTier;
import io.tierkeeper.api.v1alpha1.TenantTierSpec;
import io.tierkeeper.api.v1alpha1.TierMove;
import io.tierkeeper.api.v1alpha1.TierPolicy;
import io.tierkeeper.operator.config.LeaderElection;
import io.tierkeeper.operator.move.ApprovalCommands;
import io.tierkeeper.operator.move.MovePlanning;
import io.tierkeeper.qdrant.Filter;
import io.tierkeeper.qdrant.ShardKey;
import io.tierkeeper.qdrant.ShardSelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole operator against the realest Kubernetes API and an emulated Qdrant. */
@NullUnmarked
class OperatorIT {

  private static final Pattern PATCH =
      Pattern.compile("kubectl patch (tiermove|tenanttier) (\\S+) --type merge -p '([^']+)'");

  private static final Duration SOON = Duration.ofSeconds(40);
  private static final Duration MOVED = Duration.ofSeconds(90);

  @TempDir
  Path audit;

  private OperatorWorld world;

  @BeforeEach
  void start() {
    world = new OperatorWorld(audit);
    world.write("acme", 300);
    for (int i = 0; i < 10; i++) {
      world.write("small" + i, 20);
    }
  }

  @AfterEach
  void stop() {
    assertThat(world.qdrant.violations()).isEmpty();
    world.close();
  }

  @Test
  void promotesOnceThePlanIsApprovedByFieldAndDemotesThroughTheGitDoor() throws Exception {
    world.applyPolicy("Auto");
    world.applyCollection("brisk", "");
    world.applyTenant("kb-acme", "acme", "");
    try (TierkeeperOperator operator = world.start()) {
      TierMove promotion = await()
          .atMost(SOON)
          .until(() -> world.moveIn("AwaitingApproval"), m -> m.isPresent())
          .orElseThrow();
      assertThat(promotion.getMetadata().getName()).matches("kb-acme-promote-[0-9a-f]{4}");
      await()
          .atMost(SOON)
          .untilAsserted(() -> assertThat(world.tier("kb-acme")).isEqualTo("Fallback"));
      assertThat(world.countIn(FALLBACK, "acme")).isEqualTo(300);
      approve(promotion);
      await().atMost(MOVED).until(() -> world.moveIn("Succeeded").isPresent());
      await()
          .atMost(SOON)
          .untilAsserted(() -> assertThat(world.tier("kb-acme")).isEqualTo("Dedicated"));
      assertThat(world.countIn(ShardKey.of("acme"), "acme")).isEqualTo(300);
      assertThat(world.countIn(FALLBACK, "acme")).isZero();
      TierMove done = world.moveIn("Succeeded").orElseThrow();
      assertThat(done.getMetadata().getFinalizers()).isEmpty();
      assertThat(done.getStatus().progress().percent()).isEqualTo(100);
      assertThat(done.getStatus().message()).doesNotContain("approve");

      world
          .port()
          .delete(
              COLLECTION,
              ShardSelector.withFallback(ShardKey.of("acme"), FALLBACK),
              Filter.matches("group_id", "acme"),
              true);
      world.write("acme", 5);
      TierMove demotion = await()
          .atMost(SOON)
          .until(
              () -> world.moves().stream()
                  .filter(move -> move.getMetadata().getName().contains("-demote-"))
                  .findFirst(),
              m -> m.isPresent())
          .orElseThrow();
      // Who approves approves exactly the plan that is stored.
      assertThat(MovePlanning.read(promotion.getSpec()).hash())
          .isEqualTo(promotion.getSpec().planHash());
      assertThat(MovePlanning.read(demotion.getSpec()).hash())
          .isEqualTo(demotion.getSpec().planHash());
      assertThat(demotion.getSpec().plan().newSegments()).isNegative();
      world.applyTenant(
          "kb-acme",
          "acme",
          "approvals: [{planHash: \"" + demotion.getSpec().planHash()
              + "\", by: alice, note: CHG-1234}]");
      await()
          .atMost(MOVED)
          .untilAsserted(() -> assertThat(world.tier("kb-acme")).isEqualTo("Fallback"));
      assertThat(world.count("acme")).isEqualTo(5);
      String trail = Files.readString(operator.auditFile(world.namespace, "kb"));
      assertThat(trail)
          .contains("\"by\":\"alice\"")
          .contains("\"door\":\"Git\"")
          .contains("io.tierkeeper.measurement.v1");
      run(ApprovalCommands.demote("kb-acme"));
      assertThat(world.tenant("kb-acme").orElseThrow().getSpec().tier())
          .isEqualTo(TenantTierSpec.Tier.Fallback);
    }
  }

  @Test
  void endsAMoveByTheRulesThatItBeganWithIfItsPolicyIsDeleted() {
    world.applyPolicy("Auto");
    world.merge(
        TierPolicy.class,
        "brisk",
        "{\"spec\":{\"approval\":{\"required\":[]},\"retain\":{\"sourceFor\":\"4s\"}}}");
    world.applyCollection("brisk", "");
    world.applyTenant("kb-acme", "acme", "");
    try (TierkeeperOperator operator = world.start()) {
      await().atMost(MOVED).until(() -> world.moveIn("Retaining").isPresent());
      world.delete(TierPolicy.class, "brisk");
      await().atMost(MOVED).until(() -> world.moveIn("Succeeded").isPresent());
      assertThat(world.countIn(ShardKey.of("acme"), "acme")).isEqualTo(300);
      assertThat(world.countIn(FALLBACK, "acme")).isZero();
    }
  }

  @Test
  void writesNothingAtRest() throws Exception {
    world.applyPolicy("Recommend");
    world.applyCollection("brisk", "");
    world.applyTenant("kb-acme", "acme", "");
    try (TierkeeperOperator operator = world.start()) {
      await().atMost(SOON).untilAsserted(() -> assertThat(ready("kb-acme")).startsWith("True"));
      String[] last = {""};
      // The first masses are still to come to rest.
      await().atMost(SOON).during(Duration.ofSeconds(2)).until(() -> unchanged(last));
      await()
          .atMost(Duration.ofSeconds(15))
          .during(Duration.ofSeconds(5))
          .until(() -> unchanged(last));
      assertThat(scrape(operator))
          .contains("tierkeeper_evaluation_seconds_count")
          .contains("tierkeeper_leader 1.0");
    }
  }

  @Test
  void holdsMovesWhilePausedAndSaysForWhom() {
    world.applyPolicy("Auto");
    world.applyCollection(
        "brisk", "pauses: [{owner: sre, reason: quarter close, until: \"2099-01-01T00:00:00Z\"}]");
    world.applyTenant("kb-acme", "acme", "");
    try (TierkeeperOperator operator = world.start()) {
      await()
          .atMost(SOON)
          .untilAsserted(() -> assertThat(condition("kb-acme", "Paused")).isEqualTo("True Paused"));
      assertThat(ready("kb-acme")).startsWith("True");
      assertThat(world.moves()).isEmpty();
      assertThat(operator.leading()).isTrue();
    }
  }

  @Test
  void letsTheOlderOfTwoTenantTiersHold() {
    world.applyPolicy("Recommend");
    world.applyCollection("brisk", "");
    world.applyTenant("a-first", "acme", "");
    world.applyTenant("b-second", "acme", "");
    try (TierkeeperOperator operator = world.start()) {
      await()
          .atMost(SOON)
          .untilAsserted(() -> assertThat(ready("b-second")).isEqualTo("False Conflict"));
      await().atMost(SOON).untilAsserted(() -> assertThat(ready("a-first")).startsWith("True"));
      assertThat(operator.leading()).isTrue();
    }
  }

  @Test
  void namesThePolicyThatDoesNotExist() {
    world.applyCollection("nope", "");
    world.applyTenant("kb-acme", "acme", "");
    try (TierkeeperOperator operator = world.start()) {
      await()
          .atMost(SOON)
          .untilAsserted(() -> assertThat(OperatorWorld.condition(
                  world.collection().orElseThrow().getStatus() == null
                      ? null
                      : world.collection().orElseThrow().getStatus().conditions(),
                  "Ready"))
              .isEqualTo("False PolicyNotFound"));
      assertThat(OperatorWorld.condition(
              world.collection().orElseThrow().getStatus().conditions(), "Stalled"))
          .isEqualTo("True PolicyNotFound");
      world.applyPolicy("Recommend");
      world.applyCollection("brisk", "");
      await().atMost(SOON).untilAsserted(() -> assertThat(ready("kb-acme")).startsWith("True"));
      await()
          .atMost(SOON)
          .untilAsserted(() -> assertThat(OperatorWorld.condition(
                  world.collection().orElseThrow().getStatus().conditions(), "Stalled"))
              .isEmpty());
      assertThat(operator.leading()).isTrue();
    }
  }

  @Test
  void goesOnWithAMoveAfterARestart() {
    world.applyPolicy("Auto");
    world.applyCollection("brisk", "");
    world.applyTenant("kb-acme", "acme", "");
    try (TierkeeperOperator first = world.start()) {
      TierMove promotion = await()
          .atMost(SOON)
          .until(() -> world.moveIn("AwaitingApproval"), m -> m.isPresent())
          .orElseThrow();
      approve(promotion);
      await()
          .atMost(SOON)
          .pollInterval(Duration.ofMillis(20))
          .until(() -> world.moves().stream()
              .anyMatch(move -> move.getStatus() != null && move.getStatus().journal() != null));
      assertThat(first.leading()).isTrue();
    }
    try (TierkeeperOperator second = world.start()) {
      await().atMost(MOVED).until(() -> world.moveIn("Succeeded").isPresent());
      assertThat(world.count("acme")).isEqualTo(300);
      assertThat(second.leading()).isTrue();
    }
  }

  @Test
  void putsATenantBackWhoseTenantTierIsDeletedInMidPromotion() {
    try (TierkeeperOperator operator = world.start()) {
      beginPromotion();
      world
          .client
          .resources(TenantTier.class)
          .inNamespace(world.namespace)
          .withName("kb-acme")
          .delete();
      world.collectGarbage();
      await().atMost(MOVED).until(() -> world.moves().isEmpty());
      assertThat(world.tenant("kb-acme")).isEmpty();
      assertWholeInTheFallback();
      assertThat(operator.leading()).isTrue();
    }
  }

  @Test
  void putsATenantBackWhoseTierMoveIsDeletedInMidPromotion() {
    try (TierkeeperOperator operator = world.start()) {
      TierMove begun = beginPromotion();
      // Nothing is planned anew, so that what is left would be of this move.
      world.applyPolicy("Recommend");
      world.client.resource(begun).delete();
      await().atMost(MOVED).until(() -> world.moves().isEmpty());
      assertWholeInTheFallback();
      assertThat(operator.leading()).isTrue();
    }
  }

  /** The promotion of acme as soon as it has changed, or is about to change, Qdrant. */
  private TierMove beginPromotion() {
    world.applyPolicy("Auto");
    world.applyCollection("brisk", "");
    world.applyTenant("kb-acme", "acme", "");
    approve(await()
        .atMost(SOON)
        .until(() -> world.moveIn("AwaitingApproval"), m -> m.isPresent())
        .orElseThrow());
    return await()
        .atMost(SOON)
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(10))
        .until(
            () -> world.moves().stream()
                .filter(move -> move.getMetadata().getFinalizers().contains("tierkeeper.io/move"))
                .findFirst(),
            m -> m.isPresent())
        .orElseThrow();
  }

  private void assertWholeInTheFallback() {
    assertThat(world.count("acme")).isEqualTo(300);
    assertThat(world.countIn(FALLBACK, "acme")).isEqualTo(300);
    assertThat(world.shardKeys()).containsExactly(FALLBACK);
  }

  @Test
  void leavesASecondReplicaIdleUntilItTakesOver() {
    LeaderElection quick = new LeaderElection(
        true,
        "tierkeeper",
        world.namespace,
        Duration.ofSeconds(30),
        Duration.ofSeconds(20),
        Duration.ofSeconds(1));
    AtomicBoolean lost = new AtomicBoolean();
    world.applyPolicy("Recommend");
    world.applyCollection("brisk", "");
    TierkeeperOperator first = TierkeeperOperator.start(
        world.account,
        world.options().withLeaderElection(quick).withOnLostLease(() -> lost.set(true)));
    await().atMost(SOON).until(first::leading);
    try (TierkeeperOperator second = TierkeeperOperator.start(
        world.account,
        world
            .options()
            .withInstance("two")
            .withLeaderElection(quick)
            .withOnLostLease(() -> lost.set(true)))) {
      await()
          .atMost(Duration.ofSeconds(20))
          .during(Duration.ofSeconds(2))
          .until(() -> !second.leading());
      first.close();
      assertThat(lost).isFalse();
      await().atMost(SOON).until(second::leading);
      world.applyTenant("kb-acme", "acme", "");
      await().atMost(SOON).untilAsserted(() -> assertThat(ready("kb-acme")).startsWith("True"));
    } finally {
      first.close();
    }
  }

  /** With the command that the status prints. */
  private void approve(TierMove move) {
    assertThat(move.getStatus().message())
        .contains(ApprovalCommands.approve(move.getMetadata().getName()));
    run(move.getStatus().message());
  }

  /** Runs the first {@code kubectl patch} of a text. */
  private void run(String text) {
    Matcher command = PATCH.matcher(text);
    assertThat(command.find()).as(text).isTrue();
    patch(
        command.group(1).equals("tiermove") ? TierMove.class : TenantTier.class,
        command.group(2),
        command.group(3));
  }

  private void patch(Class<? extends HasMetadata> kind, String name, String patch) {
    world
        .client
        .resources(kind)
        .inNamespace(world.namespace)
        .withName(name)
        .patch(PatchContext.of(PatchType.JSON_MERGE), patch);
  }

  private boolean unchanged(String[] last) {
    String now = world.version();
    boolean same = now.equals(last[0]);
    last[0] = now;
    return same;
  }

  private String ready(String tenantTier) {
    return condition(tenantTier, "Ready");
  }

  private String condition(String tenantTier, String type) {
    return world
        .tenant(tenantTier)
        .map(tier -> tier.getStatus() == null
            ? ""
            : OperatorWorld.condition(tier.getStatus().conditions(), type))
        .orElse("");
  }

  private static String scrape(TierkeeperOperator operator) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(
                    URI.create("http://127.0.0.1:" + operator.httpPort() + "/metrics"))
                .build(),
            HttpResponse.BodyHandlers.ofString())
        .body();
  }
}
