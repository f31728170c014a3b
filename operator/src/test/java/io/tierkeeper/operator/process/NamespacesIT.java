package io.tierkeeper.operator.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBinding;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.tierkeeper.api.v1alpha1.TierPolicy;
import io.tierkeeper.lab.testbed.Chart;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Namespaces that are missing at the start, appear and disappear; the others go on, and nothing restarts. */
@NullUnmarked
class NamespacesIT {
  private static final Duration LONG = Duration.ofSeconds(90);

  @TempDir
  Path directory;

  @Test
  void aListedNamespaceMayBeMissingAppearAndDisappear() throws Exception {
    try (RealCluster cluster = new RealCluster(directory, 20_000)) {
      String other = cluster.kubernetes.newNamespace("other");
      var one = cluster.start(
          "one", Map.of("TIERKEEPER_NAMESPACES", cluster.namespace + "," + other + ",absent"));
      cluster.awaitLeader("one", LONG);
      policy(cluster, cluster.namespace, "first");
      cluster.until(LONG, () -> judged(cluster, cluster.namespace, "first"));

      policy(cluster, other, "waits");
      List<HasMetadata> rights =
          Chart.render(cluster.namespace, Map.of("namespaces[0]", other)).stream()
              .filter(o -> o instanceof Role || o instanceof RoleBinding)
              .filter(o -> other.equals(o.getMetadata().getNamespace()))
              .toList();
      rights.forEach(o -> cluster.admin.resource(o).create());
      cluster.until(LONG, () -> judged(cluster, other, "waits"));

      rights.forEach(o -> cluster.admin.resource(o).delete());
      policy(cluster, cluster.namespace, "second");
      cluster.until(LONG, () -> judged(cluster, cluster.namespace, "second"));
      assertThat(one.process().alive()).isTrue();
      one.process().terminate();

      // With the right gone, a start is not refused either.
      cluster.start("two", Map.of("TIERKEEPER_NAMESPACES", cluster.namespace + "," + other));
      cluster.awaitLeader("two", LONG);
      policy(cluster, cluster.namespace, "third");
      cluster.until(LONG, () -> judged(cluster, cluster.namespace, "third"));
    }
  }

  @Test
  void aNamespaceIsWatchedAsLongAsItHasTheLabels() throws Exception {
    try (RealCluster cluster = new RealCluster(directory, 20_000)) {
      String label = cluster.namespace;
      List<HasMetadata> rights =
          Chart.render(cluster.namespace, Map.of("namespaceSelector.team", label)).stream()
              .filter(o -> o instanceof ClusterRole || o instanceof ClusterRoleBinding)
              .toList();
      rights.forEach(o -> cluster.admin.resource(o).create());
      try {
        label(cluster, cluster.namespace, label);
        cluster.start(
            "one",
            Map.of("TIERKEEPER_NAMESPACES", "", "TIERKEEPER_NAMESPACE_SELECTOR", "team=" + label));
        cluster.awaitLeader("one", LONG);
        policy(cluster, cluster.namespace, "first");
        cluster.until(LONG, () -> judged(cluster, cluster.namespace, "first"));

        String other = cluster.kubernetes.newNamespace("other");
        policy(cluster, other, "appears");
        label(cluster, other, label);
        cluster.until(LONG, () -> judged(cluster, other, "appears"));
        policy(cluster, cluster.namespace, "second");
        cluster.until(LONG, () -> judged(cluster, cluster.namespace, "second"));
      } finally {
        rights.forEach(o -> cluster.admin.resource(o).delete());
      }
    }
  }

  private static void label(RealCluster cluster, String namespace, String value) {
    cluster
        .admin
        .namespaces()
        .withName(namespace)
        .edit(old -> new NamespaceBuilder(old)
            .editMetadata()
            .addToLabels("team", value)
            .endMetadata()
            .build());
  }

  private static void policy(RealCluster cluster, String namespace, String name) {
    cluster
        .admin
        .load(new java.io.ByteArrayInputStream(
            ("""
            apiVersion: tierkeeper.io/v1alpha1
            kind: TierPolicy
            metadata: {name: %s}
            spec: {mode: Recommend}
            """.formatted(name)).getBytes(java.nio.charset.StandardCharsets.UTF_8)))
        .items()
        .forEach(item -> cluster.admin.resource(item).inNamespace(namespace).create());
  }

  private static boolean judged(RealCluster cluster, String namespace, String name) {
    TierPolicy policy = cluster
        .admin
        .resources(TierPolicy.class)
        .inNamespace(namespace)
        .withName(name)
        .get();
    return policy != null && policy.getStatus() != null;
  }
}
