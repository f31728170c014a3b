package io.tierkeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tierkeeper.audit.AuditEvent;
import io.tierkeeper.audit.AuditType;
import io.tierkeeper.audit.Durability;
import io.tierkeeper.audit.UnreadableData;
import io.tierkeeper.audit.chain.AuditCheckpoint;
import io.tierkeeper.audit.chain.AuditSigningKey;
import io.tierkeeper.audit.chain.CheckpointSignature;
import io.tierkeeper.audit.chain.HashChain;
import io.tierkeeper.audit.file.AuditOptions;
import io.tierkeeper.audit.file.AuditStream;
import io.tierkeeper.audit.file.AuditWriter;
import io.tierkeeper.audit.file.JsonlAuditLog;
import io.tierkeeper.launcher.Main;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code audit verify} with signed checkpoints. */
class AuditCommandTest {

  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-11-21T00:00:00Z"), ZoneOffset.UTC);

  @TempDir
  @SuppressWarnings("NullAway.Init")
  Path directory;

  @SuppressWarnings("NullAway.Init")
  private Path trail;

  @SuppressWarnings("NullAway.Init")
  private Path publicKey;

  @SuppressWarnings("NullAway.Init")
  private AuditSigningKey key;

  private record Ran(int code, String out, String err) {}

  @BeforeEach
  void makeAKey() throws Exception {
    KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    publicKey = pem("audit.pub", "PUBLIC KEY", pair.getPublic().getEncoded());
    key = AuditSigningKey.read(pem("audit.key", "PRIVATE KEY", pair.getPrivate().getEncoded()));
    trail = Files.createDirectory(directory.resolve("trail"));
  }

  @Test
  void saysHowManySignaturesItVerified() throws Exception {
    write(key, 0, 4);
    Ran with = run("--public-key", publicKey.toString());
    assertThat(with.code()).isZero();
    assertThat(with.out())
        .contains("signatures of checkpoints: 2 verified, 0 not checked, 0 missing")
        .doesNotContain("NOTE");
    assertThat(run().out())
        .contains("signatures of checkpoints: 0 verified, 2 not checked (no --public-key)");
    JsonNode json = new ObjectMapper()
        .readTree(run("--json", "--public-key", publicKey.toString()).out());
    assertThat(json.at("/signatures/verified").asInt()).isEqualTo(2);
    assertThat(json.at("/signatures/linesBehind").asInt()).isZero();
    assertThat(with.out()).contains("lines behind the last verified signature: 0");
    Ran other = run("--collection", "data/other");
    assertThat(other.code()).isEqualTo(1);
    assertThat(other.out())
        .contains("FOREIGN")
        .contains("/namespaces/data/tieredcollections/other");
  }

  @Test
  void saysWhetherACheckpointWasUnsigned() throws Exception {
    write(key, 0, 2);
    write(null, 10, 4);
    Ran ran = run("--public-key", publicKey.toString());
    assertThat(ran.code()).isZero();
    assertThat(ran.out()).contains("1 verified, 0 not checked, 2 missing").contains("NOTE");
    Ran strict = run("--require-signatures", "--public-key", publicKey.toString());
    assertThat(strict.code()).isEqualTo(1);
    assertThat(strict.out()).contains("BROKEN").contains("UNSIGNED");
  }

  @Test
  void namesAForgedSignatureWithFileLineAndOffset() throws Exception {
    List<AuditCheckpoint> checkpoints = write(key, 0, 2);
    Path file;
    try (var files = Files.list(trail)) {
      file = files.findFirst().orElseThrow();
    }
    List<String> lines = new ArrayList<>(Files.readAllLines(file));
    String signature = Objects.requireNonNull(checkpoints.get(0).signature()).value();
    ObjectNode last = (ObjectNode) new ObjectMapper().readTree(lines.get(2));
    String another = (signature.startsWith("A") ? "B" : "A") + signature.substring(1);
    ((ObjectNode) last.at("/data/checkpoint")).put("signature", another);
    String prevHash = last.get("prevhash").asText();
    last.remove(List.of("prevhash", "entryhash"));
    lines.set(
        2, new String(HashChain.line(last, prevHash).bytes(), StandardCharsets.UTF_8).strip());
    Files.write(file, lines);
    Ran ran = run("--public-key", publicKey.toString());
    assertThat(ran.code()).isEqualTo(1);
    int offset = (lines.get(0) + "\n" + lines.get(1) + "\n").length();
    assertThat(ran.out())
        .startsWith(
            "BROKEN " + file + ": line 3, byte " + offset + ": FORGED: the signature is not");
    assertThat(run().code()).as("the chain alone does not show it").isZero();
  }

