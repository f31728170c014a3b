package io.tierkeeper.lab.commands.pages;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.tierkeeper.api.v1alpha1.Crds;
import io.tierkeeper.lab.testbed.ApiServer;
import io.tierkeeper.lab.testbed.Checkout;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** The API server that documented commands call, with the namespaces and objects that they name, as an operator leaves these. */
final class Cluster {

  private static final List<String> NAMESPACES =
      List.of("argocd", "data", "flux-system", "team-a", "tierkeeper", "vectors");
  private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);

  private final ApiServer server;
  private final KubernetesClient client;

  Cluster(ApiServer server) throws IOException {
    this.server = server;
    client = server.client();
    server.applyCrds(Crds.all());
    server.applyCrds(foreignKinds());
    for (String namespace : NAMESPACES) {
      client
          .resource(new NamespaceBuilder()
              .withNewMetadata()
              .withName(namespace)
              .endMetadata()
              .build())
          .serverSideApply();
    }
    try (InputStream in =
        Objects.requireNonNull(Cluster.class.getResourceAsStream("/pages/cluster.yaml"))) {
      for (HasMetadata object : client.load(in).items()) {
        client.resource(object).createOr(existing -> existing.update());
        if (object instanceof GenericKubernetesResource custom && custom.get("status") != null) {
          patchStatus(custom, Map.of("status", custom.get("status")));
        }
      }
    }
  }

  private void patchStatus(GenericKubernetesResource object, Map<String, ?> patch) {
    client
        .resource(object)
        .subresource("status")
        .patch(MERGE, Serialization.jsonMapper().valueToTree(patch).toString());
  }

  /** Writes a field of the status of a TieredCollection. */
  void status(String namespace, String collection, Map<String, ?> status) {
    patchStatus(
        client
            .genericKubernetesResources("tierkeeper.io/v1alpha1", "TieredCollection")
            .inNamespace(namespace)
            .withName(collection)
            .require(),
        Map.of("status", status));
  }

  Path kubectl() {
    return server.kubectl();
  }

  /** A kubeconfig with the rights of everything, as {@code ~/.kube/config} is. */
  Path kubeconfig(Path directory) throws IOException {
    Path file = directory.resolve("home/.kube/config");
    Files.createDirectories(file.getParent());
    return Files.writeString(file, server.kubeconfig());
  }

  /** The kinds of Argo CD and Flux that the examples have, with nothing of their schemas. */
  private static List<CustomResourceDefinition> foreignKinds() throws IOException {
    Map<String, CustomResourceDefinition> kinds = new LinkedHashMap<>();
    for (String example : List.of("examples/argocd", "examples/flux")) {
      try (Stream<Path> files = Files.list(Checkout.file(example))) {
        for (Path file : files.toList()) {
          for (String document : Files.readString(file).split("(?m)^---$", -1)) {
            HasMetadata object =
                Serialization.unmarshal("---\n" + document, GenericKubernetesResource.class);
            String[] version = object.getApiVersion().split("/", 2);
            if (version.length == 2 && !version[0].endsWith("k8s.io")) {
              kinds.put(object.getKind(), anyFields(version[0], version[1], object.getKind()));
            }
          }
        }
      }
    }
    return List.copyOf(kinds.values());
  }

  private static CustomResourceDefinition anyFields(String group, String version, String kind) {
    String singular = kind.toLowerCase(Locale.ROOT);
    String plural = singular.endsWith("y") ? singular.replaceFirst("y$", "ies") : singular + "s";
    return new CustomResourceDefinitionBuilder()
        .withNewMetadata()
        .withName(plural + "." + group)
        .endMetadata()
        .withNewSpec()
        .withGroup(group)
        .withScope("Namespaced")
        .withNewNames()
        .withKind(kind)
        .withSingular(singular)
        .withPlural(plural)
        .endNames()
        .addNewVersion()
        .withName(version)
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
