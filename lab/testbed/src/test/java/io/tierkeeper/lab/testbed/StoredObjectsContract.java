package io.tierkeeper.lab.testbed;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.tierkeeper.api.v1alpha1.Crds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Objects that releases have stored are valid under this version's definitions, and lose nothing by being written. */
abstract class StoredObjectsContract {
  private static final Path RELEASES = Checkout.file("crds/src/test/resources/stored-objects");
  private static final ObjectMapper JSON = Serialization.jsonMapper();

  /** A server may write 1.0 as 1 where a schema leaves the type open, as it does in the journal. */
  private static final Comparator<JsonNode> BY_VALUE = (one, other) -> {
    if (one.isNumber() && other.isNumber()) {
      return one.decimalValue().compareTo(other.decimalValue());
    }
    return one.equals(other) ? 0 : 1;
  };

  abstract KubernetesBackend backend();

  static Stream<Path> objects() throws IOException {
    try (Stream<Path> all = Files.walk(RELEASES)) {
      return all.filter(file -> file.toString().endsWith(".yaml")).sorted().toList().stream();
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("objects")
  void isAcceptedUnchanged(Path file) throws IOException {
    KubernetesBackend backend = backend();
    backend.applyCrds(Crds.all());
    String namespace = backend.newNamespace("stored");
    ObjectNode stored =
        (ObjectNode) Serialization.unmarshal(Files.readString(file), JsonNode.class);
    ObjectNode metadata = (ObjectNode) stored.path("metadata");
    // What a restored backup leaves out; an owner of another namespace would have it collected.
    metadata.remove(
        List.of("uid", "resourceVersion", "creationTimestamp", "generation", "ownerReferences"));
    metadata.put("namespace", namespace);
    GenericKubernetesResource resource = JSON.convertValue(stored, GenericKubernetesResource.class);
    var client = backend.client();
    client.resource(resource).inNamespace(namespace).create();
    try {
      String status = JSON.createArrayNode()
          .add(JSON.createObjectNode()
              .put("op", "add")
              .put("path", "/status")
              .set("value", stored.path("status")))
          .toString();
      client
          .resource(resource)
          .inNamespace(namespace)
          .subresource("status")
          .patch(PatchContext.of(PatchType.JSON), status);
      JsonNode kept =
          JSON.valueToTree(client.resource(resource).inNamespace(namespace).get());
      assertThat(kept.path("spec")).isEqualTo(stored.path("spec"));
      JsonNode found = kept.path("status");
      assertThat(found.equals(BY_VALUE, stored.path("status"))).as("%s", found).isTrue();
    } finally {
      client
          .resource(resource)
          .inNamespace(namespace)
          .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"metadata\":{\"finalizers\":null}}");
      client.resource(resource).inNamespace(namespace).delete();
    }
  }
}