  @Test
  void saysFromWhereItVerifiesATrailWhoseBeginningWasRemoved() throws Exception {
    AuditStream stream = AuditStream.of("data", "kb");
    AuditOptions options = AuditOptions.DEFAULTS.withOwnTimer(false).rotating(1, false);
    append(options, 0, 6);
    assertThat(run().out()).doesNotContain("verified from sequence");
    Files.delete(stream.files(trail).get(0));
    Files.delete(stream.files(trail).get(0));
    Ran ran = run();
    assertThat(ran.code()).isZero();
    assertThat(ran.out())
        .contains(
            "verified from sequence 4; the lines before it were removed or are in other files");
    Files.delete(stream.files(trail).get(1));
    assertThat(run().out()).contains("DROPPED");
  }

  @Test
  void findsACutTailByTheCheckpointAsKubectlPrintsIt() throws Exception {
    List<AuditCheckpoint> checkpoints = write(key, 0, 4);
    AuditCheckpoint last = checkpoints.get(1);
    CheckpointSignature signature = Objects.requireNonNull(last.signature());
    String json = "{\"headHash\":\"" + last.headHash() + "\",\"keyId\":\"" + signature.keyId()
        + "\",\"signature\":\"" + signature.value() + "\",\"size\":" + last.size() + ",\"time\":\""
        + last.time() + "\"}";
    assertThat(run("--checkpoint", json, "--public-key", publicKey.toString()).code())
        .isZero();
    Ran changed = run(
        "--checkpoint",
        json.replace("\"size\":" + last.size(), "\"size\":2"),
        "--public-key",
        publicKey.toString());
    assertThat(changed.code()).isEqualTo(1);
    assertThat(changed.out()).contains("FORGED: the given checkpoint");
    Path file;
    try (var files = Files.list(trail)) {
      file = files.findFirst().orElseThrow();
    }
    Files.write(file, Files.readAllLines(file).subList(0, 4));
    assertThat(run("--public-key", publicKey.toString()).code())
        .as("not without it")
        .isZero();
    Ran cut = run("--checkpoint", json, "--public-key", publicKey.toString());
    assertThat(cut.code()).isEqualTo(1);
    assertThat(cut.out()).contains("CUT: the chain ends at sequence 4");
  }

  /** Writes events, and a checkpoint after every second line. */
  private List<AuditCheckpoint> write(
      @org.jspecify.annotations.Nullable AuditSigningKey with, int from, int events) {
    List<AuditCheckpoint> checkpoints = new ArrayList<>();
    AuditOptions options = AuditOptions.DEFAULTS
        .withOwnTimer(false)
        .checkpointing(2, Duration.ofDays(1))
        .signing(with)
        .reporting(checkpoints::add);
    append(options, from, events);
    return checkpoints;
  }

  private void append(AuditOptions options, int from, int events) {
    try (JsonlAuditLog log = JsonlAuditLog.open(
        trail, AuditStream.of("data", "kb"), new AuditWriter("0", "me", 1), CLOCK, options)) {
      for (int k = from; k < from + events; k++) {
        log.append(
            new AuditEvent(
                AuditEvent.id("u", "e", k, "told"),
                "policy/p",
                CLOCK.instant(),
                new UnreadableData(
                    AuditType.POLICY, "empty", JsonNodeFactory.instance.objectNode())),
            Durability.GROUPED);
      }
    }
  }

  private Path pem(String name, String label, byte[] der) throws Exception {
    return Files.writeString(
        directory.resolve(name),
        "-----BEGIN " + label + "-----\n" + Base64.getEncoder().encodeToString(der) + "\n-----END "
            + label + "-----\n");
  }

  private Ran run(String... options) {
    List<String> args = new ArrayList<>(List.of("audit", "verify"));
    args.addAll(List.of(options));
    args.add(trail.toString());
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code = Main.run(
        new PrintWriter(out, true), new PrintWriter(err, true), args.toArray(String[]::new));
    return new Ran(code, out.toString(), err.toString());
  }
}
