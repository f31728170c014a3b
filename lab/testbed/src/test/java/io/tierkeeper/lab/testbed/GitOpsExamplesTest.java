package io.tierkeeper.lab.testbed;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What examples/argocd and examples/flux name is there, and the chart takes their values. */
class GitOpsExamplesTest {
  private static final ObjectMapper JSON = Serialization.jsonMapper();

  private static List<JsonNode> objects(String file) throws IOException {
    return Manifests.documents(Files.readString(Checkout.file("examples/" + file))).stream()
        .map(JSON::<JsonNode>valueToTree)
        .toList();
  }

  private static JsonNode object(String file, String kind) throws IOException {
    return objects(file).stream()
        .filter(object -> object.path("kind").asText().equals(kind))
        .findFirst()
        .orElseThrow();
  }

  private static List<HasMetadata> chart(JsonNode values, String namespace) {
    return Chart.render(namespace, Serialization.asYaml(values));
  }

  @Test
  void argoCdInstallsThisChartWithValuesThatItKnows() throws IOException {
    JsonNode application = object("argocd/operator.yaml", "Application");
    JsonNode source = application.at("/spec/source");
    assertThat(Checkout.file(source.path("path").asText())).isEqualTo(Chart.PATH);
    String namespace = application.at("/spec/destination/namespace").asText();
    assertThat(chart(source.at("/helm/valuesObject"), namespace))
        .extracting(HasMetadata::getKind)
        .contains("Deployment", "PersistentVolumeClaim", "ServiceMonitor");
  }

  @Test
  void fluxInstallsThisChartWithValuesThatItKnows() throws IOException {
    JsonNode release = object("flux/operator.yaml", "HelmRelease");
    assertThat(Checkout.file(release.at("/spec/chart/spec/chart").asText())).isEqualTo(Chart.PATH);
    assertThat(release.at("/spec/chart/spec/sourceRef/name"))
        .isEqualTo(object("flux/operator.yaml", "GitRepository").at("/metadata/name"));
    assertThat(chart(
            release.at("/spec/values"), release.at("/spec/targetNamespace").asText()))
        .extracting(HasMetadata::getKind)
        .contains("Deployment", "PersistentVolumeClaim", "PodMonitor");
  }

  @Test
  void bothApplyTheSameOverlayInTheNamespaceThatIsWatched() throws IOException {
    JsonNode application = object("argocd/tenants.yaml", "Application");
    JsonNode kustomization = object("flux/tenants.yaml", "Kustomization");
    Path overlay = Checkout.file(application.at("/spec/source/path").asText());
    assertThat(Checkout.file(kustomization.at("/spec/path").asText().substring(2)))
        .isEqualTo(overlay);
    JsonNode production = Serialization.unmarshal(
        "---\n" + Files.readString(overlay.resolve("kustomization.yaml")), JsonNode.class);
    String namespace = production.path("namespace").asText();
    assertThat(application.at("/spec/destination/namespace").asText()).isEqualTo(namespace);
    for (String values : List.of("argocd/operator.yaml", "flux/operator.yaml")) {
      assertThat(Files.readString(Checkout.file("examples/" + values)))
          .contains("namespaces: [" + namespace + "]");
    }
  }

  @Test
  void theAccountsOfArgoCdGetARoleThatTheChartHas() throws IOException {
    JsonNode binding = object("argocd/approver.yaml", "RoleBinding");
    assertThat(Chart.render(binding.at("/metadata/namespace").asText(), "{}"))
        .filteredOn(object -> object.getKind().equals("Role"))
        .extracting(object -> object.getMetadata().getName())
        .contains(binding.at("/roleRef/name").asText());
    // The action approves in the name of one of them, as the guard demands.
    assertThat(Files.readString(Checkout.file("examples/argocd/argocd-cm.yaml")))
        .contains(
            "\"system:serviceaccount:" + binding.at("/subjects/1/namespace").asText() + ":"
                + binding.at("/subjects/1/name").asText() + "\"");
  }

  @Test
  void wavesOrderPolicyCollectionAndTenants() throws IOException {
    try (Stream<Path> files = Files.walk(Checkout.file("examples/kustomize"))) {
      for (Path file : files
          .filter(file -> file.toString().endsWith(".yaml"))
          .filter(file -> !file.endsWith("kustomization.yaml"))
          .toList()) {
        for (GenericKubernetesResource object : Manifests.documents(Files.readString(file))) {
          String wave = switch (object.getKind()) {
            case "TierPolicy" -> "0";
            case "TieredCollection" -> "1";
            default -> "2";
          };
          assertThat(object.getMetadata().getAnnotations())
              .as("%s", file)
              .containsEntry("argocd.argoproj.io/sync-wave", wave);
        }
      }
    }
  }
}
