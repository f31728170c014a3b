package io.tierkeeper.operator.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.tierkeeper.api.v1alpha1.Crds;
import io.tierkeeper.api.v1alpha1.TenantTier;
import io.tierkeeper.api.v1alpha1.TierMove;
import io.tierkeeper.api.v1alpha1.TierPolicy;
import io.tierkeeper.api.v1alpha1.TieredCollection;
import io.tierkeeper.lab.testbed.Chart;
import io.tierkeeper.qdrant.ShardKey;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Map;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Removing Tierkeeper, a namespace or the CRDs, in mid-move and in the retention. */
@NullUnmarked
class ReleaseIT {
  private static final Duration LONG = Duration.ofSeconds(120);

  /** An administrator may write the status of a move. */
  private static final Map<String, ?> UNGUARDED = Map.of("approvalGuard.enabled", false);

  @TempDir
  Path directory;

  @Test
  void beforeAnUninstallTheHookHasTheRunningOperatorRevertAMoveInItsMiddle() throws Exception {
    try (RealCluster cluster = new RealCluster(directory, 20)) {
      RealCluster.Wired one = inTheMiddle(cluster);
      OperatorProcess release =
          cluster.releaseAsHook("--operator-namespace", cluster.namespace, "--timeout", "90s");
      assertThat(release.exitCode(LONG)).as(release.log() + one.process().log()).isZero();
      assertThat(release.log())
          .contains("suspended TieredCollection " + cluster.namespace + "/kb")
          .contains("ending TierMove")
          .contains("released: no TierMove is held any more");
      assertThat(held(cluster)).isZero();
      everythingIsInTheFallback(cluster);
      one.process().terminate();
      removeTheDefinitions(cluster);
    }
  }

  @Test
  void withoutAnOperatorTheCommandRevertsTheMoveItself() throws Exception {
    try (RealCluster cluster = new RealCluster(directory, 20)) {
      inTheMiddle(cluster).process().kill();
      OperatorProcess release = cluster.releaseAsAdmin(
          "--operator-namespace",
          cluster.namespace,
          "--as",
          "system:serviceaccount:" + cluster.namespace + ":" + RealCluster.ACCOUNT,
          "--timeout",
          "90s");
      assertThat(release.exitCode(LONG)).as(release.log()).isZero();
      assertThat(held(cluster)).isZero();
      everythingIsInTheFallback(cluster);
    }
  }

  /** The Lease of an operator that has just ended is not yet expired. */
  @Test
  void theLeaseOfAnOperatorThatDiedElsewhereIsWaitedForAndThatOfAnotherInstallationIsNot()
      throws Exception {
    // The copy lasts longer than the Lease.
    try (RealCluster cluster = new RealCluster(directory, 4, UNGUARDED)) {
      RealCluster.Wired one = inTheMiddle(cluster);
      String elsewhere = cluster.kubernetes.newNamespace("elsewhere");
      String stranger = cluster.kubernetes.newNamespace("stranger");
      Chart.render(stranger, UNGUARDED).stream()
          .filter(object -> object instanceof Role || object instanceof RoleBinding)
          .forEach(object -> cluster.admin.resource(object).create());
      cluster
          .admin
          .resource(new LeaseBuilder()
              .withNewMetadata()
              .withName("tierkeeper")
              .withNamespace(stranger)
              .endMetadata()
              .withNewSpec()
              .withHolderIdentity("of-another-team")
              .withRenewTime(ZonedDateTime.now(ZoneOffset.UTC).plusHours(1))
              .endSpec()
              .build())
          .create();
      one.process().kill();

      OperatorProcess release =
          cluster.releaseAsAdmin("--operator-namespace", elsewhere, "--timeout", "90s");
      assertThat(release.exitCode(LONG)).as(release.log()).isZero();
      assertThat(release.log())
          .contains("waiting until Lease " + cluster.namespace + "/tierkeeper of operator one")
          .doesNotContain("of-another-team");
      assertThat(held(cluster)).isZero();
      everythingIsInTheFallback(cluster);
    }
  }

  @Test
  void anInstallationThatRunsElsewhereIsNamed() throws Exception {
    try (RealCluster cluster = new RealCluster(directory, 20, UNGUARDED)) {
      inTheMiddle(cluster);
      String elsewhere = cluster.kubernetes.newNamespace("elsewhere");
      OperatorProcess release =
          cluster.releaseAsAdmin("--operator-namespace", elsewhere, "--timeout", "90s");
      assertThat(release.exitCode(LONG)).as(release.log()).isEqualTo(2);
      assertThat(release.log())
          .contains("operator one of the installation in namespace " + cluster.namespace)
          .contains("again with --operator-namespace " + cluster.namespace);
      cluster.until(LONG, () -> held(cluster) == 0);
    }
  }

