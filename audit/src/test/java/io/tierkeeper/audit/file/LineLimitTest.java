package io.tierkeeper.audit.file;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tierkeeper.audit.ApprovalData;
import io.tierkeeper.audit.AuditEvent;
import io.tierkeeper.audit.AuditSchemas;
import io.tierkeeper.audit.AuditType;
import io.tierkeeper.audit.CompositionData;
import io.tierkeeper.audit.DecisionData;
import io.tierkeeper.audit.Durability;
import io.tierkeeper.audit.Edge;
import io.tierkeeper.audit.EventData;
import io.tierkeeper.audit.EventJson;
import io.tierkeeper.audit.ForeignMoverData;
import io.tierkeeper.audit.MovableClock;
import io.tierkeeper.audit.MoveData;
import io.tierkeeper.audit.MoveEvent;
import io.tierkeeper.audit.PauseData;
import io.tierkeeper.audit.PolicyData;
import io.tierkeeper.audit.PolicyRef;
import io.tierkeeper.audit.ResourceRef;
import io.tierkeeper.audit.SampleTrail;
import io.tierkeeper.audit.chain.HashChain;
import io.tierkeeper.audit.history.AuditLine;
import io.tierkeeper.audit.history.TrailHistory;
import io.tierkeeper.audit.verify.AuditVerifier;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** No line is longer than a container runtime passes on, whatever an event contains. */
class LineLimitTest {

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final ResourceRef OBJECT =
      new ResourceRef("TierMove", "n".repeat(63), "m".repeat(253), "u".repeat(36), 1);
  private static final PolicyRef POLICY =
      new PolicyRef("p".repeat(253), Long.MAX_VALUE, "sha256:" + "ab".repeat(32));
  private static final AuditStream LONGEST = AuditStream.of("n".repeat(63), "c".repeat(253));

  @TempDir
  @SuppressWarnings("NullAway.Init")
  Path directory;

  /** Of each character that JSON or the file may write in another way. */
  private static String text(Random random, int most) {
    int length = random.nextInt(most + 1);
    StringBuilder text = new StringBuilder("x");
    String[] pieces = {"a", "\"", "\\", "\n", "\u202e", "\u00e4", "\u6f22", "\ud83d\ude00", "\ud83d"
    };
    while (text.length() < length) {
      text.append(pieces[random.nextInt(pieces.length)]);
    }
    return text.toString();
  }

  private static JsonNode json(Random random, int depth) {
    return switch (random.nextInt(depth > 6 ? 2 : 5)) {
      case 0 -> JSON.textNode(text(random, random.nextInt(4) == 0 ? 60_000 : 40));
      case 1 -> JSON.numberNode(random.nextLong());
      case 2, 3 -> {
        ArrayNode array = JSON.arrayNode();
        for (int i = random.nextInt(random.nextInt(10) == 0 ? 2_000 : 12); i > 0; i--) {
          array.add(depth < 2 ? json(random, depth + 3) : JSON.textNode(text(random, 30)));
        }
        yield array;
      }
      default -> {
        ObjectNode object = JSON.objectNode();
        for (int i = random.nextInt(12); i > 0; i--) {
          // The validator of the schemas cannot read a name with half a pair of characters.
          object.set(text(random, 300).replaceAll("\\p{Cs}", ""), json(random, depth + 2));
        }
        yield object;
      }
    };
  }

  private static List<String> texts(Random random, int mostTexts, int mostCharacters) {
    return Stream.generate(() -> text(random, mostCharacters))
        .limit(random.nextInt(mostTexts))
        .toList();
  }

  private static EventData data(Random random, String tenant) {
    return switch (random.nextInt(7)) {
      case 0 ->
        new MoveData(
            OBJECT,
            MoveEvent.STEP_DONE,
            OBJECT.name(),
            tenant,
            "Promote",
            text(random, 63),
            1,
            json(random, 0),
            json(random, 0),
            1L,
            Map.of("points", 3L));
      case 1 ->
        new ApprovalData(
            OBJECT,
            new ApprovalData.Approval(
                OBJECT.name(),
                POLICY.hash(),
                text(random, 3_000),
                "Git",
                null,
                text(random, 30_000)));
      case 2 ->
        new PauseData(
            OBJECT,
            new PauseData.Pause(
                Edge.BEGAN,
                text(random, 3_000),
                text(random, 9_000),
                Instant.MAX,
                List.of("Demote")));
      case 3 ->
        new ForeignMoverData(
            OBJECT,
            new ForeignMoverData.ForeignMover(
                Edge.BEGAN, text(random, 30_000), texts(random, 500, 253)));
      case 4 -> decision(random, tenant);
      case 5 ->
        new PolicyData(OBJECT, POLICY, null, JSON.objectNode().set("mode", json(random, 2)), null);
      default ->
        new CompositionData(
            OBJECT,
            "set",
            CompositionData.Form.DELTA,
            1,
            1,
            CompositionData.Columns.of(List.of(new CompositionData.Row(
                tenant, "Fallback", Long.MAX_VALUE, 0.1, Map.of(), null, null, null))),
            List.of());
    };
  }

  private static DecisionData decision(Random random, String tenant) {
    List<DecisionData.Gate> gates = new ArrayList<>();
    for (int i = random.nextInt(60); i > 0; i--) {
      gates.add(DecisionData.Gate.ofWords(
          "Gate" + i, text(random, 900), text(random, 900), false, Instant.EPOCH));
    }
    DecisionData sample = (DecisionData) SampleTrail.event(1, tenant).data();
    return new DecisionData(
        OBJECT,
        POLICY,
        sample.mode(),
        sample.observation(),
        gates,
        sample.decision(),
        new DecisionData.HufTrace(
            tenant + "/id=" + tenant,
            List.of("Qdrant", "collection=" + tenant, "tenant=" + tenant, "shard_key=" + tenant),
            0.1,
            "qdrant://" + tenant,
            text(random, 20_000),
            0),
        null);
  }

