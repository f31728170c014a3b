package io.tierkeeper.examples.embedding;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * Ends the process between every two steps of requests and of the worker, also a second time soon after, and finds exactly one effect of each request. The
 * caller repeats a request that got no answer, and another worker goes on when the lease has expired.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KilledAtEveryStepTest {

  /** An error, since nothing catches it on its way out: no code of the service runs after the end of its process. */
  private static final class Killed extends Error {
    private static final long serialVersionUID = 1L;
  }

  private static final int STEPS_OF_AN_ATTEMPT = 6;
  private static final String LONG = Rig.text("long", 3);
  private static final String SHORT = Rig.text("short", 1);

  private Rig rig;
  private int runs;

  @BeforeAll
  void start() throws SQLException {
    rig = Rig.start();
  }

  @AfterAll
  void stop() {
    rig.close();
  }

  @Test
  void eachStepAndEachPairOfStepsThatAreNear() throws SQLException {
    List<String> steps = run(Set.of());
    assertThat(Set.copyOf(steps))
        .containsExactlyInAnyOrder(
            "request.begun",
            "request.job-written",
            "request.outbox-written",
            "request.before-commit",
            "request.committed",
            "worker.before-claim",
            "worker.claimed",
            "worker.split",
            "worker.embedded",
            "worker.upserted",
            "worker.trimmed",
            "worker.outbox-removed",
            "worker.before-commit",
            "worker.committed");
    for (int first = 0; first < steps.size(); first++) {
      List<String> taken = run(Set.of(first));
      assertThat(taken).as("killed at %s", steps.get(first)).hasSizeGreaterThan(first);
      // Also in the attempt after the first end, at each of its first steps.
      int last = Math.min(taken.size() - 1, first + STEPS_OF_AN_ATTEMPT);
      for (int second = first + 1; second <= last; second++) {
        run(Set.of(first, second));
      }
    }
  }

  /**
   * An asset is stored with a long text and then with a short one; the process is killed at the steps of these numbers.
   *
   * @return the steps that were reached
   */
  private List<String> run(Set<Integer> kills) throws SQLException {
    List<String> steps = new ArrayList<>();
    rig.at(step -> {
      steps.add(step);
      if (kills.contains(steps.size() - 1)) {
        throw new Killed();
      }
    });
    String asset = "asset-" + runs++;
    UUID first = submitted(asset, LONG);
    work();
    UUID second = submitted(asset, SHORT);
    work();
    rig.at(Failpoint.NONE);

    String killed = kills.stream().sorted().map(steps::get).toList().toString();
    assertThat(
            rig.points("acme", "embed", asset).stream().map(point -> point.id().toString()))
        .as("killed at %s", killed)
        .containsExactlyInAnyOrderElementsOf(ids(asset, 1));
    assertThat(rig.points("acme", "embed", asset).getFirst().payload().get("text"))
        .as("killed at %s", killed)
        .isEqualTo(SHORT);
    assertThat(rig.count("SELECT COUNT(*) FROM outbox"))
        .as("killed at %s", killed)
        .isZero();
    assertThat(rig.count(
            "SELECT COUNT(*) FROM job j JOIN asset a ON a.id = j.asset_id WHERE a.name = '" + asset
                + "'"))
        .as("jobs, killed at %s", killed)
        .isEqualTo(2);
    for (UUID job : List.of(first, second)) {
      assertThat(rig.parts().jobs().find("acme", job).orElseThrow().state())
          .as("killed at %s", killed)
          .isEqualTo(JobState.SUCCEEDED);
    }
    return steps;
  }

  /** Repeats the request until it is answered. */
  private UUID submitted(String asset, String text) throws SQLException {
    while (true) {
      try {
        return rig.submit("acme", Kind.EMBED, asset, text).job().id();
      } catch (Killed e) {
        // The next attempt is the caller's, at another process.
      }
    }
  }

  private void work() throws SQLException {
    while (rig.count("SELECT COUNT(*) FROM outbox") > 0) {
      try {
        rig.worker().runOne();
      } catch (Killed e) {
        rig.letTimePass();
      }
    }
  }

  private static List<String> ids(String asset, int segments) {
    return IntStream.range(0, segments)
        .mapToObj(segment -> SegmentIndex.id("acme", "embed", asset, segment).toString())
        .toList();
  }
}
