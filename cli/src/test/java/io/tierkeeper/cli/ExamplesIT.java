package io.tierkeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.tierkeeper.api.v1alpha1.Crds;
import io.tierkeeper.lab.testbed.KubernetesBackend;
import io.tierkeeper.lab.testbed.KubernetesBackends;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every example is accepted as it is written, by schema and CEL. */
class ExamplesIT {

  private static final Path EXAMPLES = Path.of("..", "examples");

  static List<Path> examples() throws Exception {
    try (Stream<Path> found = Files.list(EXAMPLES)) {
      return found
          .filter(Files::isDirectory)
          // Input of the simulator, not resources.
          .filter(directory -> !directory.endsWith("scenarios"))
          // Have none of our kinds: a Qdrant, and applications.
          .filter(directory -> !directory.endsWith("qdrant"))
          .filter(directory -> !directory.endsWith("outcome-packets"))
          .filter(directory -> !Files.exists(directory.resolve("pom.xml")))
          // Its resources are those of examples/kustomize.
          .filter(directory -> !directory.endsWith("flux"))
          .sorted()
          .toList();
    }
  }

  @ParameterizedTest
  @MethodSource("examples")
  void areAcceptedAsWritten(Path example) throws Exception {
    KubernetesBackend kubernetes = KubernetesBackends.realest();
    try (Stream<Path> files = Files.walk(example)) {
      kubernetes.applyCrds(Crds.all());
      KubernetesClient client = kubernetes.client();
      String namespace = kubernetes.newNamespace("examples");
      int applied = 0;
      for (Path file :
          files.filter(path -> path.toString().endsWith(".yaml")).sorted().toList()) {
        if (file.getFileName().toString().equals("kustomization.yaml")) {
          continue; // Not a resource of the API but an instruction to kustomize.
        }
        try (InputStream in = Files.newInputStream(file)) {
          for (HasMetadata resource : client.load(in).items()) {
            if (!resource.getApiVersion().startsWith("tierkeeper.io/")
                && !(resource instanceof ConfigMap)) {
              continue; // Argo CD's and Flux's own kinds are not served here.
            }
            resource.getMetadata().setNamespace(namespace);
            client.resource(resource).inNamespace(namespace).create();
            applied++;
          }
        }
      }
      assertThat(applied).as(example.toString()).isPositive();
    }
  }
}
