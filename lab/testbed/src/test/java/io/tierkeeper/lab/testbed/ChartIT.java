package io.tierkeeper.lab.testbed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectAccessReviewBuilder;
import io.fabric8.kubernetes.api.model.rbac.PolicyRuleBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.tierkeeper.api.v1alpha1.Crds;
import io.tierkeeper.api.v1alpha1.Direction;
import io.tierkeeper.api.v1alpha1.LocalReference;
import io.tierkeeper.api.v1alpha1.TierMove;
import io.tierkeeper.api.v1alpha1.TierMoveSpec;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Installs the rendered chart into a real API server: pod security and the approval guard are the server's to judge. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ChartIT {
  private KubernetesBackend kubernetes;
  private KubernetesClient admin;
  private String namespace;
  private List<HasMetadata> chart;

  @BeforeAll
  void install() {
    kubernetes = RealApi.required();
    kubernetes.applyCrds(Crds.all());
    admin = kubernetes.client();
    namespace = kubernetes.newNamespace(
        "chart", Map.of("pod-security.kubernetes.io/enforce", "restricted"));
    chart = Chart.render(namespace, Map.of());
    for (HasMetadata object : chart) {
      if (!(object instanceof CustomResourceDefinition)) { // already there, from the jar
        admin.resource(object).create();
      }
    }
  }

  @Test
  void aNamespaceThatEnforcesTheRestrictedStandardAdmitsThePod() {
    var template = chart.stream()
        .filter(Deployment.class::isInstance)
        .map(Deployment.class::cast)
        .findFirst()
        .orElseThrow()
        .getSpec()
        .getTemplate();
    Pod pod = new PodBuilder()
        .withNewMetadata()
        .withName("as-the-deployment-would")
        .withNamespace(namespace)
        .withLabels(template.getMetadata().getLabels())
        .endMetadata()
        .withSpec(template.getSpec())
        .build();

    Pod admitted = admin.resource(pod).dryRun().create();

    assertThat(admitted.getMetadata().getUid()).isNotBlank();
    Pod careless =
        new PodBuilder(pod).editSpec().withSecurityContext(null).endSpec().build();
    assertThatExceptionOfType(KubernetesClientException.class)
        .as("the server does judge pods")
        .isThrownBy(() -> admin.resource(careless).dryRun().create())
        .withMessageContaining("violates PodSecurity \"restricted:latest\"");
  }

  @Test
  void onlyWhoHasTheVerbApproveMayChangeTheApproval() {
    grantEditing("bob");
    grantEditing("alice");
    bind("alice", "tierkeeper-approver");
    admin.resource(move("m1", null)).create();
    admin.resource(move("approved-before", true)).create();
    try (KubernetesClient bob = kubernetes.as("bob");
        KubernetesClient alice = kubernetes.as("alice")) {
      assertThat(mayApprove(bob)).isFalse();
      assertThat(mayApprove(alice)).isTrue();

      // The guard is in force a moment after its creation, so a refusal may take a few tries.
      Awaitility.await()
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(() -> assertRefused(
              "guard-probe",
              () -> bob.resource(move("guard-probe", true)).dryRun().create()));
      assertRefused("m1", () -> merge(bob, "m1", "{\"spec\":{\"approved\":true}}"));
      assertRefused(
          "approved-before",
          () -> merge(bob, "approved-before", "{\"spec\":{\"approved\":false}}"));
      assertRefused(
          "approved-before", () -> merge(bob, "approved-before", "{\"spec\":{\"approved\":null}}"));
      assertRefused(
          "m1",
          () -> bob.resource(move("m1", true))
              .patch(new PatchContext.Builder()
                  .withPatchType(PatchType.SERVER_SIDE_APPLY)
                  .withFieldManager("bob")
                  .withForce(true)
                  .build()));
      assertRefused("m1", () -> {
        TierMove stored = bob.resource(move("m1", null)).get();
        TierMove wanted = move("m1", true);
        wanted.setMetadata(stored.getMetadata());
        bob.resource(wanted).update();
      });

      assertThat(merge(bob, "m1", "{\"metadata\":{\"labels\":{\"seen-by\":\"bob\"}}}")
              .getMetadata()
              .getLabels())
          .containsEntry("seen-by", "bob");
      assertThat(merge(alice, "m1", "{\"spec\":{\"approved\":true}}").getSpec().approved())
          .isTrue();
      assertThat(merge(bob, "m1", "{\"spec\":{\"abort\":true}}").getSpec().abort())
          .isTrue();
    }
  }

  private void assertRefused(String move, ThrowingCallable attempt) {
    assertThatExceptionOfType(KubernetesClientException.class)
        .isThrownBy(attempt)
        .withMessageContaining(
            "user bob may not set spec.approved of TierMove " + namespace + "/" + move)
        .withMessageContaining("needs the verb approve on tiermoves.tierkeeper.io");
  }

  private TierMove merge(KubernetesClient who, String move, String patch) {
    return who.resource(move(move, null)).patch(PatchContext.of(PatchType.JSON_MERGE), patch);
  }

  private boolean mayApprove(KubernetesClient who) {
    return who.resource(new SelfSubjectAccessReviewBuilder()
            .withNewSpec()
            .withNewResourceAttributes()
            .withNamespace(namespace)
            .withGroup("tierkeeper.io")
            .withResource("tiermoves")
            .withVerb("approve")
            .endResourceAttributes()
            .endSpec()
            .build())
        .create()
        .getStatus()
        .getAllowed();
  }

  private void grantEditing(String user) {
    String role = user + "-edits";
    admin
        .resource(new RoleBuilder()
            .withNewMetadata()
            .withName(role)
            .withNamespace(namespace)
            .endMetadata()
            .withRules(new PolicyRuleBuilder()
                .withApiGroups("tierkeeper.io")
                .withResources("tiermoves")
                .withVerbs("get", "create", "update", "patch")
                .build())
            .build())
        .create();
    bind(user, role);
  }

  private void bind(String user, String role) {
    admin
        .resource(new RoleBindingBuilder()
            .withNewMetadata()
            .withName(user + "-" + role)
            .withNamespace(namespace)
            .endMetadata()
            .withNewRoleRef("rbac.authorization.k8s.io", "Role", role)
            .addNewSubject("rbac.authorization.k8s.io", "User", user, null)
            .build())
        .create();
  }

  private TierMove move(String name, @Nullable Boolean approved) {
    TierMove move = new TierMove();
    move.getMetadata().setName(name);
    move.getMetadata().setNamespace(namespace);
    move.setSpec(new TierMoveSpec(
        new LocalReference("kb"),
        "acme",
        null,
        Direction.Promote,
        "sha256:" + "0".repeat(64),
        new TierMoveSpec.Plan(10L, null, null, null, null, null, null, null),
        approved,
        null,
        null,
        null));
    return move;
  }
}
