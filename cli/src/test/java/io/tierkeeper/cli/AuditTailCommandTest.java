package io.tierkeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tierkeeper.launcher.Main;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@NullUnmarked
class AuditTailCommandTest {

  private static final Path TRAIL =
      Path.of("src/test/resources/io/tierkeeper/cli/recorded-demo.jsonl");

  @TempDir
  Path directory;

  private static String tail(String... words) {
    StringWriter out = new StringWriter();
    List<String> all = new java.util.ArrayList<>(List.of("audit", "tail"));
    all.addAll(List.of(words));
    int code = Main.run(
        new PrintWriter(out, true), new PrintWriter(out, true), all.toArray(String[]::new));
    assertThat(code).as(out.toString()).isZero();
    return out.toString().replace(System.lineSeparator(), "\n");
  }

  @Test
  void printsTheLastLinesAsSentences() {
    assertThat(tail(TRAIL.toString(), "--lines", "1000"))
        .contains(
            "2026-11-21T23:51:00Z  default/kb  -  Policy: standard, generation 1, mode Approve\n")
        .contains(
            "default/kb  acme  Decision: Hold (TooFewSamples) in Fallback, share 0.2367, 4,461 points; not met: Samples, StabilizationWindow")
        .contains(
            "acme  Approved: kb-acme-promote-0fd8 by fabric8-kubernetes-client (TierMove), plan sha256:0fd8")
        .contains(
            "acme  Move verified: kb-acme-promote-0fd8 (Verify; Equal; broughtOver 0, compared 4,462, different 0, extra 28, missing 0)")
        .doesNotContain("Measured")
        .doesNotContain("step-intended");
    assertThat(tail(TRAIL.toString())).hasLineCount(20);
  }

  @Test
  void showsEverythingOrOneTenantOnRequest() {
    assertThat(tail(TRAIL.toString(), "--lines", "1000", "--all"))
        .hasLineCount(198)
        .contains("Measured: 10 tenants, 18,850 points");
    assertThat(tail(TRAIL.toString(), "--lines", "1000", "--tenant", "tenant-002"))
        .contains("tenant-002  Decision")
        .doesNotContain("acme");
    assertThat(tail(TRAIL.toString(), "--lines", "1", "-o", "json"))
        .startsWith("{\"specversion\"")
        .hasLineCount(1);
    assertThat(tail(TRAIL.toString(), "--lines", "1", "-o", "wide")).contains("  sha256:");
  }

  @Test
  void followsATrailBeyondTheRenamingOfItsFile() throws Exception {
    List<String> lines = Files.readAllLines(TRAIL);
    Path current = directory.resolve("default.kb.jsonl");
    Files.writeString(current, lines.get(0) + "\n" + lines.get(1).substring(0, 50));
    TrailTail tail = new TrailTail(List.of(directory));
    assertThat(tail.more()).containsExactly(lines.get(0));
    Files.writeString(current, lines.get(1).substring(50) + "\n", StandardOpenOption.APPEND);
    Files.move(current, directory.resolve("default.kb.00000000000000000001.jsonl"));
    Files.writeString(current, lines.get(2) + "\n");
    assertThat(tail.more()).containsExactly(lines.get(1), lines.get(2));
    assertThat(tail.more()).isEmpty();
  }

  @Test
  void skipsWhatIsNoAuditLine() throws Exception {
    Path log = directory.resolve("log.jsonl");
    Files.writeString(
        log,
        "starting\n{\"level\":\"INFO\"}\n{broken\n" + Files.readAllLines(TRAIL).get(0) + "\n");
    assertThat(tail(log.toString())).hasLineCount(1).contains("Policy: standard, generation 1");
  }

  @Test
  void showsLinesOfLaterVersionsByTheirType() throws Exception {
    String line = Files.readAllLines(TRAIL).get(0);
    Path later = directory.resolve("later.jsonl");
    Files.writeString(
        later,
        line.replace("io.tierkeeper.policy.v1", "io.tierkeeper.quota.v1") + "\n"
            + line.replace("\"data\":{", "\"data\":{\"policy\":7,\"former\":{")
                .replace("},\"prevhash\"", "}},\"prevhash\"")
            + "\n");
    assertThat(tail(later.toString()))
        .contains("default/kb  -  io.tierkeeper.quota.v1\n")
        .contains("default/kb  -  io.tierkeeper.policy.v1: data.policy cannot be read");
  }

  @Test
  void aTenantCannotManipulateTheTerminal() throws Exception {
    String line = Files.readAllLines(TRAIL).stream()
        .filter(text -> text.contains("tenant/acme") && text.contains(".approval.v1"))
        .findFirst()
        .orElseThrow();
    Path hostile = directory.resolve("hostile.jsonl");
    Files.writeString(
        hostile,
        line.replace("tenant/acme", "tenant/a\\u001b[2Jb")
                .replace("\"by\":\"", "\"by\":\"eve\\nbob\\u202e")
            + "\n");
    assertThat(tail(hostile.toString()))
        .hasLineCount(1)
        .contains("  a\\u001b[2Jb  Approved: ")
        .contains(" by eve\\u000abob\\u202e");
  }
}
