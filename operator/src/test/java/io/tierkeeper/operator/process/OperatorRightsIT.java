package io.tierkeeper.operator.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.tierkeeper.api.v1alpha1.TenantTier;
import io.tierkeeper.api.v1alpha1.TierMove;
import io.tierkeeper.api.v1alpha1.TierPolicy;
import io.tierkeeper.api.v1alpha1.TieredCollection;
import io.tierkeeper.qdrant.ShardKey;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The operator under the chart's account: what it does is what it may, by the API server's own audit log. */
@NullUnmarked
class OperatorRightsIT {
  private static final Duration LONG = Duration.ofSeconds(120);

  @TempDir
  Path directory;

  @Test
  void theRightsUsedAreTheRightsGranted() throws Exception {
    try (RealCluster cluster = new RealCluster(directory, 20_000)) {
      var one = cluster.start("one", Map.of("TIERKEEPER_KEEP_FINISHED_FOR", "1s"));
      cluster.awaitLeader("one", LONG);
      cluster.write("small", 100);
      cluster.write("acme", 400);
      cluster.applyManifests(
          "damping: {penaltyTerms: [{name: budget, from: {configMap: {name: absent, key: budget}},"
              + " tiers: [Fallback], ramp: {zeroAt: \"9\", fullAt: \"1\", full: \"0.1\"}}]}",
          "discovery: {mode: Create, createAbovePoints: 50}");
      cluster.until(LONG, () -> cluster.tier().equals("Dedicated"));
      await()
          .atMost(LONG)
          .untilAsserted(() -> assertThat(cluster
                  .admin
                  .resources(TenantTier.class)
                  .inNamespace(cluster.namespace)
                  .list()
                  .getItems())
              .as(cluster.logs())
              .hasSize(2));
      cluster.until(LONG, () -> cluster.moves().isEmpty());

      // What the caches do not have is read live before it is judged absent.
      cluster.apply("""
          apiVersion: tierkeeper.io/v1alpha1
          kind: TenantTier
          metadata: {name: of-no-collection}
          spec: {collectionRef: {name: absent}, tenant: nobody}
          ---
          apiVersion: tierkeeper.io/v1alpha1
          kind: TieredCollection
          metadata: {name: of-no-policy}
          spec:
            qdrant: {endpoints: ["http://peer0.qdrant.test:1"]}
            collection: other
            tenantKey: group_id
            fallbackShardKey: default
            policyRef: {name: absent}
          ---
          apiVersion: tierkeeper.io/v1alpha1
          kind: TierMove
          metadata:
            name: of-no-tenanttier
            ownerReferences: [{apiVersion: tierkeeper.io/v1alpha1, kind: TenantTier, name: absent, uid: absent}]
          spec:
            collectionRef: {name: kb}
            tenant: nobody
            direction: Promote
            planHash: "sha256:%s"
            plan: {points: 1}
          """.formatted("0".repeat(64)));
      cluster.until(
          LONG,
          () -> used(cluster)
              .containsAll(
                  Set.of("get tierpolicies tierkeeper.io", "get tenanttiers tierkeeper.io")));
      one.process().terminate();

      Set<String> granted = granted(cluster.rights);
      assertThat(used(cluster)).as(cluster.logs()).isEqualTo(granted);
    }
  }

  @Test
  void aTenantTierAndItsMoveThatAreDeletedInMidMoveGo() throws Exception {
    try (RealCluster cluster = new RealCluster(directory, 20)) {
      cluster.start("one", Map.of());
      cluster.awaitLeader("one", LONG);
      cluster.write("acme", 400);
      cluster.applyManifests("", "");
      cluster.until(LONG, () -> cluster.anyMoveIn("Copying"));
      cluster.admin.resources(TenantTier.class).inNamespace(cluster.namespace).delete();
      cluster.admin.resources(TierMove.class).inNamespace(cluster.namespace).delete();
      cluster.until(LONG, () -> cluster.moves().isEmpty());
      assertThat(cluster.countIn(ShardKey.of("default"), "acme")).isEqualTo(400);
    }
  }

