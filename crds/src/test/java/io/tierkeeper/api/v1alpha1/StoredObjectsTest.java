package io.tierkeeper.api.v1alpha1;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Objects that releases have stored are read whole by this version. */
class StoredObjectsTest {
  private static final Path RELEASES = Path.of("src/test/resources/stored-objects");
  private static final Map<String, Class<? extends CustomResource<?, ?>>> KINDS = Map.of(
      "TierPolicy", TierPolicy.class,
      "TieredCollection", TieredCollection.class,
      "TenantTier", TenantTier.class,
      "TierMove", TierMove.class);

  @TestFactory
  Stream<DynamicTest> losesNoFieldOf() throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.walk(RELEASES)) {
      files = all.filter(file -> file.toString().endsWith(".yaml")).sorted().toList();
    }
    assertThat(files).hasSizeGreaterThan(10);
    return files.stream()
        .map(file -> DynamicTest.dynamicTest(RELEASES.relativize(file).toString(), () -> {
          String text = Files.readString(file);
          JsonNode stored = Serialization.unmarshal(text, JsonNode.class);
          CustomResource<?, ?> read =
              Serialization.unmarshal(text, KINDS.get(stored.path("kind").asText()));
          // Through text, so that both sides have the same types of numbers.
          JsonNode written = Serialization.unmarshal(Serialization.asYaml(read), JsonNode.class);
          for (String part : List.of("spec", "status")) {
            assertThat(written.path(part)).as(part).isEqualTo(stored.path(part));
          }
          assertThat(written.at("/metadata/uid")).isEqualTo(stored.at("/metadata/uid"));
        }));
  }
}
