package io.tierkeeper.audit.verify;

import static io.tierkeeper.audit.SampleTrail.OPTIONS;
import static io.tierkeeper.audit.SampleTrail.START;
import static io.tierkeeper.audit.SampleTrail.STREAM;
import static io.tierkeeper.audit.SampleTrail.WRITER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.tierkeeper.audit.Durability;
import io.tierkeeper.audit.MovableClock;
import io.tierkeeper.audit.SampleTrail;
import io.tierkeeper.audit.chain.AuditFault;
import io.tierkeeper.audit.chain.HashChain;
import io.tierkeeper.audit.chain.SampleKeys;
import io.tierkeeper.audit.file.AuditOptions;
import io.tierkeeper.audit.file.JsonlAuditLog;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The verifier of docs/audit.md, which needs only Python, against ours: both name the same first bad line. */
class DocumentedVerifierTest {

  private static final int MAX_LINES = 20;
  private static final Pattern BLOCK =
      Pattern.compile("```python\\n(.*?def first_bad_line.*?)```", Pattern.DOTALL);

  /** Reads mutants with their lengths from stdin and prints the first bad line of each. */
  private static final String DRIVER = """
      import io, struct, sys
      script = open(sys.argv.pop(1)).read()
      try:
          exec(script)
      except SystemExit:
          pass
      while length := sys.stdin.buffer.read(4):
          mutant = io.BytesIO(sys.stdin.buffer.read(*struct.unpack(">i", length)))
          print(first_bad_line(mutant) or 0)
      """;

  @TempDir
  Path directory;

  private Path script;
  private Path file;

  @BeforeEach
  void takeTheScriptFromTheDocs() throws IOException, InterruptedException {
    assumeThat(hasPython()).as("python3 is installed").isTrue();
    Matcher block = BLOCK.matcher(Files.readString(Path.of("../docs/audit.md")));
    assertThat(block.find()).isTrue();
    script = Files.writeString(directory.resolve("verify.py"), block.group(1));
    file = write("trail", OPTIONS, 9);
  }

  @Test
  void isShort() throws IOException {
    assertThat(Files.readAllLines(script)).hasSizeLessThanOrEqualTo(MAX_LINES);
  }

  @Test
  void runsAsPrinted() throws Exception {
    assertThat(run(file)).isEmpty();
    write("rotated", OPTIONS.rotating(2_000, false), 9);
    Path[] files = STREAM.files(directory.resolve("rotated")).toArray(new Path[0]);
    assertThat(files).hasSizeGreaterThan(2);
    assertThat(run(files)).isEmpty();
    assertThat(run(Arrays.copyOfRange(files, 1, files.length)))
        .as("a later file begins in the middle of a chain")
        .isEmpty();
    assertThat(run(files[0], files[2])).isNotEmpty();
    Files.writeString(file, Files.readString(file).replace("alice", "mallory"));
    assertThat(run(file)).contains("line 3");
  }

  @Test
  void agreesOnEveryMutant() throws Exception {
    List<byte[]> mutants = new ArrayList<>(mutants(Files.readAllBytes(file)));
    mutants.addAll(flippedBits(Files.readAllBytes(write(
        "signed",
        OPTIONS
            .checkpointing(3, Duration.ofDays(1))
            .signing(SampleKeys.signing(directory, SampleKeys.FIRST_SEED)),
        4))));
    List<Long> theirs = firstBadLines(mutants);
    assertThat(theirs).hasSameSizeAs(mutants);
    for (int k = 0; k < mutants.size(); k++) {
      byte[] mutant = mutants.get(k);
      AuditFault fault = AuditVerifier.verify(
              List.of(file), null, path -> new ByteArrayInputStream(mutant))
          .fault();
      assertThat(theirs.get(k))
          .as("mutant %d: %s", k, fault)
          .isEqualTo(fault == null ? 0 : fault.line());
    }
  }

