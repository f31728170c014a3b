package io.tierkeeper.lab.testbed;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** YAML as people write it. */
final class Manifests {
  private static final Path EXAMPLES = Checkout.file("examples");

  private Manifests() {}

  /** The documents of a text, in their order. */
  static List<GenericKubernetesResource> documents(String text) {
    KubernetesSerialization serialization = new KubernetesSerialization();
    return Arrays.stream(text.split("(?m)^---\\s*$"))
        .filter(
            document -> document.lines().anyMatch(line -> !line.isBlank() && !line.startsWith("#")))
        .map(document ->
            serialization.unmarshal("---\n" + document, GenericKubernetesResource.class))
        .toList();
  }

  /** Every file of {@code examples/} with resources of ours. */
  static List<Path> examples() {
    try (var files = Files.walk(EXAMPLES)) {
      return files
          .filter(file -> file.toString().endsWith(".yaml"))
          .filter(file -> !file.endsWith("kustomization.yaml"))
          .filter(file -> !file.startsWith(EXAMPLES.resolve("scenarios")))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Our resources of an example; those of other people's kinds are left out. */
  static List<GenericKubernetesResource> ours(Path example) {
    try {
      return documents(Files.readString(example)).stream()
          .filter(resource -> resource.getApiVersion().startsWith("tierkeeper.io/"))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
