package io.tierkeeper.lab.testbed;

import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionBuilder;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** The kinds of prometheus-operator that the chart has objects of, with nothing of their schemas. */
final class PrometheusOperator {
  private PrometheusOperator() {}

  static List<CustomResourceDefinition> crds() {
    return Stream.of("ServiceMonitor", "PodMonitor", "PrometheusRule")
        .map(kind -> anyFields("monitoring.coreos.com", kind))
        .toList();
  }

  /** A namespaced kind that accepts all fields. */
  static CustomResourceDefinition anyFields(String group, String kind) {
    String singular = kind.toLowerCase(Locale.ROOT);
    return new CustomResourceDefinitionBuilder()
        .withNewMetadata()
        .withName(singular + "s." + group)
        .endMetadata()
        .withNewSpec()
        .withGroup(group)
        .withScope("Namespaced")
        .withNewNames()
        .withKind(kind)
        .withSingular(singular)
        .withPlural(singular + "s")
        .endNames()
        .addNewVersion()
        .withName("v1")
        .withServed(true)
        .withStorage(true)
        .withNewSchema()
        .withNewOpenAPIV3Schema()
        .withType("object")
        .withXKubernetesPreserveUnknownFields(true)
        .endOpenAPIV3Schema()
        .endSchema()
        .endVersion()
        .endSpec()
        .build();
  }
}
