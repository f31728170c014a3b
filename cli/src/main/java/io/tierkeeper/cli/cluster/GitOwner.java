package io.tierkeeper.cli.cluster;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Who applies an object from Git, by the marks that the tools leave on it. */
final class GitOwner {

  private GitOwner() {}

  /** {@code Argo CD}, {@code Flux} or {@code Helm}; empty where there is no mark. */
  static Optional<String> of(HasMetadata object) {
    Map<String, String> labels =
        Objects.requireNonNullElse(object.getMetadata().getLabels(), Map.of());
    Map<String, String> annotations =
        Objects.requireNonNullElse(object.getMetadata().getAnnotations(), Map.of());
    if (annotations.containsKey("argocd.argoproj.io/tracking-id")
        || labels.containsKey("argocd.argoproj.io/instance")) {
      return Optional.of("Argo CD");
    }
    if (labels.containsKey("kustomize.toolkit.fluxcd.io/name")
        || labels.containsKey("helm.toolkit.fluxcd.io/name")) {
      return Optional.of("Flux");
    }
    return "Helm".equals(labels.get("app.kubernetes.io/managed-by"))
        ? Optional.of("Helm")
        : Optional.empty();
  }
}
