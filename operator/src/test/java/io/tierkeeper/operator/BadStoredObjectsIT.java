package io.tierkeeper.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaPropsBuilder;
import io.tierkeeper.api.v1alpha1.Crds;
import io.tierkeeper.lab.testbed.KubernetesBackends;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Resources that a looser schema has let pass: those without a spec that can be read stop neither the start nor the others. */
@NullUnmarked
class BadStoredObjectsIT {

  @TempDir
  Path directory;

  @Test
  void theOthersAreGoverned() {
    try (OperatorWorld world = new OperatorWorld(directory, KubernetesBackends.realest())) {
      List<CustomResourceDefinition> loose =
          Crds.all().stream().map(BadStoredObjectsIT::loosened).toList();
      world.kubernetes.applyCrds(loose);
      try {
        for (CustomResourceDefinition crd : loose) {
          store(world, crd, "without-spec", null);
          store(world, crd, "with-text", "none");
        }
      } finally {
        world.kubernetes.applyCrds(Crds.all());
      }
      world.write("acme", 60);
      world.write("rest", 40);
      world.applyPolicy("Recommend");
      world.applyCollection("brisk", "");
      world.applyTenant("kb-acme", "acme", "");
      try (TierkeeperOperator operator = world.start()) {
        await()
            .atMost(Duration.ofSeconds(60))
            .untilAsserted(
                () -> assertThat(world.tenant("kb-acme").orElseThrow().getStatus())
                    .isNotNull()
                    .satisfies(status -> assertThat(status.tier()).isEqualTo("Fallback")));
        assertThat(operator.leading()).isTrue();
      }
    }
  }

  private static CustomResourceDefinition loosened(CustomResourceDefinition crd) {
    CustomResourceDefinitionBuilder builder = new CustomResourceDefinitionBuilder(crd);
    builder
        .editSpec()
        .editFirstVersion()
        .editSchema()
        .withOpenAPIV3Schema(new JSONSchemaPropsBuilder()
            .withType("object")
            .withXKubernetesPreserveUnknownFields(true)
            .build())
        .endSchema()
        .endVersion()
        .endSpec();
    return builder.build();
  }

  private static void store(
      OperatorWorld world, CustomResourceDefinition crd, String name, @Nullable String spec) {
    GenericKubernetesResource resource = new GenericKubernetesResourceBuilder()
        .withApiVersion(crd.getSpec().getGroup() + "/v1alpha1")
        .withKind(crd.getSpec().getNames().getKind())
        .withNewMetadata()
        .withName(name)
        .withNamespace(world.namespace)
        .endMetadata()
        .build();
    if (spec != null) {
      resource.setAdditionalProperty("spec", spec);
    }
    world.client.resource(resource).create();
  }
}
