package io.tierkeeper.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import io.tierkeeper.api.v1alpha1.TenantTier;
import io.tierkeeper.api.v1alpha1.TierMove;
import io.tierkeeper.api.v1alpha1.TierMoveStatus;
import io.tierkeeper.api.v1alpha1.TierPolicy;
import io.tierkeeper.api.v1alpha1.TieredCollectionStatus;
import io.tierkeeper.audit.MeasurementData;
import io.tierkeeper.audit.MoveData;
import io.tierkeeper.audit.MoveEvent;
import io.tierkeeper.audit.history.AuditLine;
import io.tierkeeper.audit.history.TrailHistory;
import io.tierkeeper.evaluation.history.TrailReplay;
import io.tierkeeper.lab.qdrant.emulator.EmulatorOptions;
import io.tierkeeper.lab.qdrant.emulator.cluster.TransferOptions;
import io.tierkeeper.lab.testbed.KubernetesBackends;
import io.tierkeeper.operator.config.OperatorOptions;
import io.tierkeeper.operator.config.Pace;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tier, penalty and step of a tenant that moves go forward only: in a promotion that places a replica on another peer after the
 * switch and an operator that is restarted meanwhile, and in the demotion after it.
 */
@NullUnmarked
class MoveCourseIT {

  private static final Duration MOVED = Duration.ofSeconds(90);

  @TempDir
  Path directory;

  private OperatorWorld world;
  private final List<String> shown = new CopyOnWriteArrayList<>();

  @BeforeEach
  void start() {
    world = new OperatorWorld(
        directory,
        KubernetesBackends.realest(),
        EmulatorOptions.defaults()
            .withTransfers(TransferOptions.defaults().withPreparation(Duration.ofMillis(1_500))));
    world.write("acme", 300);
    for (int i = 0; i < 10; i++) {
      world.write("small" + i, 20);
    }
    world.applyPolicy("Auto");
    world.merge(
        TierPolicy.class,
        "brisk",
        "{\"spec\":{\"approval\":{\"required\":[]},\"dedicated\":{\"replicationFactor\":2,\"placement\":\"LeastLoaded\"}}}");
    world.applyCollection("brisk", "");
    world.applyTenant("kb-acme", "acme", "tier: Dedicated");
  }

  @AfterEach
  void stop() {
    assertThat(world.qdrant.violations()).isEmpty();
    world.close();
  }

  @Test
  void goesForwardOnlyWhileReplicasArePlacedAndTheOperatorIsRestarted() throws IOException {
    try (TierkeeperOperator operator = operator()) {
      assertThat(operator.leading()).isTrue();
      await().atMost(MOVED).pollInterval(Duration.ofMillis(20)).until(() -> at("Place"));
    }
    int before = lines("io.tierkeeper.measurement.v1");
    // Shares shift, which the coherence shows.
    world.write("small0", 60);
    try (TierkeeperOperator operator = operator()) {
      await()
          .atMost(MOVED)
          .pollInterval(Duration.ofMillis(20))
          .until(() -> at("Done") && ended("Promote"));
      assertThat(lines("io.tierkeeper.measurement.v1")).isGreaterThan(before);
      world.merge(TenantTier.class, "kb-acme", "{\"spec\":{\"tier\":\"Fallback\"}}");
      await()
          .atMost(MOVED)
          .pollInterval(Duration.ofMillis(20))
          .until(() -> at("Done") && ended("Demote"));
      await().atMost(MOVED).until(() -> world.tier("kb-acme").equals("Fallback"));
      assertThat(operator.leading()).isTrue();
    }
    Map<String, List<String>> courses = courses();
    // On a busy machine an evaluation may miss the first of them.
    assertThat(List.of("Promoting 0.15", "Dedicated 0.0"))
        .as("tiers and penalties during the promotion")
        .containsSubsequence(courses.get("Promote"));
    assertThat(List.of("Demoting 0.1", "Fallback 0.1"))
        .as("tiers and penalties during the demotion")
        .containsSubsequence(courses.get("Demote"));
    assertThat(courses.get("Promote steps"))
        .contains("Place", "Verify", "DeleteSource")
        .doesNotHaveDuplicates();
    assertThat(courses.get("Demote steps"))
        .contains("Freeze", "Merge", "DeleteDedicated")
        .doesNotHaveDuplicates();
    assertThat(courses.get("cutovers")).containsExactly("Promote", "Demote");
    for (String direction : List.of("Promote ", "Demote ")) {
      assertThat(shown.stream()
              .filter(step -> step.startsWith(direction))
              .map(step -> Integer.valueOf(step.split(" ", -1)[1]))
              .toList())
          .as("steps in the status: %s", shown)
          .hasSizeGreaterThan(3)
          .isSorted();
    }
    coherenceContinuesAcrossTheRestart();
    TrailReplay replay = new TrailReplay();
    try (Stream<AuditLine> lines = TrailHistory.of(List.of(directory)).lines()) {
      lines.forEach(replay::take);
    }
    assertThat(replay.report().differences()).isEmpty();
    assertThat(replay.report().whole()).as("%s", replay.report()).isTrue();
  }

