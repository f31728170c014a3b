package io.tierkeeper.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.rbac.PolicyRuleBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.tierkeeper.api.generator.RealApiServer;
import io.tierkeeper.api.v1alpha1.Direction;
import io.tierkeeper.api.v1alpha1.LocalReference;
import io.tierkeeper.api.v1alpha1.TierMove;
import io.tierkeeper.api.v1alpha1.TierMoveSpec;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** Installs the rendered chart into a real API server: pod security and the approval guard are the server's to judge. */
class ChartIT {
  private static final String NAMESPACE = "vectors";
  private static final String APPROVE = "{\"spec\":{\"approved\":true}}";

  @Test
  void theServerAdmitsThePodAndGuardsApprovals() {
    Optional<RealApiServer> started = RealApiServer.start();
    Assumptions.assumeTrue(started.isPresent(), RealApiServer.ABSENT);
    try (RealApiServer server = started.get();
        KubernetesClient bob = server.as("bob");
        KubernetesClient alice = server.as("alice")) {
      install(server.client());
      server.client().resource(move()).create();
      grant(server.client(), "bob", "editor");
      grant(server.client(), "alice", "tierkeeper-approver");

      // The guard is in force a moment after its creation, so a refusal may take a few tries.
      Awaitility.await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
        server
            .client()
            .resource(move())
            .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":{\"approved\":false}}");
        assertThatExceptionOfType(KubernetesClientException.class)
            .isThrownBy(() -> approve(bob))
            .withMessageContaining("user bob may not set spec.approved of TierMove vectors/m1")
            .withMessageContaining("needs the verb approve on tiermoves.tierkeeper.io");
      });
      bob.resource(move())
          .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":{\"abort\":true}}");
      assertThat(approve(alice).getSpec().approved()).isTrue();
    }
  }

  private static TierMove approve(KubernetesClient who) {
    return who.resource(move()).patch(PatchContext.of(PatchType.JSON_MERGE), APPROVE);
  }

  private static void install(KubernetesClient admin) {
    admin
        .resource(new NamespaceBuilder()
            .withNewMetadata()
            .withName(NAMESPACE)
            .addToLabels("pod-security.kubernetes.io/enforce", "restricted")
            .endMetadata()
            .build())
        .create();
    for (HasMetadata object : Chart.render(Map.of())) {
      if (object instanceof CustomResourceDefinition) {
        continue; // already there, from the jar
      }
      admin.resource(object).create();
      if (object instanceof Deployment deployment) {
        var template = deployment.getSpec().getTemplate();
        admin
            .resource(new PodBuilder()
                .withNewMetadata()
                .withName("as-the-deployment-would")
                .withNamespace(NAMESPACE)
                .withLabels(template.getMetadata().getLabels())
                .endMetadata()
                .withSpec(template.getSpec())
                .build())
            .dryRun()
            .create();
      }
    }
    admin
        .resource(new RoleBuilder()
            .withNewMetadata()
            .withName("editor")
            .withNamespace(NAMESPACE)
            .endMetadata()
            .withRules(new PolicyRuleBuilder()
                .withApiGroups("tierkeeper.io")
                .withResources("tiermoves")
                .withVerbs("get", "create", "update", "patch")
                .build())
            .build())
        .create();
  }

  private static void grant(KubernetesClient admin, String user, String role) {
    admin
        .resource(new RoleBindingBuilder()
            .withNewMetadata()
            .withName(user)
            .withNamespace(NAMESPACE)
            .endMetadata()
            .withNewRoleRef("rbac.authorization.k8s.io", "Role", role)
            .addNewSubject("rbac.authorization.k8s.io", "User", user, null)
            .build())
        .create();
  }

  private static TierMove move() {
    TierMove move = new TierMove();
    move.getMetadata().setName("m1");
    move.getMetadata().setNamespace(NAMESPACE);
    move.setSpec(new TierMoveSpec(
        new LocalReference("kb"),
        "acme",
        null,
        Direction.Promote,
        "sha256:" + "0".repeat(64),
        new TierMoveSpec.Plan(10L, null, null, null, null, null, null, null),
        null,
        null,
        null,
        null));
    return move;
  }
}
