package io.tierkeeper.lab.testbed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.FieldValidateable;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.tierkeeper.api.v1alpha1.Crds;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Installs the rendered chart into a real API server: pod security is the server's to judge. */
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

  /** Values with every switch on but this one, which is another one's alternative, and with what switches need. */
  static String everything(String alternative) {
    ObjectNode values = ChartValues.read().defaults();
    switchOn(values);
    ((ObjectNode) values.path(alternative)).put("enabled", false);
    ((ObjectNode) values.at("/rbac/aggregate")).put("approve", true);
    values.setAll((ObjectNode) Serialization.unmarshal("""
        ---
        replicaCount: 2
        commonLabels: {team: search}
        extraEnv: [{name: TOKEN, valueFrom: {secretKeyRef: {name: s, key: k}}}]
        extraVolumes: [{name: ca, configMap: {name: corporate-ca}}]
        extraVolumeMounts: [{name: ca, mountPath: /etc/ca, readOnly: true}]
        extraObjects:
          - apiVersion: v1
            kind: ConfigMap
            metadata:
              name: "{{ .Release.Name }}-extra"
              labels: {helm.sh/chart: mine, app.kubernetes.io/managed-by: Helm}
        podLabels: {a: b}
        priorityClassName: system-cluster-critical
        topologySpreadConstraints: [{maxSkew: 1, topologyKey: zone, whenUnsatisfiable: DoNotSchedule}]
        """, ObjectNode.class));
    ((ObjectNode) values.at("/audit/persistence")).put("accessMode", "ReadWriteMany");
    return Serialization.asYaml(values);
  }

  private static void switchOn(JsonNode values) {
    for (JsonNode value : values) {
      if (value.path("enabled").isBoolean()) {
        ((ObjectNode) value).put("enabled", true);
      }
      switchOn(value);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"serviceMonitor", "podMonitor"})
  void theServerAcceptsWhatEverySwitchAdds(String alternative) {
    kubernetes.applyCrds(PrometheusOperator.crds());
    String other = kubernetes.newNamespace("chart");
    List<HasMetadata> objects = Chart.render(other, everything(alternative));
    assertThat(objects)
        .extracting(HasMetadata::getKind)
        .contains(
            "PodDisruptionBudget",
            "NetworkPolicy",
            "PersistentVolumeClaim",
            alternative.equals("podMonitor") ? "ServiceMonitor" : "PodMonitor");
    List<HasMetadata> all = new ArrayList<>(objects);
    all.addAll(Chart.hooks(other, Map.of()));
    all.addAll(Chart.tests(other, everything(alternative)));
    for (HasMetadata object : all) {
      if (object instanceof CustomResourceDefinition) {
        continue; // already there, from the jar
      }
      if (object instanceof ConfigMap && object.getMetadata().getNamespace() == null) {
        object.getMetadata().setNamespace(other); // as Helm does
      }
      HasMetadata accepted = admin
          .resource(object)
          .dryRun()
          .fieldValidation(FieldValidateable.Validation.STRICT)
          .create();
      assertThat(accepted.getMetadata().getUid()).as("%s", object).isNotBlank();
    }
  }

  /** Argo CD compares lists of these kinds as a whole, so what the server adds to an item would be a difference for ever. */
  @Test
  void theServerAddsNothingToItemsOfLists() {
    for (HasMetadata object : chart) {
      String kind = object.getKind();
      if (kind.startsWith("ValidatingAdmissionPolicy")
          || kind.equals("CustomResourceDefinition")
          || kind.endsWith("Role")) {
        ObjectNode wanted = Serialization.jsonMapper().valueToTree(object);
        wanted.remove("metadata");
        ObjectNode live =
            Serialization.jsonMapper().valueToTree(admin.resource(object).get());
        assertThat(additions("", wanted, live))
            .as("%s %s", kind, object.getMetadata().getName())
            .isEmpty();
      }
    }
  }

  /** Paths of what is in an item of a list but not wanted there, or otherwise. */
  private static List<String> additions(String path, JsonNode wanted, JsonNode live) {
    List<String> found = new ArrayList<>();
    if (wanted.isObject()) {
      wanted
          .properties()
          .forEach(field -> found.addAll(
              additions(path + "." + field.getKey(), field.getValue(), live.path(field.getKey()))));
    } else if (!wanted.equals(live)) {
      found.add(path + ": " + wanted + " is " + live);
    }
    return found;
  }

  @Test
  void theServerAcceptsTheExamplesOfTheMetadata() throws IOException {
    for (var example : Manifests.documents(ChartValuesTest.crdExamples())) {
      assertThat(admin
              .resource(example)
              .inNamespace(namespace)
              .dryRun()
              .fieldValidation(FieldValidateable.Validation.STRICT)
              .create()
              .getMetadata()
              .getUid())
          .isNotBlank();
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
}
