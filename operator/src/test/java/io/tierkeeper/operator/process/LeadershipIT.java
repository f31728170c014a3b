package io.tierkeeper.operator.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.tierkeeper.audit.file.LastTerm;
import io.tierkeeper.audit.verify.AuditVerifier;
import io.tierkeeper.operator.config.OperatorOptions;
import io.tierkeeper.operator.process.RealCluster.Wired;
import io.tierkeeper.qdrant.ShardKey;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Operators as processes on a real API server: one leads, and only the leader speaks to Qdrant. */
@NullUnmarked
class LeadershipIT {
  private static final Duration LEASE = Duration.ofSeconds(8);
  private static final Duration STARTED = Duration.ofSeconds(60);
  private static final Duration MOVED = Duration.ofSeconds(120);
  private static final Map<String, String> QUICK = Map.of(
      "TIERKEEPER_LEASE_DURATION", "8s",
      "TIERKEEPER_LEASE_RENEW_DEADLINE", "4s",
      "TIERKEEPER_LEASE_RETRY_PERIOD", "0.5s");
  private static final Map<String, String> PATIENT = Map.of(
      "TIERKEEPER_LEASE_DURATION", "150s",
      "TIERKEEPER_LEASE_RENEW_DEADLINE", "90s",
      "TIERKEEPER_LEASE_RETRY_PERIOD", "1s");

  @TempDir
  Path directory;

  @Test
  void aCrashedLeaderIsSucceededWhenItsLeaseRunsOutAndAnEndedOneBefore() throws Exception {
    try (RealCluster cluster = new RealCluster(directory, 20_000)) {
      Wired first = cluster.start("first", QUICK);
      cluster.awaitLeader("first", STARTED);
      Wired second = cluster.start("second", QUICK);
      cluster.until(STARTED, () -> second.process().log().contains("operator"));
      assertThat(cluster.leader()).isEqualTo("first");

      first.process().kill();
      long killed = System.nanoTime();
      cluster.awaitLeader("second", LEASE.plusSeconds(10));
      Duration crash = Duration.ofNanos(System.nanoTime() - killed);

      Wired third = cluster.start("third", QUICK);
      cluster.until(STARTED, () -> third.process().log().contains("operator"));
      long ended = System.nanoTime();
      second.process().terminate();
      cluster.awaitLeader("third", LEASE);
      Duration released = Duration.ofNanos(System.nanoTime() - ended);
      System.out.printf(
          "takeover with a lease of %s: %d ms after a crash, %d ms after an end%n",
          LEASE, crash.toMillis(), released.toMillis());
      assertThat(released).isLessThan(LEASE);
      assertThat(cluster.lease().orElseThrow().getSpec().getLeaseTransitions())
          .isGreaterThanOrEqualTo(2);
    }
  }

  @Test
  void aLeaderCutOffInMidMoveIsSilentBeforeTheNextOneSpeaks() throws Exception {
    try (RealCluster cluster = new RealCluster(directory, 60)) {
      Wired cutOff = cluster.start("cut-off", QUICK);
      cluster.awaitLeader("cut-off", STARTED);
      Wired next = cluster.start("next", QUICK);
      cluster.until(STARTED, () -> next.process().log().contains("operator"));
      cluster.write("small", 100);
      cluster.write("acme", 900);
      cluster.applyManifests("", "");
      cluster.until(MOVED, () -> cluster.anyMoveIn("Copying"));
      assertThat(next.firstCall()).as("a standby is silent").isEqualTo(Long.MAX_VALUE);

      cutOff.api().cut();
      long cut = System.nanoTime();

      assertThat(cutOff.process().exitCode(LEASE)).isEqualTo(OperatorOptions.EXIT_LOST_LEASE);
      cluster.awaitLeader("next", LEASE.plusSeconds(10));
      cluster.until(STARTED, () -> next.firstCall() != Long.MAX_VALUE);
      System.out.printf(
          "cut off in mid move: last call %d ms after the cut, the next leader's first after %d ms%n",
          (cutOff.lastCall() - cut) / 1_000_000, (next.firstCall() - cut) / 1_000_000);
      assertThat(cutOff.lastCall()).isLessThan(next.firstCall());
      // Its time is over at the latest a renew deadline after the cut.
      assertThat(Duration.ofNanos(cutOff.lastCall() - cut)).isLessThan(Duration.ofSeconds(5));
      cluster.until(MOVED, () -> cluster.anyMoveIn("Succeeded"));
      assertThat(cluster.countIn(ShardKey.of("acme"), "acme")).isEqualTo(900);
      assertThat(cluster.qdrant.violations()).isEmpty();
    }
  }

  @Test
  void anApiServerThatIsKilledAndRestartedInMidMoveDelaysItOnly() throws Exception {
    try (RealCluster cluster = new RealCluster(directory, 60)) {
      Wired only = cluster.start("only", PATIENT);
      cluster.awaitLeader("only", STARTED);
      cluster.write("small", 100);
      cluster.write("acme", 600);
      cluster.applyManifests("", "");
      cluster.until(MOVED, () -> cluster.anyMoveIn("Copying"));

      cluster.kubernetes.kill();
      cluster.kubernetes.restart();

      cluster.until(MOVED, () -> cluster.anyMoveIn("Succeeded"));
      cluster.until(STARTED, () -> cluster.tier().equals("Dedicated"));
      assertThat(cluster.countIn(ShardKey.of("acme"), "acme")).isEqualTo(600);
      assertThat(only.process().alive()).isTrue();
      assertThat(cluster.leader()).isEqualTo("only");
      assertThat(cluster.qdrant.violations()).isEmpty();
    }
  }

  /** An administrator deletes it to force an election, or a restored namespace lacks it. */
  @Test
  void aLeaseThatIsDeletedDoesNotEndTheTrails() throws Exception {
    Path audit = directory.resolve("audit");
    Map<String, String> shared = new HashMap<>(QUICK);
    shared.put("TIERKEEPER_AUDIT_DIR", audit.toString());
    try (RealCluster cluster = new RealCluster(directory, 20_000)) {
      Wired first = cluster.start("first", shared);
      cluster.awaitLeader("first", STARTED);
      first.process().terminate();
      Wired second = cluster.start("second", shared);
      cluster.awaitLeader("second", STARTED);
      cluster.write("small", 100);
      cluster.write("acme", 200);
      cluster.applyManifests("", "");
      cluster.until(MOVED, () -> cluster.tier().equals("Dedicated"));
      long term = LastTerm.in(audit);
      assertThat(term).isGreaterThan(1);
      second.process().terminate();
      cluster.admin.resource(cluster.lease().orElseThrow()).delete();

      cluster.start("third", shared);
      cluster.awaitLeader("third", STARTED);
      cluster.write("acme", 100);
      cluster.until(MOVED, () -> LastTerm.in(audit) > term);
      assertThat(cluster.lease().orElseThrow().getSpec().getLeaseTransitions())
          .isGreaterThanOrEqualTo((int) term);
      assertThat(AuditVerifier.verify(List.of(audit), null).fault()).isNull();
    }
  }
}
