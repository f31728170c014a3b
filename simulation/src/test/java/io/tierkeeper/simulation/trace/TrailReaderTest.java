package io.tierkeeper.simulation.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tierkeeper.audit.AuditType;
import io.tierkeeper.audit.EventJson;
import io.tierkeeper.audit.file.AuditWriter;
import io.tierkeeper.audit.history.AuditLine;
import io.tierkeeper.governance.decision.Direction;
import io.tierkeeper.launcher.UsageException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrailReaderTest {
  private static final String OBJECT =
      "object: {kind: 'TieredCollection', namespace: 'data', name: 'kb', uid: 'u', generation: 1}";
  private static final String POLICY =
      "policy: {name: 'standard', generation: 1, hash: 'sha256:ab'}";
  private static final String QUARTERLY = "{" + OBJECT + ", " + POLICY
      + ", spec: {promote: {aboveShare: '0.2'}, schedule: {evaluate: '*/15 * * * *', timeZone: 'UTC'}}}";

  private final ObjectMapper lenient = new ObjectMapper()
      .configure(com.fasterxml.jackson.core.JsonParser.Feature.ALLOW_UNQUOTED_FIELD_NAMES, true)
      .configure(com.fasterxml.jackson.core.JsonParser.Feature.ALLOW_SINGLE_QUOTES, true);
  private int number;

  private AuditLine line(AuditType type, String time, String data) {
    try {
      number++;
      return new AuditLine(
          Path.of("a.jsonl"),
          number,
          0,
          number,
          "id" + number,
          "/namespaces/data/tieredcollections/kb",
          "collection",
          Instant.parse("2026-03-01T" + time + "Z"),
          "",
          new AuditWriter("test", "pod", 1),
          false,
          EventJson.read(type, (ObjectNode) lenient.readTree(data)));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }

  /** A measurement, and all tenants that it was computed from. */
  private List<AuditLine> measured(String time, String tenants, String points, String tiers) {
    return List.of(
        line(
            AuditType.COMPOSITION,
            time,
            "{" + OBJECT + ", set: '" + time + "', form: 'Full', part: 1, parts: 1,"
                + " composition: {tenants: [" + tenants + "], contribution: [" + points
                + "], points: [" + points + "], tiers: [" + tiers + "], dampedMass: "
                + repeated(tenants, "0") + ", windows: " + repeated(tenants, "''")
                + ", samples: " + repeated(tenants, "1") + "}}"),
        line(
            AuditType.MEASUREMENT,
            time,
            "{" + OBJECT + ", " + POLICY + ", collection: 'c', metric: 'Points', totalPoints: 0,"
                + " tenantCount: 1, parts: 0, measurements: 1, digest: 'sha256:ab', summary:"
                + " {coherence: 1, effectiveTenants: 1, tenantsToCover90: 1, discardedBudget: 0},"
                + " top: {tenants: [], tiers: [], points: [], observedMass: [], dampedMass: [],"
                + " alphaStar: [], penalty: []}}"));
  }

  private static String repeated(String tenants, String value) {
    return "[" + (value + ", ").repeat(tenants.split(",").length - 1) + value + "]";
  }

  private AuditLine move(String time, String event, String direction) {
    return line(
        AuditType.MOVE,
        time,
        "{" + OBJECT + ", move: 'm', tenant: 'b', event: '" + event + "', direction: '" + direction
            + "', attempt: 1}");
  }

  private static List<AuditLine> line(AuditLine line) {
    return List.of(line);
  }

  @SafeVarargs
  private static RecordedTrail read(int most, List<AuditLine>... lines) {
    TrailReader reader = new TrailReader(OptionalDouble.empty(), most);
    for (List<AuditLine> some : lines) {
      some.forEach(reader::take);
    }
    return reader.trails().getFirst();
  }

  private List<AuditLine> aMove() {
    return Stream.of(
            line(line(AuditType.POLICY, "10:00:00", QUARTERLY)),
            measured(
                "10:00:00",
                "'a', 'b', 'tierkeeper/others'",
                "10, 30, 60",
                "'Dedicated', 'Fallback', 'Fallback'"),
            line(move("10:20:00", "started", "Promote")),
            measured(
                "10:20:30",
                "'a', 'b', 'tierkeeper/others'",
                "10, 40, 60",
                "'Dedicated', 'Dedicated', 'Fallback'"),
            line(move("10:21:00", "cutover", "Promote")),
            line(move("10:25:00", "finished", "Promote")),
            measured(
                "10:45:00",
                "'b', 'c', 'tierkeeper/others'",
                "50, 5, 60",
                "'Dedicated', 'Fallback', 'Fallback'"),
            line(line(AuditType.CHECKPOINT, "10:50:00", "{checkpoint: {size: 6, headHash: 'h'}}")))
        .flatMap(List::stream)
        .toList();
  }

  @Test
  void tellsWhatEachTenantBroughtAndTheTurnsAtWhichNothingChanged() {
    RecordedTrail trail = read(9, aMove());
    Trace trace = trail.trace(1);
    Timeline timeline = trace.timeline();
    assertThat(trail.name()).isEqualTo("data/kb");
    assertThat(trail.promotionShare()).isEqualTo(0.2);
    assertThat(trace.tenants()).containsExactly("a", "b", "c");
    assertThat(IntStream.rangeClosed(0, timeline.steps()).mapToObj(timeline::at))
        .extracting(at -> at.toString().substring(11, 19))
        .containsExactly(
            "10:00:00", "10:15:00", "10:20:30", "10:25:00", "10:30:00", "10:45:00", "10:50:00");
    double[] points = new double[4];
    trace.truth(1, new boolean[3], points);
    assertThat(points).containsExactly(10, 30, 0, 60);
    trace.truth(5, new boolean[3], points);
    assertThat(points).containsExactly(0, 50, 5, 60);
    assertThat(trace.measured(5, points, new boolean[3], new double[4])).isTrue();
  }

  @Test
  void tellsWhereTenantsWereByHowMovesEnded() {
    RecordedTrail trail = read(9, aMove());
    assertThat(trail.trace(1).startsDedicated(0)).isTrue();
    assertThat(trail.trace(1).startsDedicated(1)).isFalse();
    assertThat(trail.dedicated(2)).as("still at work").containsExactly(true, false, false);
    assertThat(trail.dedicated(3)).containsExactly(true, true, false);
    assertThat(trail.dedicated(5)).as("a has vanished").containsExactly(false, true, false);
    assertThat(trail.trace(1).moveTime(Direction.PROMOTE)).isEqualTo(Duration.ofMinutes(1));
  }

  @Test
  void letsOnlyTheBiggestMoveAndKeepsTheOthersInTheTotal() {
    Trace trace = read(1, aMove()).trace(1);
    assertThat(trace.tenants()).containsExactly("b");
    double[] points = new double[2];
    trace.truth(0, new boolean[1], points);
    assertThat(points).containsExactly(30, 70);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'Limbo'|10|a.jsonl line 3: the tier of tenant a is 'Limbo'; allowed is Fallback, Promoting",
        "'Fallback'|-3|a.jsonl line 3: the contribution of tenant a is '-3'; allowed is",
        "'Fallback'||a.jsonl line 2: data.composition.points[0] is missing; allowed is as many",
      })
  void namesFileLineFieldValueAndWhatIsAllowed(
      String tier, @Nullable String points, String message) {
    assertThatThrownBy(() -> read(
            9,
            line(line(AuditType.POLICY, "10:00:00", QUARTERLY)),
            measured("10:00:00", "'a'", points == null ? "" : points, tier)))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith(message);
  }

  @Test
  void refusesATrailThatIsNoTrace() {
    assertThatThrownBy(() -> read(9, line(line(AuditType.POLICY, "10:00:00", QUARTERLY))))
        .hasMessageContaining("holds no measurement");
    assertThatThrownBy(() -> read(
            9,
            line(line(AuditType.POLICY, "10:00:00", QUARTERLY)),
            measured("10:00:00", "'a'", "10", "'Fallback'")))
        .hasMessageContaining("all of it is of one instant");
    assertThatThrownBy(() -> read(
            9,
            measured("10:00:00", "'a'", "10", "'Fallback'"),
            measured("10:01:00", "'a'", "11", "'Fallback'")))
        .hasMessageContaining("--promotion-share");
  }
}
