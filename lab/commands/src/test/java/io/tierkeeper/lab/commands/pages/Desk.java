package io.tierkeeper.lab.commands.pages;

import io.tierkeeper.lab.testbed.Checkout;
import io.tierkeeper.launcher.Main;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * What the reader of one page has before them: a directory that looks like a checkout, a home directory, and a {@code PATH} with
 * the tools that the documentation may use and no others. Programs that a test does not really run are scripts that
 * {@linkplain Calls report} how they were called.
 */
final class Desk implements AutoCloseable {

  /** Real tools; bash refuses any other, so a page that needs a new one fails until it is here. */
  private static final List<String> TOOLS = List.of(
      "base64",
      "bash",
      "basename",
      "cat",
      "cksum",
      "curl",
      "date",
      "diff",
      "dirname",
      "find",
      "grep",
      "gzip",
      "head",
      "jq",
      "ln",
      "openssl",
      "readlink",
      "sed",
      "sha256sum",
      "sort",
      "tail",
      "tar",
      "tr",
      "uniq",
      "wc",
      "xargs");

  /** Programs on the {@code PATH} that report their calls. */
  private static final List<String> REPORTING = List.of("docker", "helm", "kind", "mvn");

  /** Scripts of the checkout that report their calls. */
  private static final List<String> SCRIPTS = List.of(
      "tierkeeper",
      "kubectl-tier",
      "kubectl_complete-tier",
      ".ci/run",
      "tools/bench",
      "tools/image/build",
      "tools/kube-apiserver/build",
      "tools/site/build");

  private static final long MAX_SECONDS = 120;

  /** How a script ended, and what it printed on both streams. */
  record Ran(int code, String output) {}

  private final Path directory;
  private final Map<String, String> environment = new HashMap<>();

  /**
   * Prepares one.
   *
   * @param directory empty; the checkout is in {@code checkout}
   * @param calls where programs report their calls
   * @param kubectl the real one
   * @param installed whether the command line and the plugin are on the {@code PATH} already
   */
  Desk(Path directory, Calls calls, Path kubectl, boolean installed) throws IOException {
    this.directory = directory;
    Path bin = Files.createDirectories(directory.resolve("bin"));
    for (String tool : TOOLS) {
      Files.createSymbolicLink(bin.resolve(tool), which(tool));
    }
    String report = """
        #!/usr/bin/env bash
        # Reports this call to the test, which answers with what the program prints.
        exec curl -sS --fail-with-body --data-binary @<(printf '%%s\\0' "$0" "$PWD" "$@") %s
        """.formatted(calls.address());
    for (String program : REPORTING) {
      script(bin.resolve(program), report);
    }
    script(bin.resolve("kubectl"), """
        #!/usr/bin/env bash
        # No kubelet runs here. Of what needs one, kubectl checks the options, and the test the objects.
        case ${1:-} in
          logs | exec | port-forward | top)
            options=()
            for word in "$@"; do
              [ "$word" = -- ] && break
              options+=("$word")
            done
            "%1$s" "${options[@]}" --help >/dev/null || exit
            exec curl -sS --fail-with-body --data-binary @<(printf '%%s\\0' "$0" "$PWD" "$@") %2$s
            ;;
        esac
        exec "%1$s" "$@"
        """.formatted(kubectl, calls.address()));
    Path checkout = Files.createDirectories(checkout());
    Path home = directory.resolve("home");
    Files.createDirectories(home.resolve(".local/bin"));
    Files.createDirectories(home.resolve(".local/share"));
    link(Checkout.file(""), checkout);
    for (String name : SCRIPTS) {
      Path script = checkout.resolve(name);
      if (!Files.isExecutable(Checkout.file(name))) {
        throw new IllegalStateException(name + " is not executable in the checkout");
      }
      Files.createDirectories(script.getParent());
      Files.deleteIfExists(script);
      script(script, report);
    }
    if (!installed) {
      archive(report);
    } else {
      for (String name : List.of("tierkeeper", "kubectl-tier")) {
        Files.createSymbolicLink(home.resolve(".local/bin").resolve(name), checkout.resolve(name));
      }
    }
    environment.put("PATH", home.resolve(".local/bin") + ":" + bin);
    environment.put("HOME", home.toString());
    environment.put("LC_ALL", "C.UTF-8");
  }

  private static Path which(String tool) {
    return Stream.of(System.getenv("PATH").split(":"))
        .map(entry -> Path.of(entry, tool))
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow(() -> new IllegalStateException(tool + " is not on PATH"));
  }

  private static void script(Path file, String text) throws IOException {
    Files.writeString(file, text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  /** Links what Git has of the checkout; directories that scripts are in are directories of links. */
  private static void link(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.toList()) {
        String name = file.getFileName().toString();
        Path made = to.resolve(name);
        if (Files.isDirectory(file)
            && (List.of("tools", ".ci", "cli").contains(name) || from.endsWith("tools"))) {
          Files.createDirectories(made);
          link(file, made);
        } else if (!List.of("target", ".git", ".tierkeeper").contains(name)) {
          Files.createSymbolicLink(made, file);
        }
      }
    }
  }

  /** What {@code mvn package} leaves in {@code cli/target}, with scripts that report their calls. */
  private void archive(String report) throws IOException {
    Path target = Files.createDirectories(checkout().resolve("cli/target"));
    String name = "tierkeeper-cli-" + Main.version();
    Path content = Files.createDirectories(target.resolve(name));
    for (String program : List.of("tierkeeper", "kubectl-tier", "kubectl_complete-tier")) {
      script(content.resolve(program), report);
    }
    Process tar = new ProcessBuilder("tar", "-czf", name + ".tar.gz", name)
        .directory(target.toFile())
        .inheritIO()
        .start();
    if (tar.onExit().join().exitValue() != 0) {
      throw new IllegalStateException("tar failed");
    }
  }

  /** The directory that commands run in. */
  Path checkout() {
    return directory.resolve("checkout");
  }

  void set(String variable, String value) {
    environment.put(variable, value);
  }

  /** Runs a script as bash runs it, except that it stops at the first command that fails. */
  Ran run(String script) throws IOException, InterruptedException {
    Path log = directory.resolve("log");
    ProcessBuilder builder = new ProcessBuilder(
            directory.resolve("bin/bash").toString(), "-euo", "pipefail", "-c", script)
        .directory(checkout().toFile())
        .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
        .redirectErrorStream(true)
        .redirectOutput(log.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    Process process = builder.start();
    boolean ended = process.waitFor(MAX_SECONDS, TimeUnit.SECONDS);
    if (!ended) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
    String output = Files.readString(log, StandardCharsets.UTF_8);
    return ended
        ? new Ran(process.exitValue(), output)
        : new Ran(-1, output + "\nnot finished in " + MAX_SECONDS + " s");
  }

  /** Deletes everything; what links lead to stays. */
  @Override
  public void close() throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
