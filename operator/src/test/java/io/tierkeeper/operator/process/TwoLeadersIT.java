package io.tierkeeper.operator.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.tierkeeper.audit.verify.AuditVerifier;
import io.tierkeeper.lab.qdrant.emulator.calls.MutatingCall;
import io.tierkeeper.operator.config.OperatorOptions;
import io.tierkeeper.operator.process.RealCluster.Wired;
import io.tierkeeper.qdrant.ShardKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A leader that is paused in the middle of a move and wakes up when another one has taken over. One that is cut off from
 * the API alone is LeadershipIT's.
 */
@NullUnmarked
class TwoLeadersIT {
  private static final Duration LEASE = Duration.ofSeconds(10);
  private static final Duration STARTED = Duration.ofSeconds(90);
  private static final Duration MOVED = Duration.ofSeconds(180);
  private static final Map<String, String> QUICK = Map.of(
      "TIERKEEPER_LEASE_DURATION", "10s",
      "TIERKEEPER_LEASE_RENEW_DEADLINE", "6s",
      "TIERKEEPER_LEASE_RETRY_PERIOD", "0.5s");

  @TempDir
  Path directory;

  @Test
  void aPausedLeaderThatWakesUpLateChangesNothingAndEnds() throws Exception {
    try (RealCluster cluster = new RealCluster(directory, 60)) {
      Wired first = cluster.start("first", QUICK);
      cluster.awaitLeader("first", STARTED);
      Wired second = cluster.start("second", QUICK);
      cluster.until(STARTED, () -> second.process().log().contains("operator"));
      cluster.write("small", 100);
      cluster.write("acme", 900);
      cluster.applyManifests("", "");
      cluster.until(MOVED, () -> cluster.anyMoveIn("Copying") && transfers(cluster) == 1);

      first.process().pause();
      long paused = System.nanoTime();
      cluster.awaitLeader("second", LEASE.plusSeconds(30));
      Duration takeover = Duration.ofNanos(System.nanoTime() - paused);
      cluster.until(STARTED, () -> second.firstCall() != Long.MAX_VALUE);

      // Whatever is called while the second one is stopped too can only be the first one's.
      second.process().pause();
      List<MutatingCall> before = cluster.qdrant.calls();
      first.process().resume();
      assertThat(first.process().exitCode(Duration.ofSeconds(20)))
          .isEqualTo(OperatorOptions.EXIT_LOST_LEASE);
      assertThat(cluster.qdrant.calls()).as("calls of the late one").isEqualTo(before);
      second.process().resume();

      cluster.until(MOVED, () -> cluster.anyMoveIn("Succeeded"));
      assertThat(cluster.countIn(ShardKey.of("acme"), "acme")).isEqualTo(900);
      assertThat(transfers(cluster)).as("transfers").isOne();
      assertThat(cluster.qdrant.violations()).isEmpty();
      long[] ofFirst = terms("first2");
      long[] ofSecond = terms("second3");
      assertThat(LongStream.of(ofSecond).min().orElseThrow())
          .isGreaterThan(LongStream.of(ofFirst).max().orElseThrow());
      System.out.printf(
          "two leaders: taken over %d ms after the pause; the late one made no call%n",
          takeover.toMillis());
    }
  }

  private static long transfers(RealCluster cluster) {
    return cluster.qdrant.calls().stream()
        .filter(call -> call.verb().equals("replicate_points"))
        .count();
  }

  /** The terms in an operator's trail, which must be whole and whose terms must never fall. */
  private long[] terms(String operator) throws IOException {
    Path audit = directory.resolve(operator).resolve("audit");
    assertThat(AuditVerifier.verify(List.of(audit), null).fault()).isNull();
    ObjectMapper json = new ObjectMapper();
    try (Stream<Path> files = Files.walk(audit)) {
      long[] terms = files
          .filter(file -> file.toString().endsWith(".jsonl"))
          .sorted()
          .flatMap(file -> {
            try {
              return Files.readAllLines(file).stream();
            } catch (IOException e) {
              throw new java.io.UncheckedIOException(e);
            }
          })
          .mapToLong(line -> {
            try {
              return json.readTree(line).at("/data/actor/term").asLong();
            } catch (IOException e) {
              throw new java.io.UncheckedIOException(e);
            }
          })
          .toArray();
      assertThat(terms).isSorted().isNotEmpty();
      return terms;
    }
  }
}
