package io.tierkeeper.api.generator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.FieldValidateable;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Applies each manifest of {@code rejected/} to a real API server. Its header says the words that the refusal must
 * contain; documents before the last one are accepted, the last one is an update of them.
 */
class RejectedManifestsIT {
  private static final String EXPECT = "# expect: ";
  private static @Nullable RealApiServer server;

  @BeforeAll
  static void start() {
    server = RealApiServer.start().orElse(null);
    Assumptions.assumeTrue(server != null, RealApiServer.ABSENT);
  }

  @AfterAll
  static void stop() {
    if (server != null) {
      server.close();
    }
  }

  static Stream<Path> manifests() throws IOException {
    try (var files = Files.list(Path.of("src/test/resources/rejected"))) {
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
    List<GenericKubernetesResource> documents = documents(text);
    KubernetesClient client = client();
    assertThat(expected).isNotEmpty();
    try {
      for (GenericKubernetesResource accepted : documents.subList(0, documents.size() - 1)) {
        strictly(client, accepted, false);
      }

      KubernetesClientException refusal = catchThrowableOfType(
          KubernetesClientException.class,
          () -> strictly(client, documents.getLast(), documents.size() > 1));

      assertThat(refusal).as("accepted, but must be refused").isNotNull();
      assertThat(refusal.getStatus().getMessage()).contains(expected);
    } finally {
      client.resource(documents.getFirst()).inNamespace("default").delete();
    }
  }

  @Test
  void acceptsTheExamplesAndFillsInDefaults() throws IOException {
    KubernetesClient client = client();
    for (String example :
        List.of("quickstart", "existing-collection", "gitops/base", "gitops/approvals")) {
      try (var files = Files.list(Path.of("../examples", example))) {
        for (Path file : files.filter(f -> f.toString().endsWith(".yaml")).toList()) {
          if (file.endsWith("kustomization.yaml")) {
            continue;
          }
          for (GenericKubernetesResource resource : documents(Files.readString(file))) {
            GenericKubernetesResource stored = strictly(client, resource, false);
            if (stored.getKind().equals("TierPolicy")) {
              assertThat(stored.<String>get("spec", "damping", "penalties", "promoting"))
                  .isEqualTo("0.15");
              assertThat(stored.<Integer>get("spec", "limits", "maxDedicated")).isEqualTo(200);
            }
            client.resource(stored).inNamespace("default").delete();
          }
        }
      }
    }
  }

  private static GenericKubernetesResource strictly(
      KubernetesClient client, GenericKubernetesResource resource, boolean update) {
    var target = client
        .resource(resource)
        .inNamespace("default")
        .fieldValidation(FieldValidateable.Validation.STRICT);
    if (!update) {
      return target.create();
    }
    resource
        .getMetadata()
        .setResourceVersion(client
            .resource(resource)
            .inNamespace("default")
            .get()
            .getMetadata()
            .getResourceVersion());
    return target.update();
  }

  private static List<GenericKubernetesResource> documents(String text) {
    KubernetesSerialization serialization = new KubernetesSerialization();
    return Arrays.stream(text.split("(?m)^---\\s*$"))
        .map(document ->
            serialization.unmarshal("---\n" + document, GenericKubernetesResource.class))
        .toList();
  }

  private static KubernetesClient client() {
    if (server == null) {
      throw new IllegalStateException(RealApiServer.ABSENT);
    }
    return server.client();
  }
}