  @Property(tries = 25, shrinking = ShrinkingMode.OFF)
  void holdsForAnyEvent(@ForAll long seed) throws Exception {
    Random random = new Random(seed);
    Path here = Files.createTempDirectory("limit");
    List<EventData> written = new ArrayList<>();
    Path file;
    try (JsonlAuditLog log = JsonlAuditLog.open(
        here,
        LONGEST,
        new AuditWriter("v".repeat(60), "i".repeat(253), 7),
        new MovableClock(SampleTrail.START),
        SampleTrail.OPTIONS)) {
      for (int k = 0; k < 3; k++) {
        String tenant = text(random, 255);
        EventData data = data(random, tenant);
        written.add(data);
        log.append(
            new AuditEvent("id-" + k, "tenant/" + tenant, SampleTrail.START, data),
            Durability.GROUPED);
      }
      file = log.currentFile();
    }
    AuditSchemas.assertAllValid(here);
    assertThat(AuditVerifier.verify(List.of(here), null).ok()).isTrue();
    for (String line : Files.readAllLines(file)) {
      JsonNode event = MAPPER.readTree(line);
      if (event.path("id").asText().startsWith("id-")) {
        EventData data =
            written.get(Integer.parseInt(event.path("id").asText().substring("id-".length())));
        assertTells(event.path("data"), EventJson.write(data));
      }
    }
    Files.delete(file);
    Files.delete(here);
  }

  /** A line that lacks something names it, with the hash of what it was; one that names nothing lacks nothing. */
  private static void assertTells(JsonNode line, ObjectNode whole) throws IOException {
    ObjectNode rest = line.deepCopy();
    rest.remove(List.of("actor", "shortened"));
    if (!line.has("shortened")) {
      // As it is read back: half a pair of characters has no form in a file.
      assertThat(rest).isEqualTo(MAPPER.readTree(MAPPER.writeValueAsBytes(whole)));
      return;
    }
    assertThat(line.path("shortened")).isNotEmpty();
    for (JsonNode part : line.path("shortened")) {
      String at = part.path("at").asText();
      if (!at.endsWith("…")) {
        byte[] bytes = whole.at(at).toString().getBytes(StandardCharsets.UTF_8);
        assertThat(part.path("bytes").asInt()).isEqualTo(bytes.length);
        assertThat(part.path("sha256").asText()).isEqualTo(HashChain.sha256Hex(bytes));
      }
    }
  }

  @Test
  void leavesOutNothingOfALineThatFits() throws IOException {
    Path file;
    try (JsonlAuditLog log = SampleTrail.open(directory, new MovableClock(SampleTrail.START))) {
      for (int k = 0; k < 7; k++) {
        log.append(SampleTrail.event(k), Durability.GROUPED);
      }
      file = log.currentFile();
    }
    assertThat(Files.readString(file)).doesNotContain("shortened");
    try (Stream<AuditLine> lines = TrailHistory.of(List.of(file)).lines()) {
      assertThat(lines).noneMatch(AuditLine::shortened);
    }
  }

  @Test
  void readsAPolicyAgainThatTookSeveralLines() throws IOException {
    ObjectNode spec = JSON.objectNode();
    ArrayNode terms = spec.putArray("penaltyTerms");
    for (int i = 0; i < 400; i++) {
      terms.addObject().put("name", "term \"" + i + "\"").put("label", "l".repeat(63));
    }
    PolicyData policy = new PolicyData(OBJECT, POLICY, null, spec);
    List<PolicyData> pieces = policy.inPieces();
    assertThat(pieces).hasSizeGreaterThan(3);
    try (JsonlAuditLog log = SampleTrail.open(directory, new MovableClock(SampleTrail.START))) {
      for (int i = 0; i < pieces.size(); i++) {
        log.append(
            new AuditEvent("policy-" + i, "policy/p", SampleTrail.START, pieces.get(i)),
            Durability.GROUPED);
        log.append(SampleTrail.event(i), Durability.GROUPED);
      }
    }
    AuditSchemas.assertAllValid(directory);
    try (Stream<AuditLine> lines = TrailHistory.of(List.of(directory)).lines()) {
      assertThat(lines)
          .filteredOn(line -> line.type() == AuditType.POLICY)
          .filteredOn(line -> line.id().startsWith("policy-"))
          .singleElement()
          .satisfies(line -> assertThat(line.data()).isEqualTo(policy));
    }
  }

  @Test
  void cutsTheListOfVeryManyTexts() throws IOException {
    List<String> moves = Collections.nCopies(5_000, "m".repeat(1_500));
    try (JsonlAuditLog log = SampleTrail.open(directory, new MovableClock(SampleTrail.START))) {
      log.append(
          new AuditEvent(
              "id",
              "collection/kb",
              SampleTrail.START,
              new ForeignMoverData(
                  OBJECT, new ForeignMoverData.ForeignMover(Edge.BEGAN, "shard 3", moves))),
          Durability.GROUPED);
    }
    AuditSchemas.assertAllValid(directory);
    try (Stream<AuditLine> lines = TrailHistory.of(List.of(directory)).lines()) {
      assertThat(lines).singleElement().matches(AuditLine::shortened);
    }
  }
}
