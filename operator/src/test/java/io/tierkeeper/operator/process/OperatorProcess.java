package io.tierkeeper.operator.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.NullUnmarked;

/** {@code tierkeeper operator} in a process of its own, as a pod would run it. */
@NullUnmarked
final class OperatorProcess implements AutoCloseable {
  /** The product's logging as JSON, not that of the tests around this process. */
  static final String LOGGING = "-Dlogback.configurationFile=logback.xml";

  private final Process process;
  private final Path log;

  private OperatorProcess(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  /**
   * Starts a command of tierkeeper.
   *
   * @param hosts a file in the form of /etc/hosts that this process resolves names by
   */
  static OperatorProcess start(
      Path directory,
      Path hosts,
      Path kubeconfig,
      Map<String, String> environment,
      List<String> command)
      throws IOException {
    Path log = directory.resolve("operator.log");
    List<String> words = new ArrayList<>();
    words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    words.add("-Djdk.net.hosts.file=" + hosts);
    words.add(LOGGING);
    words.addAll(ProcessClasses.options());
    words.add("io.tierkeeper.launcher.Main");
    words.addAll(command);
    words.addAll(List.of("--kubeconfig", kubeconfig.toString()));
    ProcessBuilder builder =
        new ProcessBuilder(words).redirectErrorStream(true).redirectOutput(log.toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("TIERKEEPER_"));
    builder.environment().putAll(environment);
    return new OperatorProcess(builder.start(), log);
  }

  /** Requests its end, as the kubelet does. */
  void terminate() throws InterruptedException {
    process.destroy();
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).as(log()).isTrue();
  }

  /** Ends it as a crash does. */
  void kill() {
    process.destroyForcibly().onExit().join();
  }

  /** Stops it where it is, as a machine does that is suspended or has no memory left. */
  void pause() throws IOException, InterruptedException {
    signal("-STOP");
  }

  /** Resumes it; it does not notice that it was paused. */
  void resume() throws IOException, InterruptedException {
    signal("-CONT");
  }

  private void signal(String which) throws IOException, InterruptedException {
    Process kill = new ProcessBuilder("kill", which, Long.toString(process.pid()))
        .inheritIO()
        .start();
    assertThat(kill.waitFor()).as("kill " + which).isZero();
  }

  boolean alive() {
    return process.isAlive();
  }

  int exitCode(Duration within) throws InterruptedException {
    assertThat(process.waitFor(within.toMillis(), TimeUnit.MILLISECONDS))
        .as(log())
        .isTrue();
    return process.exitValue();
  }

  /** What it printed, without the level INFO. */
  String warnings() {
    return log()
        .lines()
        .filter(line -> !line.contains("\"level\":\"INFO\""))
        .collect(Collectors.joining("\n"));
  }

  String log() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      return e.toString();
    }
  }

  @Override
  public void close() {
    kill();
  }
}