  @Test
  void deletingATenantTierInTheRetentionLeavesItsPointsWhereTheyAre() throws Exception {
    try (RealCluster cluster = new RealCluster(directory, 20_000)) {
      cluster.write("acme", 400);
      cluster.applyManifests("", "");
      cluster
          .admin
          .resources(TierPolicy.class)
          .inNamespace(cluster.namespace)
          .withName("brisk")
          .patch(
              PatchContext.of(PatchType.JSON_MERGE),
              "{\"spec\":{\"retain\":{\"sourceFor\":\"24h\"}}}");
      cluster.start("one", Map.of());
      cluster.until(LONG, () -> cluster.anyMoveIn("Retaining"));
      cluster.admin.resources(TenantTier.class).inNamespace(cluster.namespace).delete();
      cluster.admin.resources(TierMove.class).inNamespace(cluster.namespace).delete();
      cluster.until(LONG, () -> cluster.moves().isEmpty());
      assertThat(cluster.countIn(ShardKey.of("acme"), "acme")).isEqualTo(400);
      assertThat(cluster.countIn(ShardKey.of("default"), "acme")).isZero();
    }
  }

  /** The operator neither lists nor watches Secrets, so a Role can name them. */
  @Test
  void worksWithARoleThatNamesTheSecretsAndSaysWhichOneItMayNotRead() throws Exception {
    try (RealCluster cluster =
        new RealCluster(directory, 20_000, Map.of("rbac.secretNames[0]", "qdrant-key"))) {
      cluster.start("one", Map.of());
      cluster.write("acme", 400);
      cluster.applyManifests("", "");
      cluster.until(LONG, () -> cluster.tier().equals("Dedicated"));
      assertThat(used(cluster)).contains("get secrets ").noneMatch(use -> use.contains("REFUSED"));

      cluster
          .admin
          .resources(TieredCollection.class)
          .inNamespace(cluster.namespace)
          .withName("kb")
          .patch(
              PatchContext.of(PatchType.JSON_MERGE),
              "{\"spec\":{\"qdrant\":{\"credentialsRef\":{\"name\":\"of-another-team\"}}}}");
      cluster.until(LONG, () -> reachable(cluster).contains("rbac.secretNames"));
      assertThat(reachable(cluster)).contains("CredentialsNotFound").contains("of-another-team");
    }
  }

  private static String reachable(RealCluster cluster) {
    TieredCollection collection = cluster
        .admin
        .resources(TieredCollection.class)
        .inNamespace(cluster.namespace)
        .withName("kb")
        .get();
    return collection.getStatus().conditions().stream()
        .filter(condition -> condition.getType().equals("QdrantReachable"))
        .map(condition -> condition.getReason() + " " + condition.getMessage())
        .findFirst()
        .orElse("");
  }

  /** What the Roles grant that are bound to the account. */
  private static Set<String> granted(List<HasMetadata> rights) {
    Set<String> bound = rights.stream()
        .filter(RoleBinding.class::isInstance)
        .map(object -> ((RoleBinding) object).getRoleRef().getName())
        .collect(Collectors.toSet());
    Set<String> granted = new TreeSet<>();
    for (HasMetadata object : rights) {
      if (object instanceof Role role && bound.contains(role.getMetadata().getName())) {
        for (PolicyRule rule : role.getRules()) {
          for (String resource : rule.getResources()) {
            for (String verb : rule.getVerbs()) {
              granted.add(verb + " " + resource + " " + rule.getApiGroups().getFirst());
            }
          }
        }
      }
    }
    return granted;
  }

  /** What the account did; a refusal is shown as such and so equals no right. */
  private static Set<String> used(RealCluster cluster) throws Exception {
    String account = "system:serviceaccount:" + cluster.namespace + ":" + RealCluster.ACCOUNT;
    Set<String> used = new TreeSet<>();
    ObjectMapper json = new ObjectMapper();
    try (var lines = Files.lines(cluster.kubernetes.auditLog())) {
      for (String line : (Iterable<String>) lines::iterator) {
        if (!line.contains(account)) {
          continue;
        }
        JsonNode request = json.readTree(line);
        JsonNode on = request.path("objectRef");
        if (!request.at("/user/username").asText().equals(account) || on.isMissingNode()) {
          continue;
        }
        String subresource = on.path("subresource").asText();
        used.add((request.at("/responseStatus/code").asInt() == 403 ? "REFUSED " : "")
            + request.path("verb").asText()
            + " "
            + on.path("resource").asText()
            + (subresource.isEmpty() ? "" : "/" + subresource)
            + " "
            + on.path("apiGroup").asText());
      }
    }
    return used;
  }
}
