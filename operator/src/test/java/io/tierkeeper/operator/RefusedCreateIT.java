package io.tierkeeper.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.tierkeeper.api.v1alpha1.TenantTier;
import io.tierkeeper.api.v1alpha1.TierMove;
import io.tierkeeper.lab.testbed.ApiServerBinaries;
import io.tierkeeper.lab.testbed.KubernetesBackends;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An admission policy that refuses what the operator creates for one tenant stops that tenant only. */
@NullUnmarked
class RefusedCreateIT {

  private static final Duration SOON = Duration.ofSeconds(60);

  @TempDir
  Path directory;

  @Test
  void theOtherTenantsArePlannedAndDiscoveredAndTheRefusedOneSaysWhy() {
    Assumptions.assumeTrue(KubernetesBackends.realest().real(), ApiServerBinaries.ABSENT);
    try (OperatorWorld world = new OperatorWorld(directory)) {
      world.write("acme", 60);
      world.write("globex", 60);
      world.write("Компания", 30);
      world.write("株式会社", 30);
      List<HasMetadata> policy = policy(world);
      policy.forEach(object -> world.client.resource(object).create());
      try {
        awaitRefusal(world);
        world.applyPolicy("Approve");
        world.merge(
            io.tierkeeper.api.v1alpha1.TierPolicy.class,
            "brisk",
            "{\"spec\":{\"promote\":{\"aboveShare\":\"0.30\"}}}");
        world.applyCollection("brisk", "discovery: {mode: Create, createAbovePoints: 10}");
        world.applyTenant("kb-acme", "acme", "");
        world.applyTenant("kb-globex", "globex", "");
        try (TierkeeperOperator operator = world.start()) {
          await().atMost(SOON).until(() -> !movesOf(world, "globex").isEmpty());
          await()
              .atMost(SOON)
              .untilAsserted(
                  () -> assertThat(ready(world, "kb-acme")).isEqualTo("False PlanRefused"));
          // The event is sent after the status is written.
          await()
              .atMost(SOON)
              .untilAsserted(
                  () -> assertThat(reasons(world, "kb-acme")).containsOnlyOnce("PlanRefused"));
          // One discovered tenant of two is refused, and said so once.
          await().atMost(SOON).untilAsserted(() -> assertThat(tenants(world)).contains("株式会社"));
          assertThat(tenants(world)).doesNotContain("Компания");
          await()
              .atMost(SOON)
              .untilAsserted(
                  () -> assertThat(reasons(world, "kb")).containsOnlyOnce("TenantTierRefused"));

          policy.forEach(object -> world.client.resource(object).delete());
          await().atMost(SOON).until(() -> !movesOf(world, "acme").isEmpty());
          await()
              .atMost(SOON)
              .untilAsserted(
                  () -> assertThat(ready(world, "kb-acme")).doesNotContain("PlanRefused"));
          assertThat(operator.leading()).isTrue();
        }
      } finally {
        policy.forEach(object -> world.client.resource(object).delete());
      }
    }
  }

  /** A policy takes effect a moment after its creation. */
  private static void awaitRefusal(OperatorWorld world) {
    await().atMost(SOON).until(() -> {
      try {
        world.applyTenant("probe", "Компания", "");
        world.delete(TenantTier.class, "probe");
        return false;
      } catch (KubernetesClientException e) {
        return e.getCode() == 422;
      }
    });
  }

  private static List<HasMetadata> policy(OperatorWorld world) {
    String name = "refuses-" + world.namespace;
    return world
        .client
        .load(new ByteArrayInputStream(
            """
            apiVersion: admissionregistration.k8s.io/v1
            kind: ValidatingAdmissionPolicy
            metadata: {name: %1$s}
            spec:
              failurePolicy: Fail
              matchConstraints:
                resourceRules:
                  - apiGroups: [tierkeeper.io]
                    apiVersions: [v1alpha1]
                    operations: [CREATE]
                    resources: [tiermoves, tenanttiers]
              matchConditions:
                - name: here
                  expression: object.metadata.namespace == '%2$s'
              validations:
                - expression: >-
                    !(object.kind == 'TierMove' && object.spec.tenant == 'acme')
                    && !(object.kind == 'TenantTier' && object.spec.tenant == 'Компания')
                  message: not this one
            ---
            apiVersion: admissionregistration.k8s.io/v1
            kind: ValidatingAdmissionPolicyBinding
            metadata: {name: %1$s}
            spec: {policyName: %1$s, validationActions: [Deny]}
            """.formatted(name, world.namespace).getBytes(StandardCharsets.UTF_8)))
        .items();
  }

  private static List<TierMove> movesOf(OperatorWorld world, String tenant) {
    return world.moves().stream()
        .filter(move -> tenant.equals(move.getSpec().tenant()))
        .toList();
  }

  private static List<String> tenants(OperatorWorld world) {
    return world
        .client
        .resources(TenantTier.class)
        .inNamespace(world.namespace)
        .list()
        .getItems()
        .stream()
        .map(tier -> tier.getSpec().tenant())
        .toList();
  }

  private static String ready(OperatorWorld world, String name) {
    TenantTier tier = world.tenant(name).orElseThrow();
    return tier.getStatus() == null
        ? ""
        : OperatorWorld.condition(tier.getStatus().conditions(), "Ready");
  }

  private static List<String> reasons(OperatorWorld world, String name) {
    return world
        .client
        .resources(Event.class)
        .inNamespace(world.namespace)
        .list()
        .getItems()
        .stream()
        .filter(event -> event.getRegarding().getName().equals(name))
        .map(Event::getReason)
        .toList();
  }
}
