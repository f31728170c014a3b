package io.tierkeeper.operator.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectAccessReviewBuilder;
import io.fabric8.kubernetes.api.model.rbac.PolicyRuleBuilder;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBuilder;
import io.fabric8.kubernetes.api.model.rbac.SubjectBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.tierkeeper.api.v1alpha1.Crds;
import io.tierkeeper.api.v1alpha1.Direction;
import io.tierkeeper.api.v1alpha1.LocalReference;
import io.tierkeeper.api.v1alpha1.TenantTier;
import io.tierkeeper.api.v1alpha1.TierMove;
import io.tierkeeper.api.v1alpha1.TierMoveSpec;
import io.tierkeeper.lab.testbed.ApiServer;
import io.tierkeeper.lab.testbed.ApiServerBinaries;
import io.tierkeeper.lab.testbed.Chart;
import io.tierkeeper.lab.testbed.Checkout;
import io.tierkeeper.lab.testbed.KubernetesBackends;
import io.tierkeeper.operator.gitops.ArgoCd;
import io.tierkeeper.operator.move.ApprovalCommands;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.awaitility.Awaitility;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * The chart's admission policies on a real API server. Bob may edit everything, alice may approve as well, erin may release;
 * the operator has its ServiceAccount.
 */
@NullUnmarked
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ApprovalGuardIT {
  private static final String FINALIZER =
      "{\"metadata\":{\"finalizers\":[\"tierkeeper.io/move\"]}}";
  private static final String NO_FINALIZER = "{\"metadata\":{\"finalizers\":[]}}";
  private static final String APPROVED = "{\"spec\":{\"approved\":true}}";
  private static final String NEEDS_APPROVE = "needs the verb approve on tiermoves.tierkeeper.io";

  @TempDir
  Path directory;

  private ApiServer kubernetes;
  private KubernetesClient admin;
  private KubernetesClient bob;
  private KubernetesClient alice;
  private KubernetesClient erin;
  private KubernetesClient operator;
  private String namespace;
  private String account;

  @BeforeAll
  void install() {
    var server = KubernetesBackends.apiServer();
    Assumptions.assumeTrue(server.isPresent(), ApiServerBinaries.ABSENT);
    kubernetes = server.orElseThrow();
    kubernetes.applyCrds(Crds.all());
    admin = kubernetes.client();
    namespace = kubernetes.newNamespace("guarded");
    account = "system:serviceaccount:" + namespace + ":tierkeeper";
    for (HasMetadata object : Chart.render(namespace, Map.of())) {
      if (object instanceof Role
          || object instanceof RoleBinding
          || object.getKind().startsWith("ValidatingAdmissionPolicy")) {
        admin.resource(object).create();
      }
    }
    grant("bob", "editor", "get", "create", "update", "patch", "delete");
    grant("alice", "editor", "get", "create", "update", "patch", "delete");
    grant("erin", "editor", "get", "create", "update", "patch", "delete");
    grant("erin", "releaser", "release");
    bind("alice", "tierkeeper-approver");
    bob = kubernetes.as("bob");
    alice = kubernetes.as("alice");
    erin = kubernetes.as("erin");
    operator = kubernetes.as(account);
    // The guard is in force a moment after its creation.
    refusedSoon(() -> bob.resource(move("probe", true)).dryRun().create());
    refusedSoon(() -> bob.resource(tenant("probe", "0")).dryRun().create());
    admin.resource(move("probe", false)).create();
    refusedSoon(() -> status(bob, "probe", "Pending"));
  }

  @AfterAll
  void close() {
    for (KubernetesClient client : new KubernetesClient[] {bob, alice, erin, operator}) {
      if (client != null) {
        client.close();
      }
    }
  }

  @Test
  void onlyWhoHasTheVerbApproveMayApproveByAnyWay() {
    assertThat(mayApprove(bob)).isFalse();
    assertThat(mayApprove(alice)).isTrue();
    admin.resource(move("m1", false)).create();
    String may = "user bob may not set spec.approved of TierMove " + namespace + "/m1";
    refused(may, () -> merge(bob, "m1", APPROVED));
    refused(may, () -> bob.resource(move("m1", true)).patch(apply("bob")));
    refused(may, () -> {
      TierMove stored = bob.resource(move("m1", false)).get();
      TierMove wanted = move("m1", true);
      wanted.setMetadata(stored.getMetadata());
      bob.resource(wanted).update();
    });
    assertThat(merge(bob, "m1", "{\"metadata\":{\"labels\":{\"seen-by\":\"bob\"}}}")
            .getMetadata()
            .getLabels())
        .containsEntry("seen-by", "bob");
    merge(alice, "m1", approvedBy("alice"));
    refused(may, () -> merge(bob, "m1", "{\"spec\":{\"approved\":false}}"));
    refused(may, () -> merge(bob, "m1", "{\"spec\":{\"approved\":null}}"));
  }

  @Test
  void abortFenceAndTheEndOfTheRetentionAreGuardedAsWell() {
    admin.resource(move("m2", false)).create();
    for (var wanted : Map.of(
            "abort", "true", "fenced", "true", "retainUntil", "\"2026-12-01T00:00:00Z\"")
        .entrySet()) {
      String field = wanted.getKey();
      String patch = "{\"spec\":{\"" + field + "\":" + wanted.getValue() + "}}";
      refused(
          "user bob may not set spec." + field + " of TierMove " + namespace + "/m2: "
              + NEEDS_APPROVE,
          () -> merge(bob, "m2", patch));
      merge(alice, "m2", patch);
    }
  }

  @Test
  void anApproverApprovesInTheOwnNameOnly() {
    admin.resource(move("m3", false)).create();
    refused(
        "Run first: kubectl annotate tiermove m3 --overwrite tierkeeper.io/approved-by=alice",
        () -> merge(alice, "m3", APPROVED));
    refused(
        "to the-ceo: it must be the name of the user",
        () -> merge(alice, "m3", approvedBy("the-ceo")));
    refused(
        "user bob may not set the annotation tierkeeper.io/approved-by",
        () -> merge(
            bob, "m3", "{\"metadata\":{\"annotations\":{\"tierkeeper.io/approved-by\":\"bob\"}}}"));
    assertThat(merge(alice, "m3", approvedBy("alice")).getSpec().approved()).isTrue();
  }

  @Test
  void theCommandThatTheOperatorPrintsApproves() throws Exception {
    admin.resource(move("m4", false)).create();
    Path kubeconfig = Files.writeString(
        directory.resolve("kubeconfig"),
        kubernetes
            .kubeconfig()
            .replace("user: {token:", "user: {as: alice, token:")
            .replace("namespace: default", "namespace: " + namespace));
    ProcessBuilder shell = new ProcessBuilder("bash", "-c", ApprovalCommands.approve("m4"));
    shell.environment().put("KUBECONFIG", kubeconfig.toString());
    Process process = shell.redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    TierMove approved = admin.resource(move("m4", false)).get();
    assertThat(approved.getSpec().approved()).isTrue();
    assertThat(approved.getMetadata().getAnnotations())
        .containsEntry("tierkeeper.io/approved-by", "alice");
  }

  @Test
  void theFinalizerIsTheOperatorsAndIsReleasedOnlyByPermission() {
    admin.resource(move("m5", false)).create();
    for (KubernetesClient user : List.of(bob, alice, erin, admin)) {
      refused(
          "may not add the finalizer tierkeeper.io/move to TierMove " + namespace + "/m5: only "
              + account + " may",
          () -> merge(user, "m5", FINALIZER));
    }
    TierMove created = move("m6", false);
    created.getMetadata().setFinalizers(List.of("tierkeeper.io/move"));
    refused("may not add the finalizer", () -> bob.resource(created).create());
    merge(operator, "m5", FINALIZER);
    for (KubernetesClient user : List.of(bob, alice)) {
      refused(
          "it protects points in Qdrant until the move has ended; needs the verb release",
          () -> merge(user, "m5", NO_FINALIZER));
    }
    merge(erin, "m5", NO_FINALIZER);
    merge(operator, "m5", FINALIZER);
    merge(operator, "m5", NO_FINALIZER);
  }

  @Test
  void theStatusOfAMoveIsTheOperators() {
    admin.resource(move("m7", false)).create();
    for (KubernetesClient user : List.of(bob, alice, admin)) {
      refused(
          "may not write the status of TierMove " + namespace + "/m7",
          () -> status(user, "m7", "Copying"));
    }
    status(operator, "m7", "Pending");
    assertThat(admin.resource(move("m7", false)).get().getStatus().phase()).isEqualTo("Pending");
  }

  @Test
  void approvalsThroughGitNeedTheVerbAsWell() {
    String may = "user bob may not change spec.approvals of TenantTier " + namespace + "/t1: "
        + NEEDS_APPROVE;
    refused(may, () -> bob.resource(tenant("t1", "1")).create());
    bob.resource(tenant("t1", null)).create();
    refused(may, () -> bob.resource(tenant("t1", "1")).patch(apply("bob")));
    grant("alice", "editor-of-tenants", "get", "create", "patch");
    alice.resource(tenant("t1", "1")).patch(apply("argocd"));
    refused(may, () -> bob.resource(tenant("t1", "2")).patch(apply("bob")));
    // Anything else of it stays free.
    bob.resource(tenant("t1", "1"))
        .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":{\"tier\":\"Fallback\"}}");
  }

  @Test
  void theActionOfArgoCdApprovesInTheNameOfItsAccountIfThatIsBound() throws Exception {
    TierMove move = admin.resource(move("clicked", false)).create();
    String approval = new ArgoCd(Instant.EPOCH)
        .act("approve", Serialization.jsonMapper().valueToTree(move))
        .toString();
    String user = "system:serviceaccount:argocd:argocd-server";
    try (KubernetesClient argo = kubernetes.as(user)) {
      refused("is forbidden", () -> merge(argo, "clicked", approval));
      String binding = Files.readString(Checkout.file("examples/argocd/approver.yaml"));
      admin
          .resource(Serialization.unmarshal("---\n" + binding, RoleBinding.class))
          .inNamespace(namespace)
          .create();
      Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> mayApprove(argo));
      assertThat(merge(argo, "clicked", approval).getMetadata().getAnnotations())
          .containsEntry("tierkeeper.io/approved-by", user);
    }
  }

  private static String approvedBy(String name) {
    return "{\"metadata\":{\"annotations\":{\"tierkeeper.io/approved-by\":\"" + name
        + "\"}},\"spec\":{\"approved\":true}}";
  }

  private static PatchContext apply(String manager) {
    return new PatchContext.Builder()
        .withPatchType(PatchType.SERVER_SIDE_APPLY)
        .withFieldManager(manager)
        .withForce(true)
        .build();
  }

  private static void refusedSoon(ThrowingCallable attempt) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> refused("user bob may not", attempt));
  }

  private static void refused(String words, ThrowingCallable attempt) {
    assertThatExceptionOfType(KubernetesClientException.class)
        .isThrownBy(attempt)
        .withMessageContaining(words);
  }

  private TierMove merge(KubernetesClient who, String move, String patch) {
    return who.resource(move(move, false)).patch(PatchContext.of(PatchType.JSON_MERGE), patch);
  }

  private void status(KubernetesClient who, String move, String phase) {
    who.resource(move(move, false))
        .subresource("status")
        .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"status\":{\"phase\":\"" + phase + "\"}}");
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

  private void grant(String user, String role, String... verbs) {
    String name = user + "-" + role;
    admin
        .resource(new RoleBuilder()
            .withNewMetadata()
            .withName(name)
            .withNamespace(namespace)
            .endMetadata()
            .withRules(new PolicyRuleBuilder()
                .withApiGroups("tierkeeper.io")
                .withResources("tiermoves", "tiermoves/status", "tenanttiers")
                .withVerbs(verbs)
                .build())
            .build())
        .create();
    bind(user, name);
  }

  private void bind(String user, String role) {
    admin
        .resource(new RoleBindingBuilder()
            .withNewMetadata()
            .withName(user + "-" + role)
            .withNamespace(namespace)
            .endMetadata()
            .withNewRoleRef("rbac.authorization.k8s.io", "Role", role)
            .withSubjects(new SubjectBuilder()
                .withApiGroup("rbac.authorization.k8s.io")
                .withKind("User")
                .withName(user)
                .build())
            .build())
        .create();
  }

  private TierMove move(String name, boolean approved) {
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
        approved ? true : null,
        null,
        null,
        null,
        null));
    return move;
  }

  /** @param approval a digit of the hash that is approved; null approves none */
  private TenantTier tenant(String name, String approval) {
    String approvals = approval == null
        ? ""
        : ", approvals: [{planHash: \"sha256:" + approval.repeat(64) + "\", by: someone}]";
    TenantTier tenant = io.fabric8.kubernetes.client.utils.Serialization.unmarshal(
        "apiVersion: tierkeeper.io/v1alpha1\nkind: TenantTier\nmetadata: {name: " + name
            + "}\nspec: {collectionRef: {name: kb}, tenant: acme" + approvals + "}",
        TenantTier.class);
    tenant.getMetadata().setNamespace(namespace);
    return tenant;
  }
}
