package io.tierkeeper.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.tierkeeper.api.v1alpha1.TenantTier;
import io.tierkeeper.api.v1alpha1.TenantTierStatus;
import io.tierkeeper.api.v1alpha1.TierPolicy;
import io.tierkeeper.api.v1alpha1.TieredCollectionStatus;
import io.tierkeeper.audit.CompositionData;
import io.tierkeeper.audit.history.AuditLine;
import io.tierkeeper.audit.history.TrailHistory;
import io.tierkeeper.evaluation.history.ReplayReport;
import io.tierkeeper.evaluation.history.Replays;
import io.tierkeeper.evaluation.history.TrailReplay;
import io.tierkeeper.evaluation.history.WhatIfReport;
import io.tierkeeper.evaluation.policy.Policy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Penalty terms of a policy, from label and ConfigMap to status and trail, with the whole operator. */
@NullUnmarked
class PenaltyTermsIT {

  private static final Duration SOON = Duration.ofSeconds(40);
  private static final String RESTRICTED = "2.00 = 0.00 tier + 2.00 privacy-class (restricted)";

  /** With these weights alpha* is 1 without a penalty, so that no growth is ever seen, and 0 with one of 2. */
  private static final String POLICY = """
      apiVersion: tierkeeper.io/v1alpha1
      kind: TierPolicy
      metadata: {name: brisk}
      spec:
        mode: Recommend
        mass: {minSamples: 1}
        promote: {aboveShare: "0.30", stabilizationWindow: 0s}
        damping:
          varianceWeight: "0"
          penaltyWeight: "1"
          coherenceWeight: "1"
          trackingWeight: "0"
          penalties: {fallback: "0"}
          penaltyTerms:
            - name: privacy-class
              from: {label: example.com/privacy-class}
              tiers: [Fallback]
              classes: [{name: restricted, penalty: "2"}, {name: public, penalty: "0"}]
            - name: latency-budget
              from: {configMap: {name: values, key: latency-ms}}
              tiers: [Fallback]
              ramp: {zeroAt: "200", fullAt: "20", full: "2"}
      """;

  @TempDir
  Path audit;

  private OperatorWorld world;

  @BeforeEach
  void start() {
    world = new OperatorWorld(audit);
    for (String tenant : List.of("acme", "beta", "small1", "small2", "small3")) {
      world.write(tenant, 40);
    }
  }

  @AfterEach
  void stop() {
    world.close();
  }

