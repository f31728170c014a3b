package io.tierkeeper.api.generator;

import io.fabric8.crdv2.generator.CRDGenerator;
import io.fabric8.crdv2.generator.CRDPostProcessor;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.CustomResource;
import io.tierkeeper.api.v1alpha1.TenantTier;
import io.tierkeeper.api.v1alpha1.TierMove;
import io.tierkeeper.api.v1alpha1.TierPolicy;
import io.tierkeeper.api.v1alpha1.TieredCollection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Runs fabric8's generator over the four kinds and completes what it leaves out. */
final class CrdGeneration {
  static final List<Class<? extends CustomResource<?, ?>>> KINDS =
      List.of(TierPolicy.class, TieredCollection.class, TenantTier.class, TierMove.class);

  private CrdGeneration() {}

  /** File name to YAML, one file a kind. */
  static SortedMap<String, String> generate(Path scratch) {
    new CRDGenerator()
        .customResourceClasses(KINDS.toArray(Class[]::new))
        .forCRDVersions("v1")
        .inOutputDir(scratch.toFile())
        // With minimal quotes the constant Off is written bare, and kubectl's YAML 1.1 reads it as
        // false.
        .withMinQuotes(false)
        .withParallelGenerationEnabled(false)
        .withPostProcessor(new CRDPostProcessor() {
          @Override
          public HasMetadata process(HasMetadata crd, String version) {
            return SchemaCompletion.complete((CustomResourceDefinition) crd);
          }
        })
        .detailedGenerate();
    SortedMap<String, String> files = new TreeMap<>();
    try (var written = Files.list(scratch)) {
      for (Path file : written.toList()) {
        String name = file.getFileName().toString();
        files.put(name.substring(0, name.indexOf('.')) + ".yaml", Files.readString(file));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return files;
  }
}
