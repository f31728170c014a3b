package io.tierkeeper.lab.testbed.prometheus;

import io.tierkeeper.lab.testbed.BackendLog;
import io.tierkeeper.lab.testbed.Checkout;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Prometheus as it is installed on this machine. */
public final class PrometheusBinaries {

  /** Why a test that needs it is skipped. */
  public static final String MISSING =
      "prometheus and promtool are not installed; tools/prometheus/install installs them";

  private PrometheusBinaries() {}

  /** Whether both programs are there; records which. */
  public static boolean installed() {
    boolean installed = find("prometheus").isPresent() && find("promtool").isPresent();
    BackendLog.append(
        "Prometheus", installed ? find("prometheus").orElseThrow().toString() : "missing");
    return installed;
  }

  static Optional<Path> find(String program) {
    return Stream.concat(
            Stream.of(Checkout.file(".tierkeeper/prometheus/usr/bin")),
            Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .map(Path::of))
        .map(directory -> directory.resolve(program))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /**
   * Runs promtool.
   *
   * @return its output
   * @throws AssertionError with its output when it fails
   */
  public static String promtool(String... words) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(find("promtool").orElseThrow().toString());
    command.addAll(List.of(words));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (!process.waitFor(1, TimeUnit.MINUTES)) {
      process.destroyForcibly();
      throw new AssertionError("promtool does not end: " + output);
    }
    if (process.exitValue() != 0) {
      throw new AssertionError("promtool " + String.join(" ", words) + ":\n" + output);
    }
    return output;
  }
}