  /** One whole trail, and what a fault or a forger makes of it. */
  private static List<byte[]> mutants(byte[] content) {
    List<byte[]> mutants = new ArrayList<>();
    mutants.add(content);
    for (int at = 0; at < content.length; at += 3) {
      int[] replacements = {content[at] ^ 1, content[at] ^ 0x20, '\n', ' '};
      byte[] changed = content.clone();
      changed[at] = (byte) replacements[at % replacements.length];
      mutants.add(changed);
      String text = new String(content, StandardCharsets.ISO_8859_1);
      String added = at % 2 == 0 ? " " : "";
      mutants.add((text.substring(0, at) + added + text.substring(at % 2 == 0 ? at : at + 1))
          .getBytes(StandardCharsets.ISO_8859_1));
      if (at % 9 == 0) {
        mutants.add(Arrays.copyOf(content, at));
      }
    }
    List<String> lines = new String(content, StandardCharsets.UTF_8).lines().toList();
    for (int a = 0; a < lines.size(); a++) {
      List<String> shorter = new ArrayList<>(lines);
      shorter.remove(a);
      mutants.add(bytes(shorter));
      List<String> anew = new ArrayList<>(lines);
      anew.set(a, withFittingHash(lines.get(a).replace("\"data\"", "\"more\":1,\"data\"")));
      mutants.add(bytes(anew));
      List<String> older = new ArrayList<>(lines);
      older.set(a, withFittingHash(lines.get(a).replace("\"term\":7", "\"term\":6")));
      mutants.add(bytes(older));
      for (int b = 0; b < lines.size(); b++) {
        List<String> swapped = new ArrayList<>(lines);
        Collections.swap(swapped, a, b);
        mutants.add(bytes(swapped));
        List<String> copied = new ArrayList<>(lines);
        copied.add(a, lines.get(b));
        mutants.add(bytes(copied));
      }
    }
    return mutants;
  }

  private static List<byte[]> flippedBits(byte[] content) {
    List<byte[]> mutants = new ArrayList<>();
    for (int at = 0; at < content.length; at++) {
      for (int bit = 0; bit < Byte.SIZE; bit++) {
        byte[] flipped = content.clone();
        flipped[at] ^= (byte) (1 << bit);
        mutants.add(flipped);
      }
    }
    return mutants;
  }

  private static String withFittingHash(String line) {
    String hashed = line.substring(0, line.lastIndexOf(",\"entryhash\""));
    String hash = HashChain.sha256Hex(hashed.getBytes(StandardCharsets.UTF_8));
    return hashed + ",\"entryhash\":\"sha256:" + hash + "\"}";
  }

  private static byte[] bytes(List<String> lines) {
    return (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8);
  }

  private Path write(String name, AuditOptions options, int events) throws IOException {
    Path trail = Files.createDirectory(directory.resolve(name));
    try (JsonlAuditLog log =
        JsonlAuditLog.open(trail, STREAM, WRITER, new MovableClock(START), options)) {
      for (int k = 0; k < events; k++) {
        log.append(SampleTrail.event(k, k == 4 ? "a\"\u202e\u0000ö" : "acme"), Durability.GROUPED);
      }
      return log.currentFile();
    }
  }

  /** What the script prints about these files. */
  private String run(Path... files) throws Exception {
    List<String> command = new ArrayList<>(List.of("python3", script.toString()));
    for (Path each : files) {
      command.add(each.toString());
    }
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    assertThat(process.waitFor()).isEqualTo(output.isEmpty() ? 0 : 1);
    return output;
  }

  private List<Long> firstBadLines(List<byte[]> mutants) throws Exception {
    Process process = new ProcessBuilder("python3", "-c", DRIVER, script.toString())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
    CompletableFuture<List<Long>> answers =
        CompletableFuture.supplyAsync(() -> answers(process.inputReader()));
    try (DataOutputStream out = new DataOutputStream(process.getOutputStream())) {
      for (byte[] mutant : mutants) {
        out.writeInt(mutant.length);
        out.write(mutant);
      }
    }
    assertThat(process.waitFor()).isZero();
    return answers.get();
  }

  private static List<Long> answers(BufferedReader reader) {
    return reader.lines().map(Long::valueOf).toList();
  }

  private static boolean hasPython() throws InterruptedException {
    try {
      return new ProcessBuilder("python3", "--version").start().waitFor() == 0;
    } catch (IOException e) {
      return false;
    }
  }
}
