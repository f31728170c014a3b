package io.tierkeeper.lab.testbed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.tierkeeper.api.v1alpha1.Crds;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

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
