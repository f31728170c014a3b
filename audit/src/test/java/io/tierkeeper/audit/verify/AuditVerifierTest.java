package io.tierkeeper.audit.verify;

import static io.tierkeeper.audit.SampleTrail.START;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tierkeeper.audit.Durability;
import io.tierkeeper.audit.MovableClock;
import io.tierkeeper.audit.SampleTrail;
import io.tierkeeper.audit.chain.AuditCheckpoint;
import io.tierkeeper.audit.chain.AuditFault;
import io.tierkeeper.audit.chain.AuditFault.Kind;
import io.tierkeeper.audit.chain.AuditHead;
import io.tierkeeper.audit.chain.HashChain;
import io.tierkeeper.audit.file.JsonlAuditLog;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditVerifierTest {

  private static final int LINES = 9;

  @TempDir
  Path directory;

  private Path file;
  private byte[] content = new byte[0];

  @BeforeEach
  void writeATrail() throws IOException {
    try (JsonlAuditLog log = SampleTrail.open(directory, new MovableClock(START))) {
      for (int k = 0; k < LINES; k++) {
        log.append(SampleTrail.event(k, k == 4 ? "a\"\u202e\u0000ö" : "acme"), Durability.GROUPED);
      }
      file = log.currentFile();
    }
    content = Files.readAllBytes(file);
  }

  @Test
  void listsTheFilesAgainThatAnOperatorCompressesOrBeginsMeanwhile() throws IOException {
    List<String> lines = Files.readAllLines(file);
    Path first = directory.resolve("data.kb-66d0ffa115b4.00000000000000000001.jsonl");
    Files.writeString(first, String.join("\n", lines) + "\n");
    Files.delete(file);
    try (JsonlAuditLog log = SampleTrail.open(directory, new MovableClock(START))) {
      log.append(SampleTrail.event(LINES), Durability.GROUPED);
    }
    Path second = directory.resolve("data.kb-66d0ffa115b4.00000000000000000010.jsonl");
    boolean[] happened = {false};
    AuditReport report = AuditVerifier.verify(List.of(directory), null, opened -> {
      if (!happened[0]) {
        happened[0] = true;
        Files.move(file, second);
        try (JsonlAuditLog log = SampleTrail.open(directory, new MovableClock(START))) {
          log.append(SampleTrail.event(LINES + 1), Durability.GROUPED);
        }
        Path compressed = first.resolveSibling(first.getFileName() + ".gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(compressed))) {
          Files.copy(first, out);
        }
        Files.delete(first);
      }
      return Files.newInputStream(opened);
    });
    assertThat(report.fault()).isNull();
    assertThat(report.lines()).isEqualTo(LINES + 4);
  }

  @Test
  void passesAnUnchangedTrailWithItsCounts() throws IOException {
    AuditReport report = AuditVerifier.verify(List.of(directory), null);
    assertThat(report.fault()).isNull();
    assertThat(report.ok()).isTrue();
    assertThat(report.lines()).isEqualTo(LINES);
    assertThat(report.counts())
        .containsEntry("io.tierkeeper.measurement.v1", 2L)
        .containsEntry("io.tierkeeper.policy.v1", 1L);
    assertThat(report.head().sequence()).isEqualTo(LINES);
    assertThat(report.firstSequence()).isEqualTo(1);
  }

  @Test
  void findsEveryChangedByteWithItsLine() throws IOException {
    for (int at = 0; at < content.length; at++) {
      for (int replacement : new int[] {content[at] ^ 1, content[at] ^ 0x20, '\n', ' '}) {
        if ((byte) replacement == content[at]) {
          continue;
        }
        byte[] changed = content.clone();
        changed[at] = (byte) replacement;
        AuditFault fault =
            Objects.requireNonNull(faultOf(changed), "byte " + at + " as " + replacement);
        long line = lineOf(at);
        assertThat(fault.line()).as("line of byte %d as %d", at, replacement).isEqualTo(line);
        assertThat(fault.offset()).isEqualTo(startOf(line));
      }
    }
  }

  @Test
  void findsEveryInsertedAndEveryRemovedByte() throws IOException {
    for (int at = 0; at < content.length; at++) {
      byte[] shorter = new byte[content.length - 1];
      System.arraycopy(content, 0, shorter, 0, at);
      System.arraycopy(content, at + 1, shorter, at, shorter.length - at);
      assertThat(faultOf(shorter)).as("byte %d removed", at).isNotNull();
      byte[] longer = new byte[content.length + 1];
      System.arraycopy(content, 0, longer, 0, at);
      longer[at] = ' ';
      System.arraycopy(content, at, longer, at + 1, content.length - at);
      assertThat(faultOf(longer)).as("space inserted at %d", at).isNotNull();
    }
  }

  @Test
  void findsEachRemovedLine() throws IOException {
    for (int removed = 0; removed < LINES - 1; removed++) {
      List<String> lines = lines();
      lines.remove(removed);
      AuditFault fault = foundIn(lines);
      assertThat(fault.kind()).isEqualTo(Kind.DROPPED);
      assertThat(fault.line()).isEqualTo(removed + 1);
    }
  }

  @Test
  void findsEachInsertedLine() throws IOException {
    for (int at = 0; at < LINES; at++) {
      for (int copied = 0; copied < LINES; copied++) {
        List<String> lines = lines();
        lines.add(at, lines.get(copied));
        if (lines.equals(lines())) {
          continue;
        }
        AuditFault fault = foundIn(lines);
        assertThat(fault.kind()).as("line %d copied to %d", copied, at).isEqualTo(Kind.INSERTED);
        // A copy right behind or before its original cannot be distinguished from it; the second
        // one is
        // named.
        assertThat(fault.line()).isEqualTo(at == copied ? at + 2 : at + 1);
      }
    }
  }

  @Test
  void findsAnInsertedForgedLine() throws IOException {
    List<String> lines = lines();
    lines.add(3, lines.get(2).replace("AwaitingApproval", "Approved").replace("alice", "mallory"));
    AuditFault fault = foundIn(lines);
    assertThat(fault.kind()).isEqualTo(Kind.INSERTED);
    assertThat(fault.line()).isEqualTo(4);
  }

  @Test
  void findsEachPairOfSwappedLines() throws IOException {
    for (int a = 0; a < LINES; a++) {
      for (int b = a + 1; b < LINES; b++) {
        List<String> lines = lines();
        Collections.swap(lines, a, b);
        AuditFault fault = foundIn(lines);
        assertThat(fault.kind()).as("%d and %d", a, b).isEqualTo(Kind.REORDERED);
        assertThat(fault.line()).isEqualTo(a + 1);
      }
    }
  }

  @Test
  void findsALineWrittenAnewWithAFittingHash() throws IOException {
    List<String> lines = lines();
    String forged = lines.get(2).replace("\"alice\"", "\"mallory\"");
    lines.set(2, withFittingHash(forged));
    AuditFault fault = foundIn(lines);
    assertThat(fault.kind()).isEqualTo(Kind.CHANGED);
    assertThat(fault.line()).isEqualTo(4);
  }

  @Test
  void findsACutTailByItsCheckpointOnly() throws IOException {
    AuditHead head = AuditVerifier.verify(List.of(file), null).head();
    AuditCheckpoint checkpoint = new AuditCheckpoint(head.sequence(), head.headHash(), START);
    assertThat(AuditVerifier.verify(List.of(file), checkpoint).ok()).isTrue();
    List<String> lines = lines();
    lines.removeLast();
    byte[] cut = bytes(lines);
    assertThat(faultOf(cut)).isNull();
    AuditReport report = verify(cut, checkpoint);
    AuditFault fault = Objects.requireNonNull(report.fault());
    assertThat(fault.kind()).isEqualTo(Kind.CUT);
    assertThat(fault.sentence()).contains("ends at sequence 8").contains("9 lines");
  }

  @Test
  void findsAHistoryWrittenAnewByItsCheckpoint() throws IOException {
    AuditCheckpoint checkpoint = new AuditCheckpoint(5, "sha256:" + "0".repeat(64), START);
    AuditReport report = AuditVerifier.verify(List.of(file), checkpoint);
    AuditFault fault = Objects.requireNonNull(report.fault());
    assertThat(fault.kind()).isEqualTo(Kind.CHANGED);
    assertThat(fault.line()).isEqualTo(5);
  }

  @Test
  void findsALineOfADeposedLeader() throws IOException {
    List<String> lines = new ArrayList<>();
    String prevHash = HashChain.GENESIS;
    for (String line : lines()) {
      String term = lines.size() == 3 ? "8" : "7";
      String rest = line.replace("\"term\":7", "\"term\":" + term)
          .replaceFirst("\"prevhash\":\"[^\"]*\"", "\"prevhash\":\"" + prevHash + "\"");
      String anew = withFittingHash(rest);
      prevHash = anew.replaceFirst(".*\"entryhash\":\"([^\"]*)\".*", "$1");
      lines.add(anew);
    }
    AuditFault fault = foundIn(lines);
    assertThat(fault.kind()).isEqualTo(Kind.OLDER_TERM);
    assertThat(fault.line()).isEqualTo(5);
    assertThat(fault.sentence()).isEqualTo("written in term 7 after a line of term 8");
  }

  @Test
  void namesPathsThatHoldNoTrail() throws IOException {
    Path empty = Files.createDirectory(directory.resolve("empty"));
    assertThatThrownBy(() -> AuditVerifier.verify(List.of(empty), null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no audit file");
    assertThatThrownBy(() -> AuditVerifier.verify(List.of(directory.resolve("absent")), null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no such file");
  }

  @Test
  void refusesTheSameContentInAnotherForm() throws IOException {
    List<String> lines = lines();
    String other = lines.get(1).replace("\"alphaStar\":0.28", "\"alphaStar\":0.280");
    assertThat(other).isNotEqualTo(lines.set(1, other));
    AuditFault fault = foundIn(lines);
    assertThat(fault.kind()).isEqualTo(Kind.CHANGED);
    assertThat(fault.line()).isEqualTo(2);
  }

  @Test
  void findsAMemberThatIsThereTwiceThoughItsHashFits() throws IOException {
    List<String> lines = lines();
    lines.set(2, withFittingHash(lines.get(2).replaceFirst("\"id\":", "\"id\":\"x\",$0")));
    AuditFault fault = foundIn(lines);
    assertThat(fault.kind()).isEqualTo(Kind.MALFORMED);
    assertThat(fault.line()).isEqualTo(3);
    assertThat(fault.sentence()).contains("Duplicate field 'id'").contains("at byte ");
  }

  private static String withFittingHash(String line) {
    String hashed = line.substring(0, line.lastIndexOf(",\"entryhash\""));
    String hash = HashChain.sha256Hex(hashed.getBytes(StandardCharsets.UTF_8));
    return hashed + ",\"entryhash\":\"sha256:" + hash + "\"}";
  }

  private List<String> lines() {
    return new ArrayList<>(new String(content, StandardCharsets.UTF_8).lines().toList());
  }

  private @Nullable AuditFault faultOf(List<String> lines) throws IOException {
    return faultOf(bytes(lines));
  }

  private static byte[] bytes(List<String> lines) {
    return (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8);
  }

  private AuditReport verify(byte[] changed, @Nullable AuditCheckpoint checkpoint)
      throws IOException {
    return AuditVerifier.verify(
        List.of(file), checkpoint, path -> new ByteArrayInputStream(changed));
  }

  private AuditFault foundIn(List<String> lines) throws IOException {
    return Objects.requireNonNull(faultOf(lines), "nothing found");
  }

  private @Nullable AuditFault faultOf(byte[] changed) throws IOException {
    return verify(changed, null).fault();
  }

  private long lineOf(int offset) {
    long line = 1;
    for (int i = 0; i < offset; i++) {
      line += content[i] == '\n' ? 1 : 0;
    }
    return line;
  }

  private long startOf(long line) {
    int at = 0;
    for (long passed = 1; passed < line; at++) {
      passed += content[at] == '\n' ? 1 : 0;
    }
    return at;
  }
}
