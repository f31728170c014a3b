package io.tierkeeper.lab.testbed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.FieldValidateable;
import io.tierkeeper.api.v1alpha1.Crds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Applies each manifest of {@code rejected/} to an API server: the whole table of what is
 * rejected at apply. Its header says the words that the refusal must
 * contain; documents before the last one are accepted, the last one is an update of them.
 */
abstract class RejectionContract {
  private static final String EXPECT = "# expect: ";
  private static final Map<KubernetesBackend, String> NAMESPACES = new ConcurrentHashMap<>();

  abstract KubernetesBackend backend();

  private String namespace() {
    return NAMESPACES.computeIfAbsent(backend(), chosen -> {
      chosen.applyCrds(Crds.all());
      return chosen.newNamespace("rejections");
    });
  }

  static Stream<Path> manifests() throws IOException {
    try (var files = Files.list(Checkout.file("lab/testbed/src/test/resources/rejected"))) {
      return files.sorted().toList().stream();
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("manifests")
  void refusesWithTheseWords(Path manifest) throws IOException {
    String text = Files.readString(manifest);
    List<String> expected = text.lines()
        .filter(l -> l.startsWith(EXPECT))
        .map(l -> l.substring(EXPECT.length()))
        .toList();
    List<GenericKubernetesResource> documents = Manifests.documents(text);
    String namespace = namespace();
    KubernetesClient client = backend().client();
    assertThat(expected).isNotEmpty();
    try {
      for (GenericKubernetesResource accepted : documents.subList(0, documents.size() - 1)) {
        strictly(client, namespace, accepted, false);
      }

      KubernetesClientException refusal = catchThrowableOfType(
          KubernetesClientException.class,
          () -> strictly(client, namespace, documents.getLast(), documents.size() > 1));

      assertThat(refusal).as("accepted, but must be refused").isNotNull();
      assertThat(refusal.getStatus().getMessage()).contains(expected);
    } finally {
      client.resource(documents.getFirst()).inNamespace(namespace).delete();
    }
  }

  private static GenericKubernetesResource strictly(
      KubernetesClient client,
      String namespace,
      GenericKubernetesResource resource,
      boolean update) {
    var target = client
        .resource(resource)
        .inNamespace(namespace)
        .fieldValidation(FieldValidateable.Validation.STRICT);
    if (!update) {
      return target.create();
    }
    resource
        .getMetadata()
        .setResourceVersion(client
            .resource(resource)
            .inNamespace(namespace)
            .get()
            .getMetadata()
            .getResourceVersion());
    return target.update();
  }
}