  @Test
  void aLabelAndAnEntryOfAConfigMapChangeTheAdviceAndTheTrailReplaysExactly() throws Exception {
    world.apply(POLICY);
    world.applyCollection("brisk", "");
    world.applyTenant("kb-acme", "acme", "");
    world.applyTenant("kb-beta", "beta", "");
    label("secret");
    try (TierkeeperOperator operator = world.start()) {
      await()
          .atMost(SOON)
          .untilAsserted(() -> assertThat(
                  OperatorWorld.condition(status("kb-acme").conditions(), "PenaltyValuesUsable"))
              .isEqualTo("False PenaltyValueUnknown"));
      assertThat(message("PenaltyValuesUsable"))
          .contains(
              "penalty term privacy-class of TierPolicy brisk has no value for 'secret'; allowed:"
                  + " public, restricted.");
      // A source that is missing keeps nothing from being measured.
      await().atMost(SOON).untilAsserted(() -> {
        var conditions = collectionConditions();
        assertThat(OperatorWorld.condition(conditions, "PenaltyValuesUsable"))
            .isEqualTo("False PenaltySourceUnusable");
        assertThat(OperatorWorld.condition(conditions, "Ready")).isEqualTo("True Ready");
      });
      await()
          .atMost(SOON)
          .untilAsserted(() -> assertThat(notes())
              .anySatisfy(note -> assertThat(note).contains("'secret'"))
              .anySatisfy(note -> assertThat(note).contains("ConfigMap values does not exist")));

      world.write("acme", 500);
      world.write("beta", 500);
      await().atMost(SOON).untilAsserted(() -> {
        assertThat(status("kb-acme").points()).isEqualTo(540);
        assertThat(status("kb-beta").points()).isEqualTo(540);
      });
      assertThat(advice("kb-acme")).isEqualTo("Hold");
      assertThat(advice("kb-beta")).isEqualTo("Hold");

      label("restricted");
      await().atMost(SOON).untilAsserted(() -> assertThat(advice("kb-acme")).isEqualTo("Promote"));
      await()
          .atMost(SOON)
          .untilAsserted(() -> assertThat(penalty("kb-acme")).isEqualTo(RESTRICTED));
      assertThat(message("PenaltyValuesUsable")).isEmpty();
      assertThat(advice("kb-beta")).isEqualTo("Hold");

      world
          .client
          .resource(new ConfigMapBuilder()
              .withNewMetadata()
              .withName("values")
              .withNamespace(world.namespace)
              .endMetadata()
              .addToData("latency-ms", "beta: 20\nsmall1: soon\n")
              .build())
          .create();
      await().atMost(SOON).untilAsserted(() -> assertThat(advice("kb-beta")).isEqualTo("Promote"));
      await()
          .atMost(SOON)
          .untilAsserted(() -> assertThat(penalty("kb-beta"))
              .isEqualTo("2.00 = 0.00 tier + 2.00 latency-budget (20)"));
      // small1 has no TenantTier that could say so.
      await()
          .atMost(SOON)
          .untilAsserted(() -> assertThat(collectionConditions())
              .anySatisfy(condition -> assertThat(condition.getMessage())
                  .startsWith(
                      "Tenant small1: penalty term latency-budget of TierPolicy brisk has no"
                          + " value for 'soon'; allowed: a decimal")));
    }
    List<AuditLine> lines = lines();
    TrailReplay replay = new TrailReplay();
    lines.forEach(replay::take);
    ReplayReport report = replay.report();
    assertThat(report.differences()).isEmpty();
    assertThat(report.whole()).isTrue();
    assertThat(report.decisions()).isGreaterThan(2);
    assertThat(lines)
        .anySatisfy(line -> assertThat(line.data())
            .isInstanceOfSatisfying(
                CompositionData.class,
                data -> assertThat(data.composition().penaltyTerms().stream()
                        .flatMap(term -> term.values().stream()))
                    .contains("restricted")));
    WhatIfReport without = otherwise(lines, POLICY.replace("privacy-class\n", "x\n"));
    assertThat(without.assumptions())
        .contains("penalty term x: no measurement contains it; its otherwise, 0.0, counts for every"
            + " tenant");
  }

  private static WhatIfReport otherwise(List<AuditLine> lines, String policy) {
    Replays replays =
        new Replays(Policy.read(Serialization.unmarshal(policy, TierPolicy.class)), false);
    lines.forEach(replays::read);
    lines.forEach(replays::play);
    return replays.reports().values().iterator().next();
  }

  private List<AuditLine> lines() throws Exception {
    try (Stream<AuditLine> lines = TrailHistory.of(List.of(audit)).lines()) {
      return lines.toList();
    }
  }

  private void label(String value) {
    world.merge(
        TenantTier.class,
        "kb-acme",
        "{\"metadata\": {\"labels\": {\"example.com/privacy-class\": \"" + value + "\"}}}");
  }

  private TenantTierStatus status(String name) {
    TenantTierStatus status = world.tenant(name).orElseThrow().getStatus();
    return status == null ? TenantTierStatus.empty() : status;
  }

  private List<Condition> collectionConditions() {
    TieredCollectionStatus status = world.collection().orElseThrow().getStatus();
    return status == null || status.conditions() == null ? List.of() : status.conditions();
  }

  private String advice(String name) {
    TenantTierStatus.Advice advice = status(name).advice();
    return advice == null ? "" : advice.action();
  }

  private String penalty(String name) {
    return Objects.requireNonNullElse(status(name).gates(), List.<TenantTierStatus.Gate>of())
        .stream()
        .filter(gate -> gate.name().equals("Penalty"))
        .map(TenantTierStatus.Gate::current)
        .findFirst()
        .orElse("");
  }

  private String message(String type) {
    return Objects.requireNonNullElse(status("kb-acme").conditions(), List.<Condition>of()).stream()
        .filter(condition -> condition.getType().equals(type))
        .map(condition -> condition.getMessage())
        .findFirst()
        .orElse("");
  }

  private List<String> notes() {
    return world
        .client
        .resources(Event.class)
        .inNamespace(world.namespace)
        .list()
        .getItems()
        .stream()
        .map(Event::getNote)
        .toList();
  }
}
