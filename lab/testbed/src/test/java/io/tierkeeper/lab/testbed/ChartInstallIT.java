package io.tierkeeper.lab.testbed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.Release;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.tierkeeper.api.v1alpha1.Crds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Helm itself installs, upgrades and removes the chart on a real API server. Pods do not run there. */
class ChartInstallIT {
  private static final String API = "tierkeeper.io/v1alpha1";
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final String NAME = "tierkeeper";

  @TempDir
  Path directory;

  private ApiServer server;
  private KubernetesClient admin;

  @BeforeEach
  void start() {
    server = RealApi.apiServer();
    server.applyCrds(Crds.all());
    admin = server.client();
  }

  private Release install(String release, String namespace, Map<String, ?> values) {
    var command = Chart.helm()
        .install()
        .withName(release)
        .withNamespace(namespace)
        .withKubeConfigContents(server.kubeconfig());
    values.forEach(command::set);
    return command.call();
  }

  private Release upgrade(Path chart, String namespace) {
    return new Helm(chart)
        .upgrade()
        .withName(NAME)
        .withNamespace(namespace)
        .withKubeConfigContents(server.kubeconfig())
        .call();
  }

  private void uninstall(String namespace) {
    Helm.uninstall(NAME)
        .withNamespace(namespace)
        .withKubeConfigContents(server.kubeconfig())
        .noHooks() // no node runs the Job
        .call();
  }

  /** Runs the commands of a message, as a user would paste them into a shell. */
  private void run(String message) throws IOException, InterruptedException {
    Matcher commands = Pattern.compile("(?s) {2}(crds=.*managed-by=Helm)").matcher(message);
    assertThat(commands.find()).as(message).isTrue();
    Path kubeconfig = directory.resolve("kubeconfig");
    Files.writeString(kubeconfig, server.kubeconfig());
    ProcessBuilder shell = new ProcessBuilder("bash", "-euc", commands.group(1))
        .redirectErrorStream(true)
        .redirectOutput(directory.resolve("shell.log").toFile());
    shell.environment().put("KUBECONFIG", kubeconfig.toString());
    String own = String.valueOf(server.kubectl().getParent());
    shell.environment().merge("PATH", own, (path, kubectl) -> kubectl + ":" + path);
    Process process = shell.start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue())
        .as(Files.readString(directory.resolve("shell.log")))
        .isZero();
  }

  /** Makes a release the owner of the CRDs, whoever it was before. */
  private void adopt(String namespace) throws IOException, InterruptedException {
    String message = "";
    try {
      install(NAME, namespace, Map.of());
    } catch (IllegalStateException e) {
      message = String.valueOf(e.getMessage());
    }
    assertThat(message)
        .contains("CustomResourceDefinition tenanttiers.tierkeeper.io exists and belongs to ")
        .contains("set crds.enabled=false");
    run(message);
  }

  @Test
  void aSecondReleaseLeavesTheCrdsToTheFirstAndIsToldHow() throws Exception {
    String first = server.newNamespace("first");
    String second = server.newNamespace("second");
    adopt(first);
    assertThat(install(NAME, first, Map.of()).getStatus()).isEqualTo("deployed");
    assertThatThrownBy(() -> install(NAME, second, Map.of()))
        .hasMessageContaining("exists and belongs to the release " + first + "/tierkeeper");
    assertThat(install(NAME, second, Map.of("crds.enabled", false)).getStatus())
        .isEqualTo("deployed");
    assertThat(upgrade(Chart.PATH, first).getStatus())
        .as("the first still upgrades them")
        .isEqualTo("deployed");
    uninstall(second);
    uninstall(first);
  }

  @Test
  void removalKeepsTheCrdsAndTheSameReleaseTakesThemUpAgain() throws Exception {
    String namespace = server.newNamespace("again");
    adopt(namespace);
    install(NAME, namespace, Map.of());
    GenericKubernetesResource tenant = tenant(namespace);
    uninstall(namespace);
    assertThat(admin.resources(Deployment.class).inNamespace(namespace).list().getItems())
        .isEmpty();
    assertThat(admin.resource(tenant).get()).isNotNull();
    assertThat(install(NAME, namespace, Map.of()).getStatus()).isEqualTo("deployed");
    assertThat(admin.resource(tenant).get().getMetadata().getUid())
        .isEqualTo(tenant.getMetadata().getUid());
    uninstall(namespace);
  }

  /** {@code helm rollback} applies the objects of the older revision, as this upgrade to the older chart does. */
  @Test
  void anUpgradeBringsNewFieldsAndARollbackKeepsTheObjects() throws Exception {
    String namespace = server.newNamespace("rollback");
    adopt(namespace);
    install(NAME, namespace, Map.of());
    GenericKubernetesResource tenant = tenant(namespace);
    Path newer = Chart.copyTo(directory.resolve("tierkeeper"));
    Path crd = newer.resolve("files/crds/tenanttiers.yaml");
    String text = Files.readString(crd);
    String withField = text.replaceFirst(
        "(?m)^( +)approvals:$", "$1addedLater:\n$1  type: \"string\"\n$1approvals:");
    assertThat(withField).isNotEqualTo(text);
    Files.writeString(crd, withField);

    upgrade(newer, namespace);
    await().atMost(SOON).untilAsserted(() -> {
      set(tenant, "{\"spec\":{\"addedLater\":\"x\"}}");
      assertThat(specOf(tenant)).containsEntry("addedLater", "x");
    });

    upgrade(Chart.PATH, namespace);
    await().atMost(SOON).untilAsserted(() -> {
      set(tenant, "{\"metadata\":{\"labels\":{\"written\":\"again\"}}}");
      assertThat(specOf(tenant)).doesNotContainKey("addedLater").containsEntry("tenant", "acme");
    });
    uninstall(namespace);
  }

  @Test
  void openShiftIsRecognisedByItsApi() throws Exception {
    String namespace = server.newNamespace("openshift");
    adopt(namespace);
    install(NAME, namespace, Map.of());
    assertThat(podUser(namespace)).isEqualTo(10001L);
    CustomResourceDefinition openshift =
        PrometheusOperator.anyFields("security.openshift.io", "SecurityContextConstraint");
    server.applyCrds(List.of(openshift));
    try {
      await().atMost(SOON).untilAsserted(() -> {
        upgrade(Chart.PATH, namespace);
        assertThat(podUser(namespace)).isNull();
      });
    } finally {
      admin.resource(openshift).delete();
    }
    uninstall(namespace);
  }

  private @Nullable Long podUser(String namespace) {
    return admin
        .resources(Deployment.class)
        .inNamespace(namespace)
        .withName(NAME)
        .get()
        .getSpec()
        .getTemplate()
        .getSpec()
        .getSecurityContext()
        .getRunAsUser();
  }

  private GenericKubernetesResource tenant(String namespace) {
    GenericKubernetesResource tenant =
        Manifests.documents("""
        apiVersion: %s
        kind: TenantTier
        metadata: {name: kb-acme, namespace: %s}
        spec: {collectionRef: {name: kb}, tenant: acme}
        """.formatted(API, namespace)).getFirst();
    return admin.resource(tenant).create();
  }

  private void set(GenericKubernetesResource object, String patch) {
    admin.resource(object).patch(PatchContext.of(PatchType.JSON_MERGE), patch);
  }

  private Map<String, Object> specOf(GenericKubernetesResource object) {
    return admin.resource(object).get().get("spec");
  }
}
