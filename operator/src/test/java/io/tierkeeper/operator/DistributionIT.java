package io.tierkeeper.operator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the operator's image is made of: every jar is on a list that a reviewer has seen. */
class DistributionIT {
  private static final Path LIST = Path.of("distribution-jars.txt");
  private static final Path DISTRIBUTION = Path.of("target", "distribution");

  /** Third-party jars with their version, the project's own without. */
  private static TreeSet<String> assembled() throws IOException {
    try (Stream<Path> jars = Files.list(DISTRIBUTION.resolve("lib"))) {
      return jars.map(jar -> jar.getFileName().toString().replaceFirst("\\.jar$", ""))
          .map(name -> name.replaceFirst("^(tierkeeper-[a-z-]+)-[0-9].*", "$1"))
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  @Test
  void holdsTheJarsOfTheCommittedList() throws IOException {
    TreeSet<String> listed = Files.readAllLines(LIST).stream()
        .filter(line -> !line.isBlank() && !line.startsWith("#"))
        .collect(Collectors.toCollection(TreeSet::new));
    TreeSet<String> added = assembled();
    TreeSet<String> missing = new TreeSet<>(listed);
    missing.removeAll(added);
    added.removeAll(listed);
    List<String> changes = Stream.concat(
            added.stream().map(jar -> "+ " + jar), missing.stream().map(jar -> "- " + jar))
        .toList();
    assertThat(changes)
        .as(
            "lines to add (+) to and to remove (-) from operator/%s, if the operator's image is to change",
            LIST)
        .isEmpty();
  }

  @Test
  void holdsNothingOfTheLaboratory() throws IOException {
    assertThat(
            assembled().stream()
                .filter(
                    jar -> jar.matches(
                        "tierkeeper-(lab|cli|simulation|huf|load).*|byte-buddy.*|progressbar.*|jline.*|cel-.*|hardwood.*|snappy.*|zstd.*")))
        .isEmpty();
  }

  @Test
  void startsByItsScript() throws Exception {
    Process process = new ProcessBuilder(
            DISTRIBUTION.resolve("tierkeeper").toString(), "operator", "--help")
        .redirectErrorStream(true)
        .start();
    String output = new String(process.getInputStream().readAllBytes());
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(output).contains("Usage: tierkeeper operator");
    assertThat(process.exitValue()).isZero();
  }
}
