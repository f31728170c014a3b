package io.tierkeeper.lab.kubeapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Everyday commands, with the kubectl that is on the PATH. */
class KubectlIT {
  private static final String WIDGET =
      "apiVersion: example.test/v1\nkind: Widget\nmetadata: {name: %s}\nspec: {size: %s, colour: red}\n";

  @TempDir
  private static Path directory;

  private static EmbeddedKubernetes kubernetes;

  /** What a command printed, both streams together, and how it ended. */
  private record Run(int code, String output) {}

  @BeforeAll
  static void start() throws IOException {
    boolean found = Arrays.stream(System.getenv("PATH").split(File.pathSeparator, -1))
        .anyMatch(entry -> Files.isExecutable(Path.of(entry, "kubectl")));
    assumeTrue(found, "no kubectl on the PATH");
    kubernetes = EmbeddedKubernetes.start();
    kubernetes.applyCrds(List.of(Widget.definition()));
    Files.writeString(directory.resolve("config"), kubernetes.kubeconfig());
  }

  @AfterAll
  static void stop() {
    if (kubernetes != null) {
      kubernetes.close();
    }
  }

  private static Process start(String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of("kubectl"));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("KUBECONFIG", directory.resolve("config").toString());
    builder.environment().put("HOME", directory.toString());
    return builder.start();
  }

  private static Run kubectl(String... arguments) throws IOException, InterruptedException {
    Process process = start(arguments);
    process.getOutputStream().close();
    String output = new String(
        process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return new Run(process.exitValue(), output);
  }

  private static String file(String name, String size) throws IOException {
    Path file = directory.resolve(name + "-" + size + ".yaml");
    Files.writeString(file, WIDGET.formatted(name, size));
    return file.toString();
  }

  @Test
  void appliesShowsPatchesAndDeletes() throws Exception {
    assertThat(kubectl("apply", "-f", file("a", "3")).output())
        .isEqualTo("widget.example.test/a created\n");
    assertThat(kubectl("apply", "-f", file("a", "3")).output())
        .isEqualTo("widget.example.test/a unchanged\n");
    assertThat(kubectl("apply", "-f", file("a", "4")).output())
        .isEqualTo("widget.example.test/a configured\n");
    assertThat(kubectl("get", "toys", "a").output())
        .matches(
            "NAME   SIZE   MODE        READY   AGE\na      4      Recommend           \\d+s\n");
    assertThat(kubectl("get", "wg", "a", "-o", "wide", "--no-headers").output())
        .matches("a     4     Recommend         red   \\d+s\n");
    assertThat(kubectl("apply", "--server-side", "--force-conflicts", "-f", file("a", "5"))
            .output())
        .isEqualTo("widget.example.test/a serverside-applied\n");
    assertThat(kubectl(
                "patch",
                "wg",
                "a",
                "--subresource=status",
                "--type=merge",
                "-p",
                "{\"status\":{\"conditions\":[{\"type\":\"Ready\",\"status\":\"True\"}]}}")
            .code())
        .isZero();
    assertThat(kubectl("wait", "--for=condition=Ready", "wg/a", "--timeout=5s").output())
        .isEqualTo("widget.example.test/a condition met\n");
    assertThat(kubectl("describe", "wg", "a").output())
        .contains("Size:    5", "Events:      <none>");
    assertThat(kubectl("explain", "widget.spec.size").output()).contains("How big it is.");
    assertThat(kubectl("delete", "wg", "a").output())
        .isEqualTo("widget.example.test \"a\" deleted\n");
    assertThat(kubectl("get", "wg", "a").output())
        .isEqualTo("Error from server (NotFound): widgets.example.test \"a\" not found\n");
  }

  @Test
  void showsRefusalsAsAServerDoes() throws Exception {
    Run invalid = kubectl("apply", "-f", file("bad", "99"));
    assertThat(invalid.code()).isEqualTo(1);
    assertThat(invalid.output())
        .isEqualTo(
            "The Widget \"bad\" is invalid: spec.size: Invalid value: 99: spec.size in body should be less than or"
                + " equal to 10\n");
    Path typo = directory.resolve("typo.yaml");
    Files.writeString(typo, WIDGET.formatted("typo", "1").replace("colour", "colur"));
    assertThat(kubectl("apply", "-f", typo.toString()).output())
        .contains("strict decoding error: unknown field \"spec.colur\"");
  }

  @Test
  void followsChangesAndWaitsForDeletion() throws Exception {
    kubectl("apply", "-f", file("live", "1"));
    kubectl(
        "patch",
        "wg",
        "live",
        "--type=merge",
        "-p",
        "{\"metadata\":{\"finalizers\":[\"example.test/f\"]}}");
    Process watch = start("get", "wg", "live", "-w", "--no-headers");
    try (var lines = watch.inputReader()) {
      assertThat(lines.readLine()).startsWith("live   1 ");
      kubectl("patch", "wg", "live", "--type=merge", "-p", "{\"spec\":{\"size\":2}}");
      assertThat(lines.readLine()).startsWith("live   2 ");
    } finally {
      watch.destroy();
    }
    Process deletion = start("delete", "wg", "live");
    assertThat(kubectl(
                "wait",
                "--for=jsonpath={.metadata.deletionGracePeriodSeconds}=0",
                "wg/live",
                "--timeout=10s")
            .code())
        .isZero();
    assertThat(deletion.isAlive()).as("deletion waits for the finalizer").isTrue();
    kubectl("patch", "wg", "live", "--type=merge", "-p", "{\"metadata\":{\"finalizers\":null}}");
    assertThat(deletion.waitFor(10, TimeUnit.SECONDS)).isTrue();
    assertThat(deletion.exitValue()).isZero();
  }

  @Test
  void answersTheDiscoveryOfKubectl() throws Exception {
    assertThat(kubectl("api-resources", "--categories=toys", "-o", "name").output())
        .isEqualTo("widgets.example.test\n");
    assertThat(kubectl("auth", "can-i", "create", "widgets").output()).isEqualTo("yes\n");
    assertThat(kubectl("version").output()).contains("tierkeeper-embedded");
    Run typed = kubectl("create", "configmap", "c", "--from-literal=a=b");
    assertThat(typed.output()).contains("reads no protobuf: use kubectl apply -f");
  }
}
