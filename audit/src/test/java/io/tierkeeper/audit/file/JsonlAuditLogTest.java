package io.tierkeeper.audit.file;

import static io.tierkeeper.audit.SampleTrail.OPTIONS;
import static io.tierkeeper.audit.SampleTrail.START;
import static io.tierkeeper.audit.SampleTrail.STREAM;
import static io.tierkeeper.audit.SampleTrail.WRITER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tierkeeper.audit.AuditEvent;
import io.tierkeeper.audit.AuditReceipt;
import io.tierkeeper.audit.AuditSchemas;
import io.tierkeeper.audit.AuditType;
import io.tierkeeper.audit.AuditUnavailableException;
import io.tierkeeper.audit.Durability;
import io.tierkeeper.audit.EventData;
import io.tierkeeper.audit.EventJson;
import io.tierkeeper.audit.MovableClock;
import io.tierkeeper.audit.SampleTrail;
import io.tierkeeper.audit.UnreadableData;
import io.tierkeeper.audit.chain.AuditCheckpoint;
import io.tierkeeper.audit.chain.AuditFault;
import io.tierkeeper.audit.chain.AuditHead;
import io.tierkeeper.audit.chain.LineForm;
import io.tierkeeper.audit.history.AuditLine;
import io.tierkeeper.audit.history.TrailHistory;
import io.tierkeeper.audit.verify.AuditReport;
import io.tierkeeper.audit.verify.AuditVerifier;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JsonlAuditLogTest {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  @TempDir
  Path directory;

  private final MovableClock clock = new MovableClock(START);

  @AfterEach
  void everyLineFitsItsSchema() throws IOException {
    AuditSchemas.assertAllValid(directory);
  }

  @Test
  void chainsLinesByTheFormulaOfTheSpecification() throws Exception {
    try (JsonlAuditLog log = open(OPTIONS)) {
      for (int k = 0; k < 7; k++) {
        log.append(SampleTrail.event(k), Durability.BEFORE_MUTATION);
      }
      String prevHash = "sha256:" + "0".repeat(64);
      long sequence = 1;
      for (String line : Files.readAllLines(log.currentFile())) {
        ObjectNode event = (ObjectNode) MAPPER.readTree(line);
        assertThat(event.get("prevhash").asText()).isEqualTo(prevHash);
        assertThat(event.get("sequence").asText()).isEqualTo("%020d".formatted(sequence++));
        String entryHash = event.get("entryhash").asText();
        assertThat(line)
            .endsWith(",\"prevhash\":\"" + prevHash + "\",\"entryhash\":\"" + entryHash + "\"}");
        String hashed = line.substring(0, line.lastIndexOf(",\"entryhash\""));
        byte[] digest =
            MessageDigest.getInstance("SHA-256").digest(hashed.getBytes(StandardCharsets.UTF_8));
        assertThat(entryHash).isEqualTo("sha256:" + HexFormat.of().formatHex(digest));
        prevHash = entryHash;
      }
      assertThat(log.head()).isEqualTo(new AuditHead(7, prevHash));
    }
  }

  @Test
  void addsWhoWroteIt() throws IOException {
    try (JsonlAuditLog log = open(OPTIONS)) {
      log.append(SampleTrail.event(1), Durability.BEFORE_MUTATION);
      JsonNode line = MAPPER.readTree(Files.readAllLines(log.currentFile()).getFirst());
      assertThat(line.at("/data/actor").toString())
          .isEqualTo(
              "{\"kind\":\"Operator\",\"version\":\"0.1.0\",\"instance\":\"pod-abc\",\"term\":7}");
      assertThat(line.at("/source").asText()).isEqualTo("/namespaces/data/tieredcollections/kb");
      assertThat(line.at("/time").asText()).isEqualTo("2026-11-21T00:50:00.124Z");
    }
  }

  @Test
  void appendsNothingForAKnownIdAlsoAfterARestart() throws IOException {
    AuditReceipt first;
    try (JsonlAuditLog log = open(OPTIONS)) {
      first = log.append(SampleTrail.event(3), Durability.BEFORE_MUTATION);
      assertThat(first.alreadyPresent()).isFalse();
      assertThat(log.append(SampleTrail.event(3), Durability.BEFORE_MUTATION))
          .isEqualTo(new AuditReceipt(1, first.entryHash(), true));
      assertThat(log.head().sequence()).isEqualTo(1);
    }
    try (JsonlAuditLog log = open(OPTIONS)) {
      assertThat(log.append(SampleTrail.event(3), Durability.BEFORE_MUTATION))
          .isEqualTo(new AuditReceipt(1, first.entryHash(), true));
      assertThat(typesIn(log.currentFile())).containsExactly(AuditType.MOVE, AuditType.GAP);
    }
  }

  @Test
  void remembersOnlySoManyIds() {
    try (JsonlAuditLog log = open(OPTIONS.withRememberedIds(2))) {
      for (int k = 0; k < 3; k++) {
        log.append(SampleTrail.event(k), Durability.GROUPED);
      }
      assertThat(log.append(SampleTrail.event(2), Durability.GROUPED).alreadyPresent())
          .isTrue();
      assertThat(log.append(SampleTrail.event(0), Durability.GROUPED).alreadyPresent())
          .isFalse();
    }
  }

  @Test
  void rotatesBySizeAndGoesOnWithTheChain() throws IOException {
    try (JsonlAuditLog log = open(OPTIONS.rotating(4_000, false))) {
      for (int k = 0; k < 30; k++) {
        log.append(SampleTrail.event(k), Durability.GROUPED);
      }
    }
    try (JsonlAuditLog log = open(OPTIONS.rotating(4_000, false))) {
      log.append(SampleTrail.event(30), Durability.GROUPED);
    }
    List<String> names = names();
    assertThat(names).hasSizeGreaterThan(4).contains(STREAM.fileStem() + ".jsonl");
    assertThat(names).anyMatch(name -> name.endsWith(".00000000000000000001.jsonl"));
    AuditReport report = verify();
    assertThat(report.fault()).isNull();
    assertThat(report.lines()).isEqualTo(31 + names.size() - 1 + 1);
    Path current = directory.resolve(STREAM.fileStem() + ".jsonl");
    AuditReport alone = AuditVerifier.verify(List.of(current), null);
    assertThat(alone.ok()).isTrue();
    assertThat(alone.firstSequence()).isGreaterThan(1);
    Files.delete(directory.resolve(names.get(2)));
    assertThat(verify().fault()).extracting(AuditFault::kind).isEqualTo(AuditFault.Kind.DROPPED);
  }

  @Test
  void namesTheFirstLineOfALaterFileWhenItIsRemoved() throws IOException {
    try (JsonlAuditLog log = open(OPTIONS.rotating(4_000, false))) {
      for (int k = 0; k < 10; k++) {
        log.append(SampleTrail.event(k), Durability.GROUPED);
      }
      List<String> lines = Files.readAllLines(log.currentFile());
      assertThat(lines.getFirst()).contains("\"opensSegment\":true");
      Files.write(log.currentFile(), lines.subList(1, lines.size()));
      AuditReport report = AuditVerifier.verify(List.of(log.currentFile()), null);
      assertThat(report.fault()).extracting(AuditFault::kind).isEqualTo(AuditFault.Kind.DROPPED);
    }
  }

  @Test
  void rotatesAtTheFirstLineOfAnotherDay() throws IOException {
    try (JsonlAuditLog log = open(OPTIONS)) {
      log.append(SampleTrail.event(0), Durability.GROUPED);
      clock.move(Duration.ofHours(23).plusMinutes(9));
      log.append(SampleTrail.event(1), Durability.GROUPED);
      assertThat(names()).hasSize(1);
      clock.move(Duration.ofMinutes(1));
      log.append(SampleTrail.event(2), Durability.GROUPED);
      assertThat(names()).hasSize(2);
    }
    assertThat(verify().ok()).isTrue();
  }

  @Test
  void writesCheckpointsByLinesAndByTime() throws IOException {
    try (JsonlAuditLog log = open(OPTIONS.checkpointing(3, Duration.ofMinutes(10)))) {
      assertThat(log.lastCheckpoint()).isEmpty();
      for (int k = 0; k < 3; k++) {
        log.append(SampleTrail.event(k), Durability.GROUPED);
      }
      Optional<AuditCheckpoint> first = log.lastCheckpoint();
      assertThat(first).map(AuditCheckpoint::size).contains(3L);
      log.append(SampleTrail.event(3), Durability.GROUPED);
      clock.move(Duration.ofMinutes(10));
      log.tick();
      assertThat(log.lastCheckpoint()).map(AuditCheckpoint::size).contains(5L);
      clock.move(Duration.ofMinutes(10));
      log.tick();
      assertThat(log.lastCheckpoint())
          .as("none without new lines")
          .map(AuditCheckpoint::size)
          .contains(5L);
      assertThat(AuditVerifier.verify(List.of(directory), first.orElseThrow()).ok())
          .isTrue();
      assertThat(typesIn(log.currentFile()))
          .filteredOn(AuditType.CHECKPOINT::equals)
          .hasSize(2);
    }
  }

  @Test
  void tellsOfAClockThatJumpedBack() throws IOException {
    try (JsonlAuditLog log = open(OPTIONS)) {
      log.append(SampleTrail.event(0), Durability.GROUPED);
      clock.move(Duration.ofSeconds(-1));
      log.append(SampleTrail.event(1), Durability.GROUPED);
      clock.move(Duration.ofSeconds(-5));
      log.append(SampleTrail.event(2), Durability.GROUPED);
      assertThat(Files.readAllLines(log.currentFile()))
          .hasSize(4)
          .element(2)
          .asString()
          .contains("\"reason\":\"ClockJump\"");
    }
  }

  @Test
  void copiesEachLineForLogShippers() throws IOException {
    ByteArrayOutputStream copy = new ByteArrayOutputStream();
    try (JsonlAuditLog log =
        open(OPTIONS.withCopy(new PrintStream(copy, false, StandardCharsets.UTF_8)))) {
      log.append(SampleTrail.event(0, "a\u202eb"), Durability.GROUPED);
      log.append(SampleTrail.event(1), Durability.GROUPED);
      assertThat(copy.toByteArray()).isEqualTo(Files.readAllBytes(log.currentFile()));
    }
  }

  @Test
  void refusesToOpenAfterANewerTerm() {
    open(OPTIONS).close();
    try (JsonlAuditLog newer = JsonlAuditLog.open(
        directory, STREAM, new AuditWriter("0.1.0", "pod-new", 8), clock, OPTIONS)) {
      newer.append(SampleTrail.event(0), Durability.BEFORE_MUTATION);
    }
    assertThatThrownBy(() -> open(OPTIONS))
        .isInstanceOf(AuditUnavailableException.class)
        .hasMessageContaining("term 8")
        .hasMessageContaining("term 7");
  }

  @Test
  void stopsADeposedLeaderThatStillWrites() throws IOException {
    try (JsonlAuditLog old = open(OPTIONS)) {
      old.append(SampleTrail.event(0), Durability.BEFORE_MUTATION);
      try (JsonlAuditLog next = JsonlAuditLog.open(
          directory, STREAM, new AuditWriter("0.1.0", "pod-new", 8), clock, OPTIONS)) {
        assertThatThrownBy(() -> old.append(SampleTrail.event(1), Durability.BEFORE_MUTATION))
            .isInstanceOfSatisfying(
                AuditUnavailableException.class,
                refused -> assertThat(refused.retryHelps()).isFalse())
            .hasMessageContaining("another writer");
        assertThat(old.healthy()).isFalse();
        next.append(SampleTrail.event(1), Durability.BEFORE_MUTATION);
      }
    }
    assertThat(verify().ok()).isTrue();
  }

  @Test
  void goesOnFromTheCheckpointInTheStatusWhereTheFilesAreElsewhere() throws IOException {
    AuditCheckpoint checkpoint = new AuditCheckpoint(4711, "sha256:" + "7".repeat(64), START);
    try (JsonlAuditLog log = open(OPTIONS.withResumeFrom(checkpoint).rotating(1_000, false))) {
      assertThat(log.head().sequence()).isEqualTo(4712);
      assertThat(Files.readString(log.currentFile()))
          .contains("\"reason\":\"TrailElsewhere\"")
          .contains("\"prevhash\":\"" + checkpoint.headHash() + "\"");
      log.append(SampleTrail.event(0), Durability.GROUPED);
      log.append(SampleTrail.event(1), Durability.GROUPED);
    }
    assertThat(names()).anyMatch(name -> name.endsWith(".00000000000000004712.jsonl"));
    assertThat(verify().ok()).isTrue();
    assertThat(verify().firstSequence()).isEqualTo(4712);
  }

  @Test
  void goesOnFromItsOwnLastCheckpointWhenTheVolumeIsLostUnderIt() throws IOException {
    try (JsonlAuditLog log = open(OPTIONS.checkpointing(3, Duration.ofDays(1)))) {
      for (int k = 0; k < 5; k++) {
        log.append(SampleTrail.event(k), Durability.BEFORE_MUTATION);
      }
      AuditCheckpoint last = log.lastCheckpoint().orElseThrow();
      Files.delete(log.currentFile());
      assertThatThrownBy(() -> log.append(SampleTrail.event(5), Durability.BEFORE_MUTATION))
          .isInstanceOfSatisfying(
              AuditUnavailableException.class,
              refused -> assertThat(refused.retryHelps()).isTrue());
      log.reopen();
      assertThat(Files.readAllLines(log.currentFile()))
          .singleElement()
          .asString()
          .contains("\"reason\":\"TrailElsewhere\"")
          .contains("\"prevhash\":\"" + last.headHash() + "\"");
      assertThat(log.lastCheckpoint()).contains(last);
      assertThat(AuditVerifier.verify(List.of(directory), last).ok()).isTrue();
    }
  }

  @Test
  void stopsADeposedLeaderWhoseFileWasRotatedAway() throws IOException {
    try (JsonlAuditLog old = open(OPTIONS)) {
      old.append(SampleTrail.event(0), Durability.BEFORE_MUTATION);
      Path rotated = directory.resolve(STREAM.fileStem() + ".00000000000000000001.jsonl");
      Files.move(old.currentFile(), rotated);
      Files.createFile(old.currentFile());
      assertThatThrownBy(() -> old.append(SampleTrail.event(1), Durability.BEFORE_MUTATION))
          .hasMessageContaining("another writer");
      assertThat(Files.readAllLines(rotated)).hasSize(1);
    }
  }

  @Test
  void refusesATrailThatIsShorterThanItsCheckpoint() throws IOException {
    AuditCheckpoint checkpoint;
    Path file;
    try (JsonlAuditLog log = open(OPTIONS.checkpointing(3, Duration.ofDays(1)))) {
      for (int k = 0; k < 4; k++) {
        log.append(SampleTrail.event(k), Durability.GROUPED);
      }
      checkpoint = log.lastCheckpoint().orElseThrow();
      file = log.currentFile();
    }
    open(OPTIONS.withResumeFrom(checkpoint)).close();
    Files.write(file, Files.readAllLines(file).subList(0, 2));
    assertThatThrownBy(() -> open(OPTIONS.withResumeFrom(checkpoint)))
        .isInstanceOf(AuditUnavailableException.class)
        .hasMessageContaining("ends at sequence 2")
        .hasMessageContaining("counts 3 lines");
  }

  @Test
  void keepsFileNamesInsideItsDirectory() throws IOException {
    AuditStream stream = AuditStream.of("../../etc", "pass\u0000wd/\n.jsonl");
    assertThat(stream.fileStem()).matches("[a-z0-9_-]+\\.[a-z0-9_-]+-[0-9a-f]{12}");
    assertThat(stream.fileStem())
        .isNotEqualTo(AuditStream.of("../../etc", "pass\u0000wd/_.jsonl").fileStem());
    assertThat(AuditStream.of("n".repeat(300), "x".repeat(300)).fileStem()).hasSizeLessThan(200);
    JsonlAuditLog.open(directory, stream, WRITER, clock, OPTIONS).close();
    assertThat(names()).containsExactly(stream.fileStem() + ".jsonl");
  }

  @Property(tries = 200)
  void keepsAnyTenantIdInOneLine(@ForAll String text) throws IOException {
    String tenant = text.replaceAll("\\p{Cs}", "")
        + "\"},\n\r\u0000\u202e\u2028\u0085\u007f\ud83d\ude00\udb40\udc41";
    Path own = Files.createTempDirectory("audit-tenant");
    Path file;
    try (JsonlAuditLog log = SampleTrail.open(own, new MovableClock(START))) {
      log.append(SampleTrail.event(0, tenant), Durability.GROUPED);
      file = log.currentFile();
    }
    String written = Files.readString(file);
    assertThat(written.indexOf('\n')).isEqualTo(written.length() - 1);
    assertThat(written.codePoints().filter(c -> c != '\n'))
        .noneMatch(c -> c < 0x20 || LineForm.escapes(c));
    JsonNode line = MAPPER.readTree(written);
    assertThat(line.get("subject").asText()).isEqualTo("tenant/" + tenant);
    assertThat(line.at("/data/top/tenants/0").asText()).isEqualTo(tenant);
    assertThat(AuditVerifier.verify(List.of(file), null).fault()).isNull();
    Files.delete(file);
    Files.delete(own);
  }

  @Test
  void refusesWhatJsonCannotExpressAndStaysHealthy() {
    try (JsonlAuditLog log = open(OPTIONS)) {
      AuditEvent event = SampleTrail.event(3);
      EventData data = new UnreadableData(
          event.type(), "no number", EventJson.write(event.data()).put("mass", Double.NaN));
      AuditEvent bad = new AuditEvent(event.id(), event.subject(), event.time(), data);
      assertThatThrownBy(() -> log.append(bad, Durability.BEFORE_MUTATION))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("NaN");
      assertThat(log.healthy()).isTrue();
      assertThat(log.append(event, Durability.BEFORE_MUTATION).sequence()).isEqualTo(1);
    }
  }

  @Test
  void readsTheLastTwoFilesOnlyWhenItIsOpened() throws IOException {
    try (JsonlAuditLog log = open(OPTIONS.rotating(2_000, false))) {
      for (int k = 0; k < 100; k++) {
        log.append(SampleTrail.event(k), Durability.GROUPED);
      }
    }
    List<Path> files = STREAM.files(directory);
    assertThat(files).hasSizeGreaterThan(40);
    Path away = Files.createTempDirectory("audit-away");
    for (Path file : files.subList(0, files.size() - 2)) {
      Files.move(file, away.resolve(file.getFileName()));
      // A file that cannot be read, so that reading it fails.
      Files.createDirectory(file);
    }
    try (JsonlAuditLog log = open(OPTIONS)) {
      assertThat(log.append(SampleTrail.event(99), Durability.GROUPED).alreadyPresent())
          .isTrue();
      log.append(SampleTrail.event(100), Durability.GROUPED);
    }
    for (Path file : files.subList(0, files.size() - 2)) {
      Files.delete(file);
      Files.move(away.resolve(file.getFileName()), file);
    }
    Files.delete(away);
    assertThat(verify().fault()).isNull();
  }

  @Test
  void continuesTheTermOfTheLastLineWhereThereIsNoElection() throws IOException {
    AuditWriter writer = new AuditWriter("0.1.0", "pod-abc", AuditWriter.LAST_TERM);
    try (JsonlAuditLog log = JsonlAuditLog.open(directory, STREAM, writer, clock, OPTIONS)) {
      log.append(SampleTrail.event(0), Durability.GROUPED);
    }
    open(OPTIONS).close();
    try (JsonlAuditLog log = JsonlAuditLog.open(directory, STREAM, writer, clock, OPTIONS)) {
      log.append(SampleTrail.event(1), Durability.GROUPED);
    }
    try (Stream<AuditLine> lines = TrailHistory.of(List.of(directory)).lines()) {
      assertThat(lines.map(line -> line.writer().term())).containsExactly(1L, 7L, 7L, 7L);
    }
    assertThat(verify().fault()).isNull();
  }

  @Test
  void flushesGroupedLinesByItsOwnTimer() {
    CountingDisk disk = new CountingDisk();
    try (JsonlAuditLog log =
        JsonlAuditLog.open(directory, STREAM, WRITER, clock, AuditOptions.DEFAULTS, disk)) {
      int before = disk.forces();
      log.append(SampleTrail.event(0), Durability.GROUPED);
      Awaitility.await().until(() -> disk.forces() == before + 1);
    }
  }

  @Test
  void groupsUpTo64LinesOr100Milliseconds() {
    CountingDisk disk = new CountingDisk();
    try (JsonlAuditLog log = JsonlAuditLog.open(directory, STREAM, WRITER, clock, OPTIONS, disk)) {
      int before = disk.forces();
      for (int k = 0; k < 63; k++) {
        log.append(SampleTrail.event(k), Durability.GROUPED);
      }
      assertThat(disk.forces()).isEqualTo(before);
      log.append(SampleTrail.event(63), Durability.GROUPED);
      assertThat(disk.forces()).isEqualTo(before + 1);
      log.append(SampleTrail.event(64), Durability.GROUPED);
      clock.move(Duration.ofMillis(100));
      log.tick();
      assertThat(disk.forces()).isEqualTo(before + 2);
      log.append(SampleTrail.event(65), Durability.GROUPED);
      log.append(SampleTrail.event(65), Durability.BEFORE_MUTATION);
      assertThat(disk.forces())
          .as("a repeated line must be durable before its mutation")
          .isEqualTo(before + 3);
    }
  }

  private JsonlAuditLog open(AuditOptions options) {
    return JsonlAuditLog.open(directory, STREAM, WRITER, clock, options);
  }

  private AuditReport verify() throws IOException {
    return AuditVerifier.verify(List.of(directory), null);
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> String.valueOf(file.getFileName())).sorted().toList();
    }
  }

  private static List<AuditType> typesIn(Path file) throws IOException {
    try (Stream<AuditLine> lines = TrailHistory.of(List.of(file)).lines()) {
      return lines.map(AuditLine::type).toList();
    }
  }
}
