package io.tierkeeper.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.MapperConfig;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.tierkeeper.api.v1alpha1.TenantTierSpec;
import io.tierkeeper.api.v1alpha1.TierPolicySpec;
import io.tierkeeper.api.v1alpha1.TieredCollectionSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Reads every example with the API's own types, where an unknown field is an error. */
class ExamplesTest {
  private static final Path EXAMPLES = Path.of("../examples");

  /** Input of the simulator, not resources. */
  private static final Path SCENARIOS = EXAMPLES.resolve("scenarios");

  private static final Map<String, Class<?>> SPECS = Map.of(
      "TierPolicy", TierPolicySpec.class,
      "TieredCollection", TieredCollectionSpec.class,
      "TenantTier", TenantTierSpec.class);

  /** The types forgive unknown fields, since they also read what a newer version wrote; examples are not forgiven. */
  private final ObjectMapper strict = JsonMapper.builder()
      .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
      .annotationIntrospector(new JacksonAnnotationIntrospector() {
        private static final long serialVersionUID = 1L;

        @Override
        public JsonIgnoreProperties.Value findPropertyIgnoralByName(
            MapperConfig<?> config, Annotated a) {
          return JsonIgnoreProperties.Value.empty();
        }
      })
      .build();

  @Test
  void everyFieldOfEveryExampleIsKnown() throws IOException {
    Set<String> kinds = new HashSet<>();
    for (JsonNode manifest : manifests("")) {
      String kind = manifest.path("kind").asText();
      if (SPECS.containsKey(kind)
          || manifest.path("apiVersion").asText().startsWith("tierkeeper.io/")) {
        assertThat(SPECS).containsKey(kind);
        assertThat(manifest.path("apiVersion").asText()).isEqualTo("tierkeeper.io/v1alpha1");
        assertThat(read(manifest, SPECS.get(kind))).isNotNull();
        kinds.add(kind);
      }
    }
    assertThat(kinds).isEqualTo(SPECS.keySet());
  }

  @Test
  void anUnknownFieldWouldBeFound() {
    org.assertj.core.api.Assertions.assertThatThrownBy(
            () -> strict.readValue("{\"modus\": \"Auto\"}", TierPolicySpec.class))
        .hasMessageContaining("modus");
  }

  @Test
  void theExistingCollectionIsNeverMoved() throws IOException {
    assertThat(manifests("existing-collection"))
        .filteredOn(m -> m.path("kind").asText().equals("TierPolicy"))
        .isNotEmpty()
        .allSatisfy(m -> assertThat(m.at("/spec/mode").asText()).isEqualTo("Recommend"));
  }

  private <T> T read(JsonNode manifest, Class<T> type) throws JsonProcessingException {
    return strict.treeToValue(manifest.path("spec"), type);
  }

  private static List<JsonNode> manifests(String folder) throws IOException {
    KubernetesSerialization yaml = new KubernetesSerialization();
    List<JsonNode> manifests = new ArrayList<>();
    try (var files = Files.walk(EXAMPLES.resolve(folder))) {
      for (Path file : files
          .filter(f -> f.toString().endsWith(".yaml"))
          .filter(f -> !f.startsWith(SCENARIOS))
          .sorted()
          .toList()) {
        for (String document : Files.readString(file).split("(?m)^---\\s*$")) {
          manifests.add(yaml.unmarshal("---\n" + document, JsonNode.class));
        }
      }
    }
    assertThat(manifests).isNotEmpty();
    return manifests;
  }
}
