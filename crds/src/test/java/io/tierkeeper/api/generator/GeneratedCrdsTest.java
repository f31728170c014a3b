package io.tierkeeper.api.generator;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.tierkeeper.api.v1alpha1.Crds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keeps the committed CRDs equal to what the Java types say; {@code -Dcrds.write=true} writes them. */
class GeneratedCrdsTest {
  private static final List<Path> PLACES = List.of(
      Path.of("src/main/resources/META-INF/tierkeeper/crds"),
      Path.of("../charts/tierkeeper/files/crds"));
  private static final String REMEDY =
      "regenerate with: mvn -pl crds -am test -Dtest=GeneratedCrdsTest -Dsurefire.failIfNoSpecifiedTests=false -Dcrds.write=true";

  @Test
  void committedFilesAreWhatTheTypesSay(@TempDir Path scratch) throws IOException {
    SortedMap<String, String> generated = CrdGeneration.generate(scratch);
    assertThat(generated).hasSize(CrdGeneration.KINDS.size());
    for (Path place : PLACES) {
      for (var file : generated.entrySet()) {
        Path committed = place.resolve(file.getKey());
        if (Boolean.getBoolean("crds.write")) {
          Files.createDirectories(place);
          Files.writeString(committed, file.getValue());
        }
        assertThat(committed).as("%s is missing; %s", committed, REMEDY).exists();
        assertThat(Files.readString(committed))
            .as("%s differs from the Java types; %s", committed, REMEDY)
            .isEqualTo(file.getValue());
      }
      try (var files = Files.list(place)) {
        assertThat(files.map(f -> f.getFileName().toString()))
            .containsExactlyInAnyOrderElementsOf(generated.keySet());
      }
    }
  }

  /** Argo CD compares lists on the client, so a default in an item is a difference for ever. */
  @Test
  void itemsOfListsHaveNoDefaults() {
    List<String> found = new ArrayList<>();
    for (CustomResourceDefinition crd : Crds.all()) {
      JSONSchemaProps schema =
          crd.getSpec().getVersions().getFirst().getSchema().getOpenAPIV3Schema();
      collect(crd.getSpec().getNames().getKind(), schema, false, found);
    }
    assertThat(found).isEmpty();
  }

  private static void collect(
      String path, JSONSchemaProps schema, boolean inItem, List<String> found) {
    if (inItem && schema.getDefault() != null) {
      found.add(path + ": " + schema.getDefault());
    }
    if (schema.getProperties() != null) {
      schema
          .getProperties()
          .forEach((name, property) -> collect(path + "." + name, property, inItem, found));
    }
    if (schema.getItems() != null && schema.getItems().getSchema() != null) {
      collect(path + "[]", schema.getItems().getSchema(), true, found);
    }
  }

  @Test
  void theJarLoadsAllFour() {
    assertThat(Crds.all())
        .extracting(crd -> crd.getSpec().getNames().getKind())
        .containsExactly("TierPolicy", "TieredCollection", "TenantTier", "TierMove");
  }
}
