package io.tierkeeper.cli.cluster;

import io.tierkeeper.api.v1alpha1.TierPolicy;
import io.tierkeeper.api.v1alpha1.TieredCollection;
import io.tierkeeper.evaluation.policy.Policy;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads the policies of collections, each once. */
final class Policies {

  private final Cluster cluster;
  private final Map<String, Optional<Policy>> read = new HashMap<>();

  Policies(Cluster cluster) {
    this.cluster = cluster;
  }

  /** The policy of a collection; empty where it does not exist or cannot be used, which its conditions say. */
  Optional<Policy> of(@Nullable TieredCollection collection) {
    if (collection == null) {
      return Optional.empty();
    }
    String namespace = Fleet.namespace(collection);
    String name = PlanView.policyName(collection);
    return name.isEmpty()
        ? Optional.empty()
        : read.computeIfAbsent(namespace + "/" + name, key -> load(namespace, name));
  }

  /** Whether the mode of a policy lets the operator make moves. */
  static boolean move(Policy policy) {
    return switch (policy.decisions().mode()) {
      case OFF, RECOMMEND -> false;
      case APPROVE, AUTO -> true;
    };
  }

  private Optional<Policy> load(String namespace, String name) {
    TierPolicy policy = cluster
        .client()
        .resources(TierPolicy.class)
        .inNamespace(namespace)
        .withName(name)
        .get();
    try {
      return policy == null ? Optional.empty() : Optional.of(Policy.read(policy));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
