package io.tierkeeper.lab.testbed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.marcnuri.helm.LintResult;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.tierkeeper.api.v1alpha1.Crds;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChartTest {
  @Test
  void lintsStrictly() {
    LintResult result = Chart.helm().lint().strict().call();

    assertThat(result.isFailed()).as("%s", result.getMessages()).isFalse();
  }

  @Test
  void thePodMeetsTheRestrictedStandard() {
    PodSpec pod = pod(Chart.render(Map.of()));
    Container container = pod.getContainers().getFirst();

    assertThat(pod.getSecurityContext().getRunAsNonRoot()).isTrue();
    assertThat(pod.getSecurityContext().getSeccompProfile().getType()).isEqualTo("RuntimeDefault");
    assertThat(container.getSecurityContext().getAllowPrivilegeEscalation()).isFalse();
    assertThat(container.getSecurityContext().getReadOnlyRootFilesystem()).isTrue();
    assertThat(container.getSecurityContext().getCapabilities().getDrop()).containsExactly("ALL");
    assertThat(container.getSecurityContext().getCapabilities().getAdd()).isEmpty();
    assertThat(pod.getVolumes()).allSatisfy(v -> assertThat(v.getHostPath()).isNull());
    assertThat(container.getArgs()).containsExactly("operator");
  }

  @Test
  void probesAndPortsAreTheOperators() {
    Container container = pod(Chart.render(Map.of())).getContainers().getFirst();

    assertThat(container.getStartupProbe().getHttpGet().getPath()).isEqualTo("/healthz/started");
    assertThat(container.getLivenessProbe().getHttpGet().getPath()).isEqualTo("/healthz/live");
    assertThat(container.getReadinessProbe().getHttpGet().getPath()).isEqualTo("/healthz/ready");
    assertThat(container.getPorts().getFirst().getContainerPort()).isEqualTo(8080);
  }

  @Test
  void theRoleHoldsJustTheRightsThatAreUsed() {
    List<HasMetadata> objects = Chart.render(Map.of());

    assertThat(rights(role(objects, "tierkeeper", "vectors")))
        .containsExactlyInAnyOrder(
            "tierkeeper.io/tierpolicies: get list watch",
            "tierkeeper.io/tieredcollections: get list watch",
            "tierkeeper.io/tenanttiers: create get list watch",
            "tierkeeper.io/tiermoves: create delete get list patch watch",
            "tierkeeper.io/tierpolicies/status: patch",
            "tierkeeper.io/tieredcollections/status: patch",
            "tierkeeper.io/tenanttiers/status: patch",
            "tierkeeper.io/tiermoves/status: patch",
            "events.k8s.io/events: create",
            "/secrets: get",
            "/configmaps: get");
    assertThat(rights(role(objects, "tierkeeper-leader", "vectors")))
        .containsExactly("coordination.k8s.io/leases: create get patch");
    assertThat(objects).noneMatch(o -> o.getKind().equals("ClusterRoleBinding"));
    // Rights of users; nobody is bound to them.
    assertThat(objects)
        .filteredOn(ClusterRole.class::isInstance)
        .allSatisfy(o -> assertThat(o.getMetadata().getLabels().keySet())
            .anyMatch(label -> label.startsWith("rbac.authorization.k8s.io/aggregate-to-")));
  }

  @Test
  void secretsAreNamedInTheRoleWhereTheyAreListed() {
    Map<String, ?> named =
        Map.of("rbac.secretNames[0]", "qdrant-key", "rbac.secretNames[1]", "qdrant-ca");
    assertThat(secrets(role(Chart.render(named), "tierkeeper", "vectors").getRules()))
        .containsExactly("get qdrant-key,qdrant-ca");
    assertThat(secrets(role(Chart.render(Map.of()), "tierkeeper", "vectors").getRules()))
        .containsExactly("get ");
    Map<String, Object> everywhere = new java.util.HashMap<>(named);
    everywhere.put("allNamespaces", true);
    assertThat(Chart.render(everywhere).stream()
            .filter(ClusterRole.class::isInstance)
            .flatMap(o -> secrets(((ClusterRole) o).getRules()).stream()))
        .containsExactly("get qdrant-key,qdrant-ca");
  }

  private static List<String> secrets(List<PolicyRule> rules) {
    return rules.stream()
        .filter(rule -> rule.getResources().contains("secrets"))
        .map(rule ->
            String.join(",", rule.getVerbs()) + " " + String.join(",", rule.getResourceNames()))
        .toList();
  }

  @Test
  void eachNamespaceGetsARoleAndIsWatched() {
    List<HasMetadata> objects =
        Chart.render(Map.of("namespaces[0]", "team-a", "namespaces[1]", "team-b"));

    assertThat(role(objects, "tierkeeper", "team-a")).isNotNull();
    assertThat(role(objects, "tierkeeper", "team-b")).isNotNull();
    assertThat(environment(pod(objects), "TIERKEEPER_NAMESPACES")).isEqualTo("team-a,team-b");
    assertThat(environment(pod(Chart.render(Map.of())), "TIERKEEPER_NAMESPACES"))
        .isEqualTo("vectors");
  }

  @Test
  void clusterWideRightsAreAskedForOnlyWhereNamespacesAreNotListed() {
    List<HasMetadata> labelled =
        Chart.render(Map.of("namespaceSelector.team", "search", "namespaceSelector.stage", "prod"));
    assertThat(environment(pod(labelled), "TIERKEEPER_NAMESPACE_SELECTOR"))
        .isEqualTo("stage=prod,team=search");
    assertThat(labelled)
        .filteredOn(ClusterRole.class::isInstance)
        .extracting(o -> o.getMetadata().getName())
        .filteredOn(name -> !name.contains("-aggregate-"))
        .containsExactlyInAnyOrder("tierkeeper-vectors", "tierkeeper-vectors-approver");
    assertThat(labelled)
        .filteredOn(o -> o.getMetadata().getName().equals("tierkeeper-vectors"))
        .filteredOn(ClusterRole.class::isInstance)
        .singleElement()
        .satisfies(o -> assertThat(((ClusterRole) o).getRules())
            .anySatisfy(rule -> assertThat(rule.getResources()).containsExactly("namespaces")));
    assertThat(labelled).anyMatch(o -> o.getKind().equals("ClusterRoleBinding"));

    List<HasMetadata> all = Chart.render(Map.of("allNamespaces", true));
    assertThat(pod(all).getContainers().getFirst().getEnv())
        .extracting(EnvVar::getName)
        .doesNotContain("TIERKEEPER_NAMESPACES", "TIERKEEPER_NAMESPACE_SELECTOR");
    assertThat(all)
        .filteredOn(ClusterRole.class::isInstance)
        .allSatisfy(o -> assertThat(((ClusterRole) o).getRules())
            .noneSatisfy(rule -> assertThat(rule.getResources()).contains("namespaces")));
  }

  /** As docs/scaling.md splits TenantTiers among operators. */
  @Test
  void twoReleasesWithNamespacesOfTheirOwnShareNoObject() {
    List<HasMetadata> listed =
        Chart.render("tierkeeper-a", Map.of("namespaces[0]", "team-a", "namespaces[1]", "team-b"));
    List<HasMetadata> other =
        Chart.render("tierkeeper-b", Map.of("namespaces[0]", "team-c", "crds.enabled", false));
    List<HasMetadata> labelled =
        Chart.render("tierkeeper-c", Map.of("namespaceSelector.shard", "c", "crds.enabled", false));
    assertThat(other).noneMatch(o -> o.getKind().equals("CustomResourceDefinition"));
    assertThat(Stream.of(listed, other, labelled)
            .flatMap(List::stream)
            .map(o -> o.getKind() + " " + namespace(o) + "/" + o.getMetadata().getName()))
        .doesNotHaveDuplicates();
    assertThat(environment(pod(labelled), "TIERKEEPER_NAMESPACE_SELECTOR")).isEqualTo("shard=c");
  }

  /** Helm creates what names no namespace in that of the release. */
  private static String namespace(HasMetadata object) {
    return String.valueOf(object.getMetadata().getNamespace());
  }

  @Test
  void aHookEndsTheMovesBeforeTheChartIsRemoved() {
    List<HasMetadata> hooks = Chart.hooks("vectors", Map.of());
    assertThat(hooks)
        .extracting(HasMetadata::getKind)
        .containsExactlyInAnyOrder("Role", "RoleBinding", "Job");
    assertThat(hooks).filteredOn(Job.class::isInstance).singleElement().satisfies(o -> {
      PodSpec pod = ((Job) o).getSpec().getTemplate().getSpec();
      assertThat(pod.getServiceAccountName()).isEqualTo("tierkeeper");
      assertThat(pod.getContainers().getFirst().getArgs())
          .containsExactly(
              "release", "--namespace=vectors", "--operator-namespace=vectors", "--timeout=4m");
      assertThat(pod.getContainers().getFirst().getSecurityContext().getReadOnlyRootFilesystem())
          .isTrue();
    });
    assertThat(Chart.hooks("vectors", Map.of("release.enabled", false))).isEmpty();
    assertThat(Chart.hooks("vectors", Map.of("allNamespaces", true, "release.force", true)))
        .extracting(HasMetadata::getKind)
        .containsExactlyInAnyOrder("ClusterRole", "ClusterRoleBinding", "Job");
  }

  @Test
  void theCrdsAreThoseOfTheJarAndAreKept() {
    List<HasMetadata> objects = Chart.render(Map.of());

    for (CustomResourceDefinition crd : Crds.all()) {
      assertThat(objects)
          .filteredOn(o -> o.getMetadata().getName().equals(crd.getMetadata().getName()))
          .singleElement()
          .satisfies(
              o -> assertThat(((CustomResourceDefinition) o).getSpec()).isEqualTo(crd.getSpec()))
          .satisfies(o -> assertThat(o.getMetadata().getAnnotations())
              .containsEntry("helm.sh/resource-policy", "keep"));
    }
    assertThat(Chart.render(Map.of("crds.enabled", false)))
        .noneMatch(CustomResourceDefinition.class::isInstance);
    assertThat(Chart.render(Map.of("crds.keep", false)))
        .filteredOn(CustomResourceDefinition.class::isInstance)
        .hasSize(4)
        .allSatisfy(o -> assertThat(o.getMetadata().getAnnotations()).isNullOrEmpty());
  }

  @Test
  void storesTheAuditTrailOnAClaimWhenConfigured() {
    assertThat(audit(Chart.render(Map.of())).getEmptyDir()).isNotNull();

    List<HasMetadata> kept = Chart.render(Map.of("audit.persistence.enabled", true));
    assertThat(audit(kept).getPersistentVolumeClaim().getClaimName()).isEqualTo("tierkeeper-audit");
    assertThat(kept).anyMatch(o -> o.getKind().equals("PersistentVolumeClaim"));

    List<HasMetadata> existing = Chart.render(
        Map.of("audit.persistence.enabled", true, "audit.persistence.existingClaim", "mine"));
    assertThat(audit(existing).getPersistentVolumeClaim().getClaimName()).isEqualTo("mine");
    assertThat(existing).noneMatch(o -> o.getKind().equals("PersistentVolumeClaim"));
  }

  @Test
  void theSigningKeyIsMountedFromItsSecretAlone() {
    PodSpec without = pod(Chart.render(Map.of()));
    assertThat(without.getVolumes()).extracting(Volume::getName).doesNotContain("audit-signing");
    assertThat(without.getContainers().getFirst().getEnv())
        .extracting(EnvVar::getName)
        .doesNotContain("TIERKEEPER_AUDIT_SIGNING_KEY_FILE");

    List<HasMetadata> objects =
        Chart.render(Map.of("audit.signing.secretName", "keys", "audit.signing.key", "ed.pem"));
    PodSpec pod = pod(objects);
    assertThat(environment(pod, "TIERKEEPER_AUDIT_SIGNING_KEY_FILE"))
        .isEqualTo("/etc/tierkeeper/audit-signing/audit.key");
    assertThat(pod.getContainers().getFirst().getVolumeMounts())
        .filteredOn(mount -> mount.getName().equals("audit-signing"))
        .singleElement()
        .satisfies(
            mount -> assertThat(mount.getMountPath()).isEqualTo("/etc/tierkeeper/audit-signing"))
        .satisfies(mount -> assertThat(mount.getReadOnly()).isTrue());
    assertThat(pod.getVolumes())
        .filteredOn(volume -> volume.getName().equals("audit-signing"))
        .singleElement()
        .satisfies(volume -> {
          assertThat(volume.getSecret().getSecretName()).isEqualTo("keys");
          assertThat(volume.getSecret().getDefaultMode()).isEqualTo(0440);
          assertThat(volume.getSecret().getItems())
              .extracting(item -> item.getKey() + " as " + item.getPath())
              .containsExactly("ed.pem as audit.key");
        });
    assertThat(objects).noneMatch(o -> o.getKind().equals("Secret"));
  }

  @Test
  void theAuditTrailIsKeptAsLongAsConfigured() {
    assertThat(pod(Chart.render(Map.of())).getContainers().getFirst().getEnv())
        .extracting(EnvVar::getName)
        .noneMatch(name -> name.startsWith("TIERKEEPER_AUDIT_KEEP"));
    PodSpec pod = pod(Chart.render(Map.of("audit.keepFor", "2160h", "audit.keepBytes", "500Mi")));
    assertThat(environment(pod, "TIERKEEPER_AUDIT_KEEP_FOR")).isEqualTo("2160h");
    assertThat(environment(pod, "TIERKEEPER_AUDIT_KEEP_BYTES")).isEqualTo("500Mi");
  }

  @Test
  void theApprovalGuardCanBeSwitchedOff() {
    assertThat(Chart.render(Map.of()))
        .extracting(HasMetadata::getKind)
        .contains("ValidatingAdmissionPolicyBinding");
    assertThat(Chart.render(Map.of("approvalGuard.enabled", false)))
        .noneMatch(o -> o.getKind().startsWith("ValidatingAdmissionPolicy"));
  }

  @ParameterizedTest
  @CsvSource({
    "replicaCount, -1",
    "imagee.tag, x",
    "image.pullPolicy, Sometimes",
    "namespaces[0], Team",
    "service.port, 0",
    "audit.signing.secretName, Keys",
    "audit.keepFor, 90d",
    "audit.keepFor, 0h0s",
    "audit.keepBytes, 500MB"
  })
  void refusesValuesThatItDoesNotKnow(String key, String value) {
    assertThatThrownBy(() -> Chart.render(Map.of(key, value)))
        .hasMessageContaining(key.split("[.\\[]")[0]);
  }

  private static PodSpec pod(List<HasMetadata> objects) {
    return objects.stream()
        .filter(Deployment.class::isInstance)
        .map(Deployment.class::cast)
        .findFirst()
        .orElseThrow()
        .getSpec()
        .getTemplate()
        .getSpec();
  }

  private static Volume audit(List<HasMetadata> objects) {
    return pod(objects).getVolumes().stream()
        .filter(v -> v.getName().equals("audit"))
        .findFirst()
        .orElseThrow();
  }

  private static String environment(PodSpec pod, String name) {
    return pod.getContainers().getFirst().getEnv().stream()
        .filter(e -> e.getName().equals(name))
        .map(EnvVar::getValue)
        .findFirst()
        .orElseThrow();
  }

  private static Role role(List<HasMetadata> objects, String name, String namespace) {
    return objects.stream()
        .filter(Role.class::isInstance)
        .map(Role.class::cast)
        .filter(r -> r.getMetadata().getName().equals(name)
            && namespace.equals(r.getMetadata().getNamespace()))
        .findFirst()
        .orElseThrow();
  }

  private static List<String> rights(Role role) {
    Map<String, TreeSet<String>> rights = new java.util.TreeMap<>();
    for (PolicyRule rule : role.getRules()) {
      for (String group : rule.getApiGroups()) {
        for (String resource : rule.getResources()) {
          rights
              .computeIfAbsent(group + "/" + resource, k -> new TreeSet<>())
              .addAll(rule.getVerbs());
        }
      }
    }
    return rights.entrySet().stream()
        .map(e -> e.getKey() + ": " + String.join(" ", e.getValue()))
        .toList();
  }
}