  @Test
  void inTheRetentionThePointsStayInTheDedicatedKey() throws Exception {
    try (RealCluster cluster = new RealCluster(directory, 20_000)) {
      inTheRetention(cluster);
      OperatorProcess release = cluster.releaseAsHook("--operator-namespace", cluster.namespace);
      assertThat(release.exitCode(LONG)).as(release.log()).isZero();
      assertThat(release.log()).contains("stays: TenantTier " + cluster.namespace + "/kb-acme");
      assertThat(held(cluster)).isZero();
      assertThat(cluster.countIn(ShardKey.of("acme"), "acme")).isEqualTo(400);
      assertThat(cluster.countIn(ShardKey.of("default"), "acme")).isZero();
    }
  }

  @Test
  void aNamespaceWhoseRightsAreGoneIsReleasedByForceAndSaysWhatIsLeft() throws Exception {
    try (RealCluster cluster = new RealCluster(directory, 20)) {
      inTheMiddle(cluster);
      // What the deletion of a namespace does in its own order.
      cluster.admin.resources(RoleBinding.class).inNamespace(cluster.namespace).delete();
      cluster.admin.resources(TierMove.class).inNamespace(cluster.namespace).delete();

      OperatorProcess waiting = cluster.releaseAsAdmin("--timeout", "3s");
      assertThat(waiting.exitCode(LONG)).isEqualTo(1);
      assertThat(waiting.log())
          .contains("waiting for TierMove " + cluster.namespace)
          .contains("left in Qdrant by TierMove")
          .contains("--force");

      OperatorProcess forced = cluster.releaseAsAdmin("--timeout", "1s", "--force");
      assertThat(forced.exitCode(LONG)).as(forced.log()).isZero();
      assertThat(forced.log()).contains("removed the finalizer of TierMove");
      assertThat(held(cluster)).isZero();
      assertThat(cluster.countIn(ShardKey.of("default"), "acme")).isEqualTo(400);
    }
  }

  @Test
  void definitionsThatAreDeletedInTheMiddleOfAMoveGoWhenTheOperatorHasRevertedIt()
      throws Exception {
    try (RealCluster cluster = new RealCluster(directory, 20)) {
      inTheMiddle(cluster);
      removeTheDefinition(cluster);
      everythingIsInTheFallback(cluster);
    }
  }

  @Test
  void definitionsThatAreDeletedInTheRetentionGoAndThePointsStay() throws Exception {
    try (RealCluster cluster = new RealCluster(directory, 20_000)) {
      inTheRetention(cluster);
      removeTheDefinition(cluster);
      assertThat(cluster.countIn(ShardKey.of("acme"), "acme")).isEqualTo(400);
    }
  }

  private static void removeTheDefinition(RealCluster cluster) {
    CustomResourceDefinition moves = Crds.all().stream()
        .filter(crd -> crd.getSpec().getNames().getKind().equals("TierMove"))
        .findFirst()
        .orElseThrow();
    cluster.releaseOthers();
    cluster.admin.resource(moves).delete();
    try {
      await().atMost(LONG).until(() -> cluster.admin.resource(moves).get() == null);
    } finally {
      cluster.kubernetes.applyCrds(Crds.all());
    }
  }

  private static void inTheRetention(RealCluster cluster) throws Exception {
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
  }

  private static RealCluster.Wired inTheMiddle(RealCluster cluster) throws Exception {
    RealCluster.Wired one = cluster.start("one", Map.of());
    cluster.awaitLeader("one", LONG);
    cluster.write("acme", 400);
    cluster.applyManifests("", "");
    cluster.until(LONG, () -> cluster.anyMoveIn("Copying"));
    return one;
  }

  private static long held(RealCluster cluster) {
    return cluster.moves().stream()
        .filter(move -> !move.getMetadata().getFinalizers().isEmpty())
        .count();
  }

  private static void everythingIsInTheFallback(RealCluster cluster) {
    assertThat(cluster.countIn(ShardKey.of("default"), "acme")).isEqualTo(400);
  }

  /** As {@code helm uninstall} with {@code crds.keep=false} does; nothing may hold them. */
  private static void removeTheDefinitions(RealCluster cluster) {
    for (var kind : java.util.List.of(
        TierPolicy.class, TieredCollection.class, TenantTier.class, TierMove.class)) {
      cluster.admin.resources(kind).inNamespace(cluster.namespace).delete();
    }
    cluster.releaseOthers();
    Crds.all().forEach(crd -> cluster.admin.resource(crd).delete());
    try {
      cluster.until(
          LONG,
          () -> Crds.all().stream().allMatch(crd -> cluster.admin.resource(crd).get() == null));
    } finally {
      cluster.kubernetes.applyCrds(Crds.all());
    }
  }
}
