package io.tierkeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tierkeeper.launcher.ExitCode;
import io.tierkeeper.launcher.Main;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;

/** The archive that users install: it has the product's commands, and nothing of the laboratory. */
@Timeout(120)
class DistributionIT {

  static final List<String> LABORATORY = Main.LABORATORY.stream().sorted().toList();

  @TempDir
  static Path directory;

  private static Path home;

  private record Ran(int code, String out, String err) {}

  @BeforeAll
  static void unpack() throws Exception {
    List<Path> archives = list(Path.of("target")).stream()
        .filter(file -> file.getFileName().toString().matches("tierkeeper-cli-.*\\.tar\\.gz"))
        .toList();
    assertThat(archives).hasSize(1);
    Ran tar =
        run(List.of("tar", "-xzf", archives.getFirst().toString(), "-C", directory.toString()), "");
    assertThat(tar.code()).as(tar.err()).isZero();
    assertThat(list(directory)).hasSize(1);
    home = list(directory).getFirst();
    assertThat(archives.getFirst().getFileName()).hasToString(home.getFileName() + ".tar.gz");
  }

  private static List<Path> list(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.sorted().toList();
    }
  }

  private static Ran run(List<String> command, String path) throws Exception {
    Path out = Files.createTempFile("out", ".txt");
    Path err = Files.createTempFile("err", ".txt");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().compute("PATH", (name, old) -> path + old);
    int code = builder.start().waitFor();
    Ran ran = new Ran(code, Files.readString(out), Files.readString(err));
    Files.delete(out);
    Files.delete(err);
    return ran;
  }

  /** As a user who has the directory on the PATH. */
  private static Ran call(String... words) throws Exception {
    List<String> command = new ArrayList<>(List.of("bash", "-c", "exec \"$@\"", "bash"));
    command.addAll(List.of(words));
    return run(command, home + File.pathSeparator);
  }

  @Test
  void hasTheLibrariesTheScriptsTheLicenceAndItsReadme() throws Exception {
    assertThat(list(home))
        .extracting(file -> file.getFileName().toString())
        .containsExactly(
            "LICENSE", "README.md", "kubectl-tier", "kubectl_complete-tier", "lib", "tierkeeper");
    assertThat(list(home.resolve("lib")))
        .extracting(jar -> jar.getFileName().toString())
        .anyMatch(jar -> jar.startsWith("tierkeeper-cli-"))
        .anyMatch(jar -> jar.startsWith("logback-classic-"))
        .anyMatch(jar -> jar.startsWith("hardwood-core-"))
        .anyMatch(jar -> jar.startsWith("snappy-java-"))
        .anyMatch(jar -> jar.startsWith("zstd-jni-"))
        .noneMatch(jar -> jar.matches("(tierkeeper-lab|byte-buddy|cel-|record-builder).*"));
  }

  @ParameterizedTest
  @CsvSource({
    "tierkeeper, --help",
    "tierkeeper, status --help",
    "tierkeeper, audit verify --help",
    "tierkeeper, load --help",
    "kubectl-tier, --help",
    "kubectl-tier, plan --help"
  })
  void printsHelpUnderTheNameOfTheScript(String script, String words) throws Exception {
    Ran ran =
        call(Stream.concat(Stream.of(script), Stream.of(words.split(" "))).toArray(String[]::new));
    assertThat(ran.code()).as(ran.err()).isZero();
    assertThat(ran.out())
        .startsWith(
            "Usage: " + script.replace('-', ' ') + " " + words.replaceFirst(" ?--help", ""));
    assertThat(ran.err()).isEmpty();
  }

  @Test
  void completesTheWordsAfterKubectlTier() throws Exception {
    Ran ran = call("kubectl_complete-tier", "retr");
    assertThat(ran.code()).as(ran.err()).isZero();
    assertThat(ran.out()).startsWith("retry");
  }

  @Test
  void runsByALinkInAnotherDirectory() throws Exception {
    Path link =
        Files.createSymbolicLink(directory.resolve("tierkeeper"), home.resolve("tierkeeper"));
    Ran ran = run(List.of(link.toString(), "--version"), "");
    Files.delete(link);
    assertThat(ran.out()).startsWith("tierkeeper " + Main.version());
  }

  @ParameterizedTest
  @FieldSource("LABORATORY")
  void namesWhatHasACommandOfTheLaboratory(String command) throws Exception {
    Ran ran = call("tierkeeper", command, "--json");
    assertThat(ran.code()).isEqualTo(ExitCode.USAGE);
    assertThat(ran.out()).isEmpty();
    assertThat(ran.err())
        .isEqualTo("tierkeeper: " + command
            + " needs the test laboratory, which this distribution does not contain. Run ./tierkeeper "
            + command + " in a checkout of Tierkeeper.\n");
  }

  @Test
  void namesWhatHasTheMovesOfASimulation() throws Exception {
    Ran ran = call("tierkeeper", "simulate", "--scenario", "growth", "--moves");
    assertThat(ran.code()).isEqualTo(ExitCode.USAGE);
    assertThat(ran.err()).contains("Run ./tierkeeper simulate --moves in a checkout");
  }
}
