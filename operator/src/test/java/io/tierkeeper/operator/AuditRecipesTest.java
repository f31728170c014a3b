package io.tierkeeper.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.tierkeeper.lab.testbed.Checkout;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The recipes of the documentation, run as one notebook on the demo's trail, of which the older half is compressed. */
@NullUnmarked
class AuditRecipesTest {

  private static final Path PAGE = Checkout.file("docs/audit-recipes.md");
  private static final Path RECORDED =
      Checkout.file("cli/src/test/resources/io/tierkeeper/cli/recorded-demo.jsonl");
  private static final Pattern BLOCK = Pattern.compile("```python\\n(.*?)```", Pattern.DOTALL);
  private static final String PYTHON =
      Optional.ofNullable(System.getenv("QDRANT_CLIENT_PYTHON")).orElse("python3");

  @TempDir
  Path directory;

  @Test
  void runOnTheTrailOfTheDemo() throws Exception {
    assumeThat(run("import pandas, duckdb").code())
        .as("%s cannot import pandas and duckdb (tools/python-client)", PYTHON)
        .isZero();
    List<String> lines = Files.readAllLines(RECORDED);
    Path audit = Files.createDirectory(directory.resolve("audit"));
    int half = lines.size() / 2;
    try (OutputStream compressed =
        new GZIPOutputStream(Files.newOutputStream(audit.resolve("kb.1.jsonl.gz")))) {
      compressed.write(
          (String.join("\n", lines.subList(0, half)) + "\n").getBytes(StandardCharsets.UTF_8));
    }
    Files.write(audit.resolve("kb.jsonl"), lines.subList(half, lines.size()));
    String page = Files.readString(PAGE);
    List<String> recipes =
        BLOCK.matcher(page).results().map((MatchResult block) -> block.group(1)).toList();
    assertThat(recipes).hasSize(7);

    Ran ran = run(recipes.stream().collect(Collectors.joining("\nprint('----')\n")));

    assertThat(ran.code()).as(ran.out()).isZero();
    assertThat(ran.out()).doesNotContain("Warning");
    List<String> printed = List.of(ran.out().split("----\n"));
    assertThat(printed.get(0)).containsPattern("io\\.tierkeeper\\.measurement\\.v1 +34");
    assertThat(printed.get(1))
        .containsPattern("Fallback +0\\.236658 +0\\.236658 +0\\.15 +0\\.05 +above")
        .containsPattern("Dedicated +0\\.039949 +0\\.048434 +0\\.15 +0\\.05 +below");
    assertThat(printed.get(2))
        .containsPattern("kb-acme-promote-0fd8 +acme +Promote .* finished +11\\.6")
        .containsPattern("Replicate +1\\.0 +0\\.23");
    assertThat(printed.get(3)).containsPattern("min +0\\.920979").contains("product 0.8150841");
    assertThat(printed.get(4))
        .containsPattern("acme +Promote +Demote .* 0 days 00:00:21")
        .contains("no tenant was held");
    assertThat(printed.get(5)).containsPattern("23:51:00 +acme +0\\.2367 +0\\.2368");
    assertThat(printed.get(6)).containsPattern("acme +Dedicated +0\\.0052");
  }

  private record Ran(int code, String out) {}

  private Ran run(String program) throws InterruptedException, IOException {
    Path script = Files.writeString(directory.resolve("recipes.py"), program);
    Path out = directory.resolve("out");
    Process started;
    try {
      started = new ProcessBuilder(PYTHON, script.toString())
          .directory(directory.toFile())
          .redirectErrorStream(true)
          .redirectOutput(out.toFile())
          .start();
    } catch (IOException e) {
      return new Ran(-1, "no " + PYTHON + " on PATH: " + e.getMessage());
    }
    assertThat(started.waitFor(120, TimeUnit.SECONDS)).isTrue();
    return new Ran(started.exitValue(), Files.readString(out));
  }
}