  /** The window of a restarted operator begins with what the trail has of it. */
  private void coherenceContinuesAcrossTheRestart() throws IOException {
    List<MeasurementData> measured = new ArrayList<>();
    try (Stream<AuditLine> lines = TrailHistory.of(List.of(directory)).lines()) {
      lines.forEach(line -> {
        if (line.data() instanceof MeasurementData data) {
          measured.add(data);
        }
      });
    }
    double product = measured.stream()
        .mapToDouble(data -> data.summary().coherence())
        .reduce(1, (one, other) -> one * other);
    MeasurementData last = measured.getLast();
    assertThat(last.summary().coherence24h()).isCloseTo(product, within(1e-12)).isLessThan(1);
    assertThat(last.summary().coherence1h()).isCloseTo(product, within(1e-12));
    assertThat(last.summary().warmMass()).isEqualTo(1.0);
    assertThat(last.summary().hotMass()).isZero();
    assertThat(measured).anyMatch(data -> data.summary().hotMass() > 0.5);
    TieredCollectionStatus.Summary status =
        world.collection().orElseThrow().getStatus().summary();
    assertThat(status.points()).isEqualTo(last.totalPoints());
    assertThat(Double.parseDouble(status.coherence24h())).isCloseTo(product, within(1e-6));
    assertThat(Double.parseDouble(status.coherence1h())).isCloseTo(product, within(1e-6));
    assertThat(Double.parseDouble(status.warmMass())).isCloseTo(1, within(1e-6));
    assertThat(Double.parseDouble(status.hotMass())).isZero();
  }

  private TierkeeperOperator operator() {
    OperatorOptions options = world.options();
    return TierkeeperOperator.start(
        world.account,
        options.withPace(Pace.brisk()
            .withEvaluateEvery(Duration.ofMillis(200))
            .withSettle(Duration.ofMillis(300))));
  }

  /** Whether the open move shows this step; notes which step the status shows. */
  private boolean at(String step) {
    boolean found = false;
    for (TierMove move : world.moves()) {
      TierMoveStatus.Step now =
          move.getStatus() == null ? null : move.getStatus().step();
      if (now != null) {
        String text = move.getSpec().direction() + " " + now.index() + " " + now.name();
        if (!shown.contains(text)) {
          shown.add(text);
        }
        found |= step.equals(now.name());
      }
    }
    return found;
  }

  private boolean ended(String direction) {
    return world.moves().stream()
        .anyMatch(move -> direction.equals(String.valueOf(move.getSpec().direction()))
            && move.getStatus() != null
            && "Succeeded".equals(move.getStatus().phase()));
  }

  private int lines(String type) throws IOException {
    try (Stream<AuditLine> lines = TrailHistory.of(List.of(directory)).lines()) {
      return (int)
          lines.filter(line -> line.data().type().eventType().equals(type)).count();
    }
  }

  /** From the start of each move to its end, without repetitions: tiers of the tenant by direction, steps, and cut-overs. */
  private Map<String, List<String>> courses() throws IOException {
    Map<String, List<String>> courses = new LinkedHashMap<>();
    String[] open = {null};
    try (Stream<AuditLine> lines = TrailHistory.of(List.of(directory)).lines()) {
      lines.forEach(line -> {
        if (line.data() instanceof MoveData move) {
          open[0] = move.event() == MoveEvent.STARTED
              ? move.direction()
              : move.event() == MoveEvent.FINISHED ? null : open[0];
          if (open[0] != null) {
            add(courses, move.direction() + " steps", Objects.requireNonNull(move.step()));
          }
          if (move.event() == MoveEvent.CUTOVER) {
            add(courses, "cutovers", move.direction());
          }
        } else if (line.data() instanceof MeasurementData measured && open[0] != null) {
          int at = measured.top().tenants().indexOf("acme");
          add(
              courses,
              open[0],
              measured.top().tiers().get(at) + " " + measured.top().penalty().get(at));
        }
      });
    }
    return courses;
  }

  private static void add(Map<String, List<String>> courses, String of, String next) {
    List<String> course = courses.computeIfAbsent(of, key -> new ArrayList<>());
    if (course.isEmpty() || !course.getLast().equals(next)) {
      course.add(next);
    }
  }
}
