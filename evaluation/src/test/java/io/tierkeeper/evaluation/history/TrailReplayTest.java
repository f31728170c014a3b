package io.tierkeeper.evaluation.history;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tierkeeper.audit.AuditType;
import io.tierkeeper.audit.EventJson;
import io.tierkeeper.audit.history.AuditLine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.jspecify.annotations.NullUnmarked;

/** A trail comes out of its own content again, and of nothing else. */
@NullUnmarked
class TrailReplayTest {

  private static final int EVALUATIONS = 50;

  @Property(tries = 15, shrinking = ShrinkingMode.OFF)
  void computesEveryLineOfAnyHistoryAgainBitForBit(@ForAll long seed) throws IOException {
    ReplayReport report = replay(history(seed));
    assertThat(report.differences()).isEmpty();
    assertThat(report.notReplayable()).isEmpty();
    assertThat(report.whole()).isTrue();
    assertThat(report.decisions()).isGreaterThan(10);
    assertThat(report.measurements()).isGreaterThan(10);
  }

  @Property(tries = 15, shrinking = ShrinkingMode.OFF)
  void findsAnyNumberThatWasChanged(@ForAll long seed) throws IOException {
    Random random = new Random(seed);
    List<AuditLine> lines = new ArrayList<>(history(seed));
    List<Integer> candidates = Stream.iterate(0, i -> i + 1)
        .limit(lines.size())
        .filter(i -> lines.get(i).type() == AuditType.DECISION
            || lines.get(i).type() == AuditType.MEASUREMENT
            || lines.get(i).type() == AuditType.COMPOSITION)
        // The first Full has no tenants.
        .filter(i -> !changes(EventJson.write(lines.get(i).data())).isEmpty())
        .toList();
    int at = candidates.get(random.nextInt(candidates.size()));
    AuditLine changed = change(lines.get(at), random);
    lines.set(at, changed);
    ReplayReport report = replay(lines);
    assertThat(report.whole()).isFalse();
    assertThat(report.differences()).as("changed: %s", changed.data()).anySatisfy(difference -> {
      // A change of what a measurement was computed from shows in its digest.
      if (changed.type() == AuditType.COMPOSITION) {
        assertThat(difference.place().line()).isGreaterThanOrEqualTo(changed.line());
      } else {
        assertThat(difference.place().line()).isEqualTo(changed.line());
      }
    });
  }

  @Property(tries = 2, shrinking = ShrinkingMode.OFF)
  void namesLinesThatLackWhatTheyWereTakenFrom(@ForAll long seed) throws IOException {
    List<AuditLine> lines = history(seed).stream()
        .map(line -> {
          ObjectNode data = EventJson.write(line.data());
          if (data.path("input") instanceof ObjectNode input) {
            input.remove("measuredAt");
          }
          return with(line, data);
        })
        .toList();
    ReplayReport report = replay(lines);
    assertThat(report.reproduced()).isZero();
    assertThat(report.notReplayable()).hasSize((int) report.decisions());
    assertThat(report.notReplayable().getFirst().reason()).contains("data.input.measuredAt");
    assertThat(report.differences()).isEmpty();
  }

  @Property(tries = 5, shrinking = ShrinkingMode.OFF)
  void guessesNothingOfATrailWhoseBeginningIsElsewhere(@ForAll long seed) throws IOException {
    List<AuditLine> lines = history(seed);
    int from = 20;
    while (from + 1 < lines.size()
        && (lines.get(from).type() != AuditType.POLICY
            || lines.get(from + 1).type() == AuditType.COMPOSITION)) {
      from++;
    }
    Assume.that(from + 1 < lines.size());
    List<AuditLine> tail = lines.subList(from, lines.size());
    ReplayReport report = replay(tail);
    assertThat(report.differences()).isEmpty();
    assertThat(report.notReplayable()).isNotEmpty();
  }

  private static List<AuditLine> history(long seed) throws IOException {
    Path directory = Files.createTempDirectory("history");
    try {
      return new RandomHistory(directory, seed).play(EVALUATIONS);
    } finally {
      try (Stream<Path> files = Files.list(directory)) {
        for (Path file : files.toList()) {
          Files.delete(file);
        }
      }
      Files.delete(directory);
    }
  }

  private static ReplayReport replay(List<AuditLine> lines) {
    TrailReplay replay = new TrailReplay();
    lines.forEach(replay::take);
    return replay.report();
  }

  /** The line with one number of what was measured or decided changed by its last bit. */
  private static AuditLine change(AuditLine line, Random random) {
    ObjectNode data = EventJson.write(line.data());
    List<Runnable> changes = changes(data);
    changes.get(random.nextInt(changes.size())).run();
    return with(line, data);
  }

  private static List<Runnable> changes(ObjectNode data) {
    List<Runnable> changes = new ArrayList<>();
    for (String part : List.of("top", "summary", "composition", "observation", "gates")) {
      collect(data.path(part), changes);
    }
    return changes;
  }

  private static AuditLine with(AuditLine line, ObjectNode data) {
    return new AuditLine(
        line.file(),
        line.line(),
        line.offset(),
        line.sequence(),
        line.id(),
        line.source(),
        line.subject(),
        line.time(),
        line.entryHash(),
        line.writer(),
        line.shortened(),
        EventJson.read(line.type(), data));
  }

  private static void collect(JsonNode node, List<Runnable> changes) {
    if (node instanceof ObjectNode object) {
      for (Map.Entry<String, JsonNode> field : object.properties()) {
        if (field.getValue().isNumber()) {
          changes.add(() -> object.set(field.getKey(), next(field.getValue())));
        }
        collect(field.getValue(), changes);
      }
    } else if (node instanceof ArrayNode array) {
      for (int i = 0; i < array.size(); i++) {
        int at = i;
        if (array.get(i).isNumber()) {
          changes.add(() -> array.set(at, next(array.get(at))));
        }
        collect(array.get(i), changes);
      }
    }
  }

  private static JsonNode next(JsonNode number) {
    return number.isIntegralNumber()
        ? JsonNodeFactory.instance.numberNode(number.longValue() + 1)
        : JsonNodeFactory.instance.numberNode(Math.nextUp(number.doubleValue()));
  }
}
