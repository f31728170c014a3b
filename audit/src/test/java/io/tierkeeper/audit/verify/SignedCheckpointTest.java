package io.tierkeeper.audit.verify;

import static io.tierkeeper.audit.SampleTrail.OPTIONS;
import static io.tierkeeper.audit.SampleTrail.START;
import static io.tierkeeper.audit.SampleTrail.STREAM;
import static io.tierkeeper.audit.SampleTrail.WRITER;
import static io.tierkeeper.audit.chain.SampleKeys.FIRST_PUBLIC;
import static io.tierkeeper.audit.chain.SampleKeys.FIRST_SEED;
import static io.tierkeeper.audit.chain.SampleKeys.SECOND_PUBLIC;
import static io.tierkeeper.audit.chain.SampleKeys.SECOND_SEED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tierkeeper.audit.AuditSchemas;
import io.tierkeeper.audit.AuditUnavailableException;
import io.tierkeeper.audit.Durability;
import io.tierkeeper.audit.MovableClock;
import io.tierkeeper.audit.SampleTrail;
import io.tierkeeper.audit.chain.AuditCheckpoint;
import io.tierkeeper.audit.chain.AuditFault;
import io.tierkeeper.audit.chain.AuditFault.Kind;
import io.tierkeeper.audit.chain.AuditPublicKey;
import io.tierkeeper.audit.chain.AuditSigningKey;
import io.tierkeeper.audit.chain.CheckpointSignature;
import io.tierkeeper.audit.chain.HashChain;
import io.tierkeeper.audit.chain.SampleKeys;
import io.tierkeeper.audit.chain.SignatureCounts;
import io.tierkeeper.audit.file.AuditOptions;
import io.tierkeeper.audit.file.AuditStream;
import io.tierkeeper.audit.file.JsonlAuditLog;
import io.tierkeeper.audit.history.AuditLine;
import io.tierkeeper.audit.history.TrailHistory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checkpoints that are signed, and what a forger without the key can do. */
class SignedCheckpointTest {

  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final int EVERY = 3;

  @TempDir
  Path directory;

  @TempDir
  Path keys;

  private final MovableClock clock = new MovableClock(START);
  private final List<AuditCheckpoint> checkpoints = new ArrayList<>();
  private Path file;

  @BeforeEach
  void writeATrail() throws IOException {
    // Line 4, 8 and 12 are checkpoints.
    file = write(directory, signing(FIRST_SEED), 0, 9);
  }

  @AfterEach
  void everyLineFitsItsSchema() throws IOException {
    AuditSchemas.assertAllValid(directory);
  }

