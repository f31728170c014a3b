package io.tierkeeper.lab.testbed;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.FieldValidateable;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The peers of examples/qdrant are accepted by an API server, and start as members of one cluster. */
class QdrantExampleIT {
  private static final Path DIRECTORY = Checkout.file("examples/qdrant");
  private static final Path MANIFEST = DIRECTORY.resolve("qdrant.yaml");

  @TempDir
  Path directory;

  @Test
  void isAcceptedByAnApiServer() throws IOException {
    KubernetesBackend kubernetes = KubernetesBackends.realest();
    Assumptions.assumeTrue(kubernetes.real(), "needs a real API server, which has StatefulSets");
    KubernetesClient client = kubernetes.client();
    List<GenericKubernetesResource> all = Manifests.documents(Files.readString(MANIFEST));
    assertThat(all)
        .extracting(GenericKubernetesResource::getKind)
        .containsExactly("Namespace", "Service", "Service", "PodDisruptionBudget", "StatefulSet");
    for (GenericKubernetesResource each : all) {
      HasMetadata stored = client
          .resource((HasMetadata) each)
          .fieldValidation(FieldValidateable.Validation.STRICT)
          .create();
      assertThat(stored.getMetadata().getUid()).isNotEmpty();
    }
    client.namespaces().withName("qdrant").delete();
  }

  private static StatefulSet statefulSet() throws IOException {
    return Manifests.documents(Files.readString(MANIFEST)).stream()
        .filter(each -> each.getKind().equals("StatefulSet"))
        .map(each -> Serialization.unmarshal(Serialization.asYaml(each), StatefulSet.class))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void everyPodStartsAsAPeerOfOneCluster() throws Exception {
    String script = statefulSet()
        .getSpec()
        .getTemplate()
        .getSpec()
        .getContainers()
        .getFirst()
        .getArgs()
        .getFirst();
    Path entry = Files.writeString(directory.resolve("entrypoint.sh"), "#!/bin/sh\necho \"$@\"\n");
    assertThat(entry.toFile().setExecutable(true)).isTrue();
    String first = "http://qdrant-0.qdrant-headless:6335";
    assertThat(start(script, "qdrant-0")).isEqualTo("--uri " + first);
    for (String pod : List.of("qdrant-1", "qdrant-10")) {
      assertThat(start(script, pod))
          .isEqualTo("--bootstrap " + first + " --uri http://" + pod + ".qdrant-headless:6335");
    }
  }

  private String start(String script, String pod) throws IOException, InterruptedException {
    ProcessBuilder shell =
        new ProcessBuilder("/bin/sh", "-c", script).directory(directory.toFile());
    shell.environment().put("HOSTNAME", pod);
    Process process = shell.redirectErrorStream(true).start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(out).isZero();
    return out.strip();
  }

  @Test
  void theSameVersionRunsOnOneMachine() throws IOException {
    JsonNode compose =
        Serialization.yamlMapper().readTree(Files.readString(DIRECTORY.resolve("compose.yml")));
    String image = compose.at("/x-peer/image").asText();
    assertThat(statefulSet()
            .getSpec()
            .getTemplate()
            .getSpec()
            .getContainers()
            .getFirst()
            .getImage())
        .isEqualTo(image + "-unprivileged");
    Set<String> names = new TreeSet<>();
    compose.path("services").properties().forEach(service -> {
      names.add(service.getKey());
      JsonNode command = service.getValue().path("command");
      assertThat(command.path(command.size() - 1).asText())
          .isEqualTo("http://" + service.getKey() + ":6335");
      assertThat(service.getValue().path("ports"))
          .hasSize(2)
          .allSatisfy(port -> assertThat(port.asText()).startsWith("127.0.0.1:"));
    });
    assertThat(names).containsExactly("qdrant-0", "qdrant-1", "qdrant-2");
  }
}
