package io.tierkeeper.moves;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Runs the commands of a stalled move in a directory of its own, and keeps what they ask kubectl for. */
final class RunbookShell implements AutoCloseable {

  private static final Pattern PATCH = Pattern.compile(
      "kubectl patch tiermove \\S+ --type merge -p '\\{\"spec\":\\{\"(abort|fenced)\":(true|false)}}'");
  private static final Pattern PODS = Pattern.compile("kubectl delete pod (.+)");

  /** Pods that were to be restarted. */
  final List<String> deletedPods = new ArrayList<>();

  /** {@code spec.abort}. */
  boolean abort;

  /** {@code spec.fenced}. */
  boolean fenced;

  private @Nullable Path directory;

  /** The move's signals as the patches have left them. */
  MoveSignals signals() {
    MoveSignals signals = abort ? MoveRig.go().abort() : MoveRig.go();
    return fenced ? signals.withFence() : signals;
  }

  void run(String command, URI qdrant) {
    Matcher patch = PATCH.matcher(command);
    Matcher pods = PODS.matcher(command);
    if (patch.matches()) {
      boolean value = Boolean.parseBoolean(patch.group(2));
      if (patch.group(1).equals("abort")) {
        abort = value;
      } else {
        fenced = value;
      }
    } else if (pods.matches()) {
      deletedPods.addAll(Arrays.asList(pods.group(1).split(" ", -1)));
    } else {
      bash(command, qdrant);
    }
  }

  /** The command of the page of VerificationDifference that writes the fallback's saved version into the dedicated key. */
  static String keepingTheFallbacksVersion(Move move) {
    try {
      return Files.readAllLines(Path.of("../docs/runbooks/VerificationDifference.md")).stream()
          .filter(line -> line.startsWith("jq ") && line.contains("saved-fallback.json"))
          .findFirst()
          .orElseThrow()
          .replace("collections/kb/", "collections/" + move.collection() + "/")
          .replace("\"acme\"", "\"" + move.dedicated() + "\"");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void bash(String command, URI qdrant) {
    for (String tool : List.of("bash", "curl", "jq")) {
      assumeTrue(
          Arrays.stream(System.getenv("PATH").split(File.pathSeparator, -1))
              .anyMatch(each -> Files.isExecutable(Path.of(each, tool))),
          tool + " is not on PATH, so no runbook can be followed");
    }
    try {
      ProcessBuilder builder = new ProcessBuilder("bash", "-c", "set -o pipefail; " + command)
          .directory(directory().toFile())
          .redirectErrorStream(true);
      builder.environment().put("QDRANT", qdrant.toString());
      Process process = builder.start();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor()).as("%s%n%s", command, said).isZero();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /** What a command has saved. */
  String saved(String file) {
    try {
      return Files.readString(directory().resolve(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path directory() throws IOException {
    Path made = directory;
    if (made == null) {
      made = Files.createTempDirectory("tierkeeper-runbook");
      directory = made;
    }
    return made;
  }

  @Override
  public void close() {
    Path made = directory;
    if (made != null) {
      try (Stream<Path> files = Files.walk(made)) {
        files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
      } catch (IOException e) {
        throw new UncheckedIOException("left-over directory " + made, e);
      }
    }
  }
}