  @Test
  void signsTheStatementOfTheSpecification() throws Exception {
    ObjectNode line = (ObjectNode) MAPPER.readTree(Files.readAllLines(file).get(3));
    JsonNode checkpoint = line.at("/data/checkpoint");
    String statement = "tierkeeper.audit.checkpoint.v1\n/namespaces/data/tieredcollections/kb\n3\n"
        + line.get("prevhash").asText() + "\n2026-11-21T00:50:00.123Z";
    byte[] encoded = HexFormat.of().parseHex("302a300506032b6570032100" + FIRST_PUBLIC);
    Signature verifier = Signature.getInstance("Ed25519");
    verifier.initVerify(
        KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded)));
    verifier.update(statement.getBytes(StandardCharsets.UTF_8));
    assertThat(verifier.verify(
            Base64.getDecoder().decode(checkpoint.get("signature").asText())))
        .isTrue();
    assertThat(checkpoint.get("keyId").asText())
        .isEqualTo("sha256:" + HashChain.sha256Hex(encoded));
    assertThat(checkpoint.get("size").asLong()).isEqualTo(3);
    assertThat(checkpoint.get("headHash")).isEqualTo(line.get("prevhash"));
    assertThat(new String(checkpoints.get(0).statement(STREAM.source()), StandardCharsets.UTF_8))
        .isEqualTo(statement);
  }

  @Test
  void verifiesEverySignatureAndCountsThem() throws IOException {
    assertThat(verify(null).signatures()).isEqualTo(new SignatureCounts(0, 3, 0));
    AuditReport report = verify(null, FIRST_PUBLIC);
    assertThat(report.fault()).isNull();
    assertThat(report.signatures()).isEqualTo(new SignatureCounts(3, 0, 0));
  }

  @Test
  void goesOnWithAnotherKeyAndWithNone() throws IOException {
    write(directory, signing(SECOND_SEED), 100, 3);
    write(directory, OPTIONS.checkpointing(EVERY, Duration.ofDays(1)), 200, 3);
    assertThat(verify(null, FIRST_PUBLIC, SECOND_PUBLIC).signatures())
        .isEqualTo(new SignatureCounts(4, 0, 1));
    AuditFault stranger = Objects.requireNonNull(verify(null, FIRST_PUBLIC).fault());
    assertThat(stranger.kind()).isEqualTo(Kind.FORGED);
    assertThat(stranger.sentence()).contains("which was not given");
    AuditFault unsigned = Objects.requireNonNull(AuditVerifier.verify(
            List.of(directory), null, keys(FIRST_PUBLIC, SECOND_PUBLIC), true, null)
        .fault());
    assertThat(unsigned.kind()).isEqualTo(Kind.UNSIGNED);
    assertThatThrownBy(() -> AuditVerifier.verify(List.of(directory), null, List.of(), true, null))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void findsAForgedSignatureInAChainThatWasWrittenAnew() throws IOException {
    forge(lie(), checkpoint -> checkpoint);
    assertThat(AuditVerifier.verify(List.of(directory), null).fault())
        .as("the chain alone does not show it")
        .isNull();
    AuditFault fault = Objects.requireNonNull(verify(null, FIRST_PUBLIC).fault());
    assertThat(fault.kind()).isEqualTo(Kind.FORGED);
    assertThat(fault.file()).isEqualTo(file);
    assertThat(fault.line()).isEqualTo(4);
    assertThat(fault.offset()).isEqualTo(startOfLine(4));
    assertThat(fault.sentence()).contains("is not one of key sha256:");
  }

  @Test
  void findsASignatureByAKeyOfTheForger() throws IOException {
    AuditSigningKey own = SampleKeys.signing(keys, SECOND_SEED);
    forge(
        lie(),
        checkpoint -> signedBy(
            own,
            new AuditCheckpoint(
                checkpoint.get("size").asLong(), checkpoint.get("headHash").asText(), START)));
    assertThat(verify(null, SECOND_PUBLIC).signatures().verified()).isEqualTo(3);
    assertThat(verify(null, FIRST_PUBLIC).fault())
        .extracting(AuditFault::kind)
        .isEqualTo(Kind.FORGED);
    forge(
        line -> line,
        checkpoint -> checkpoint.put(
            "keyId", SampleKeys.signing(keys, FIRST_SEED).publicKey().id()));
    assertThat(verify(null, FIRST_PUBLIC, SECOND_PUBLIC).fault())
        .as("under the name of the right key")
        .extracting(AuditFault::kind)
        .isEqualTo(Kind.FORGED);
  }

  @Test
  void saysWhenAForgerHasTakenTheSignaturesAway() throws IOException {
    forge(lie(), checkpoint -> checkpoint.without(List.of("keyId", "signature")));
    assertThat(verify(null, FIRST_PUBLIC).signatures()).isEqualTo(new SignatureCounts(0, 0, 3));
    AuditFault fault = Objects.requireNonNull(
        AuditVerifier.verify(List.of(directory), null, keys(FIRST_PUBLIC), true, null)
            .fault());
    assertThat(fault.kind()).isEqualTo(Kind.UNSIGNED);
    assertThat(fault.line()).isEqualTo(4);
  }

  @Test
  void findsAnOldCheckpointInAChainThatItDoesNotFit() throws IOException {
    List<JsonNode> old = checkpoints();
    forge(lie(), checkpoint -> (ObjectNode) old.remove(0).deepCopy());
    AuditFault fault = Objects.requireNonNull(verify(null, FIRST_PUBLIC).fault());
    assertThat(fault.kind()).isEqualTo(Kind.CHANGED);
    assertThat(fault.line()).isEqualTo(4);
    assertThat(fault.sentence()).contains("its checkpoint counts 3 lines");
    assertThatThrownBy(() -> open(signing(FIRST_SEED)))
        .isInstanceOf(AuditUnavailableException.class)
        .hasMessageContaining("line 4");
  }

  @Test
  void doesNotGoOnBehindASignatureThatIsNotItsOwn() throws IOException {
    forge(lie(), checkpoint -> checkpoint);
    assertThatThrownBy(() -> open(signing(FIRST_SEED)))
        .isInstanceOfSatisfying(
            AuditUnavailableException.class,
            refused -> assertThat(refused.retryHelps()).isFalse())
        .hasMessageContaining("line 4")
        .hasMessageContaining("forged");
  }

  @Test
  void findsATailThatWasCutBeforeASignedCheckpoint() throws IOException {
    AuditCheckpoint kept = checkpoints.get(1);
    assertThat(verify(kept, FIRST_PUBLIC).fault()).isNull();
    Files.write(file, Files.readAllLines(file).subList(0, 5));
    assertThat(verify(null, FIRST_PUBLIC).fault()).as("not seen without it").isNull();
    assertThat(verify(checkpoints.get(0), FIRST_PUBLIC).fault())
        .as("nor by an older one")
        .isNull();
    AuditFault fault = Objects.requireNonNull(verify(kept, FIRST_PUBLIC).fault());
    assertThat(fault.kind()).isEqualTo(Kind.CUT);
    assertThat(fault.sentence()).contains("ends at sequence 5").contains("7 lines");
    assertThatThrownBy(() -> open(signing(FIRST_SEED).withResumeFrom(kept)))
        .hasMessageContaining("its tail was cut");
  }

  @Test
  void findsACheckpointFromElsewhereThatWasChanged() throws IOException {
    AuditCheckpoint kept = checkpoints.get(1);
    AuditLine third;
    try (Stream<AuditLine> lines = TrailHistory.of(List.of(file)).lines()) {
      third = lines.filter(line -> line.sequence() == 3).findFirst().orElseThrow();
    }
    AuditCheckpoint changed =
        new AuditCheckpoint(3, third.entryHash(), kept.time(), kept.signature());
    assertThat(AuditVerifier.verify(List.of(directory), changed).fault())
        .as("it fits the chain, so without the key it passes")
        .isNull();
    assertThat(verify(changed, FIRST_PUBLIC).fault())
        .extracting(AuditFault::kind)
        .isEqualTo(Kind.FORGED);
    assertThatThrownBy(() -> open(signing(FIRST_SEED).withResumeFrom(changed)))
        .isInstanceOfSatisfying(
            AuditUnavailableException.class,
            refused -> assertThat(refused.retryHelps()).isFalse())
        .hasMessageContaining(
            "The checkpoint in the status of " + STREAM.source() + " was changed");
    // After a change of keys it cannot be verified here.
    open(signing(SECOND_SEED).withResumeFrom(changed)).close();
  }

  @Test
  void doesNotGoOnFromTheCheckpointOfAnotherTrail() throws IOException {
    Path empty = Files.createDirectory(directory.resolve("empty"));
    assertThatThrownBy(() -> JsonlAuditLog.open(
            empty,
            AuditStream.of("data", "other"),
            WRITER,
            clock,
            signing(FIRST_SEED).withResumeFrom(checkpoints.get(2))))
        .hasMessageContaining("was changed");
  }

  @Test
  void knowsTheCheckpointThatALostVolumesTrailGoesOnFrom() throws IOException {
    AuditCheckpoint kept = checkpoints.get(1);
    Path other = Files.createDirectory(directory.resolve("other"));
    try (JsonlAuditLog log = JsonlAuditLog.open(
        other, STREAM, WRITER, clock, signing(FIRST_SEED).withResumeFrom(kept))) {
      assertThat(log.lastCheckpoint()).contains(kept);
      log.append(SampleTrail.event(50), Durability.BEFORE_MUTATION);
      assertThat(log.lastCheckpoint()).contains(kept);
    }
    AuditReport report =
        AuditVerifier.verify(List.of(other), kept, keys(FIRST_PUBLIC), false, null);
    assertThat(report.fault()).isNull();
    assertThat(report.firstSequence()).isEqualTo(kept.size() + 1);
    AuditCheckpoint another =
        new AuditCheckpoint(kept.size(), "sha256:" + "0".repeat(64), kept.time());
    assertThat(AuditVerifier.verify(List.of(other), another).fault())
        .extracting(AuditFault::kind)
        .isEqualTo(Kind.CHANGED);
    assertThatThrownBy(
            () -> JsonlAuditLog.open(other, STREAM, WRITER, clock, OPTIONS.withResumeFrom(another)))
        .hasMessageContaining("does not continue from the line");
  }

  @Test
  void findsTheLastCheckpointAgainThatTheStatusDidNotGet() {
    try (JsonlAuditLog log = open(signing(FIRST_SEED).withResumeFrom(checkpoints.get(0)))) {
      assertThat(log.lastCheckpoint()).contains(checkpoints.get(2));
    }
  }

  @Test
  void isDueInTimeHoweverOftenTheWriterIsStartedAgain() {
    for (int k = 0; k < 3; k++) {
      clock.move(Duration.ofMinutes(4));
      try (JsonlAuditLog log =
          open(OPTIONS.signing(SampleKeys.signing(keys, FIRST_SEED)).reporting(checkpoints::add))) {
        log.append(SampleTrail.event(60 + k), Durability.GROUPED);
      }
    }
    assertThat(checkpoints).hasSize(4);
  }

  @Test
  void findsATrailThatWasWrittenAnewWithoutCheckpoints() throws IOException {
    Path forged = Files.createDirectory(directory.resolve("forged"));
    write(forged, OPTIONS.checkpointing(1_000_000, Duration.ofDays(9)), 0, 10);
    AuditReport report = strict(forged);
    assertThat(report.fault()).extracting(AuditFault::kind).isEqualTo(Kind.UNSIGNED);
    assertThat(Objects.requireNonNull(report.fault()).sentence())
        .isEqualTo("no signed checkpoint covers any line");
    assertThat(report.behindSignature()).isEqualTo(10);
  }

  @Test
  void findsManyLinesThatWereWrittenAnewBehindASignedCheckpoint() throws IOException {
    Files.write(file, Files.readAllLines(file).subList(0, 4));
    write(directory, OPTIONS.checkpointing(1_000_000, Duration.ofDays(9)), 100, 900);
    AuditReport few = strict(directory);
    assertThat(few.fault()).isNull();
    // One more tells of the line that is gone.
    assertThat(few.behindSignature()).isEqualTo(901);
    write(directory, OPTIONS.checkpointing(1_000_000, Duration.ofDays(9)), 1_000, 200);
    AuditFault fault = Objects.requireNonNull(strict(directory).fault());
    assertThat(fault.kind()).isEqualTo(Kind.UNSIGNED);
    assertThat(fault.line()).isEqualTo(4 + 1_065);
    assertThat(fault.sentence())
        .isEqualTo("1065 lines follow the last signed checkpoint; the operator writes one after"
            + " 1000 lines or 10 minutes");
  }

  @Test
  void findsLinesOfALongTimeThatNoSignedCheckpointCovers() throws IOException {
    Files.write(file, Files.readAllLines(file).subList(0, 4));
    try (JsonlAuditLog log = open(OPTIONS.checkpointing(1_000_000, Duration.ofDays(9)))) {
      for (int k = 0; k < 90; k++) {
        // One each minute.
        log.append(SampleTrail.event(60_000 * k), Durability.GROUPED);
      }
    }
    assertThat(strict(directory).fault()).extracting(AuditFault::kind).isEqualTo(Kind.UNSIGNED);
  }

  @Test
  void findsTheTrailOfAnotherCollection() throws IOException {
    assertThat(
            AuditVerifier.verify(List.of(file), null, List.of(), false, STREAM).fault())
        .isNull();
    AuditStream other = AuditStream.of("data", "other");
    AuditFault named = Objects.requireNonNull(
        AuditVerifier.verify(List.of(file), null, List.of(), false, other).fault());
    assertThat(named.kind()).isEqualTo(Kind.FOREIGN);
    assertThat(named.sentence())
        .isEqualTo("it is of the trail of " + STREAM.source() + ", not of " + other.source());
    Path renamed = Files.move(file, file.resolveSibling(other.fileStem() + ".jsonl"));
    assertThat(AuditVerifier.verify(List.of(renamed), null).fault())
        .extracting(AuditFault::kind)
        .isEqualTo(Kind.FOREIGN);
    Path ownName = Files.move(renamed, file.resolveSibling("kept.jsonl"));
    assertThat(AuditVerifier.verify(List.of(ownName), null).fault()).isNull();
  }

  private AuditReport strict(Path trail) throws IOException {
    return AuditVerifier.verify(List.of(trail), null, keys(FIRST_PUBLIC), true, null);
  }

  /** What a forger wants to be believed, in the second line. */
  private static UnaryOperator<String> lie() {
    return line -> line.replace("\"AwaitingApproval\"", "\"Approved\"");
  }

  /** Writes the chain anew with fitting hashes, and what the forger makes of each checkpoint's other members. */
  private void forge(UnaryOperator<String> change, UnaryOperator<ObjectNode> checkpoints)
      throws IOException {
    List<String> lines = new ArrayList<>();
    String prevHash = HashChain.GENESIS;
    for (String line : Files.readAllLines(file)) {
      ObjectNode event = (ObjectNode) MAPPER.readTree(change.apply(line));
      event.remove(List.of("prevhash", "entryhash"));
      if (event.at("/data/checkpoint") instanceof ObjectNode checkpoint) {
        checkpoint.put("headHash", prevHash);
        ((ObjectNode) event.get("data")).set("checkpoint", checkpoints.apply(checkpoint));
      }
      HashChain.Line anew = HashChain.line(event, prevHash);
      prevHash = anew.entryHash();
      lines.add(new String(anew.bytes(), StandardCharsets.UTF_8).strip());
    }
    Files.write(file, lines);
  }

  private static ObjectNode signedBy(AuditSigningKey key, AuditCheckpoint checkpoint) {
    AuditCheckpoint signed = key.sign(checkpoint, STREAM.source());
    CheckpointSignature signature = Objects.requireNonNull(signed.signature());
    return MAPPER
        .createObjectNode()
        .put("size", signed.size())
        .put("headHash", signed.headHash())
        .put("keyId", signature.keyId())
        .put("signature", signature.value());
  }

  private List<JsonNode> checkpoints() throws IOException {
    List<JsonNode> found = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      JsonNode checkpoint = MAPPER.readTree(line).at("/data/checkpoint");
      if (checkpoint.isObject()) {
        found.add(checkpoint);
      }
    }
    return found;
  }

  private Path write(Path where, AuditOptions options, int from, int events) throws IOException {
    try (JsonlAuditLog log = JsonlAuditLog.open(where, STREAM, WRITER, clock, options)) {
      for (int k = from; k < from + events; k++) {
        log.append(SampleTrail.event(k), Durability.GROUPED);
      }
      return log.currentFile();
    }
  }

  private JsonlAuditLog open(AuditOptions options) {
    return JsonlAuditLog.open(directory, STREAM, WRITER, clock, options);
  }

  private AuditOptions signing(String seed) {
    return OPTIONS
        .checkpointing(EVERY, Duration.ofDays(1))
        .signing(SampleKeys.signing(keys, seed))
        .reporting(checkpoints::add);
  }

  private AuditReport verify(@Nullable AuditCheckpoint checkpoint, String... publicKeys)
      throws IOException {
    return AuditVerifier.verify(List.of(directory), checkpoint, keys(publicKeys), false, null);
  }

  private List<AuditPublicKey> keys(String... publicKeys) throws IOException {
    List<AuditPublicKey> read = new ArrayList<>();
    for (String key : publicKeys) {
      read.add(AuditPublicKey.read(SampleKeys.publicKey(keys, key)));
    }
    return read;
  }

  private long startOfLine(int line) throws IOException {
    return Files.readAllLines(file).subList(0, line - 1).stream()
        .mapToLong(text -> text.getBytes(StandardCharsets.UTF_8).length + 1)
        .sum();
  }
}
