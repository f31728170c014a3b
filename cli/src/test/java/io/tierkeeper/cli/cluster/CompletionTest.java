package io.tierkeeper.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.tierkeeper.launcher.Main;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@NullUnmarked
class CompletionTest {

  @TempDir
  Path directory;

  private static List<String> complete(String... words) {
    return new Completion(Main.line()).complete(List.of(words));
  }

  @Test
  void completesCommandsWithTheirDescriptions() {
    assertThat(complete("app")).containsExactly("approve\tApprove the plan of a move", ":4");
    assertThat(complete("audit", "")).contains(":4").anyMatch(line -> line.startsWith("tail\t"));
    assertThat(complete("")).noneMatch(line -> line.startsWith("__"));
  }

  @Test
  void completesOptionsAndTheirValues() {
    assertThat(complete("status", "--wa")).anyMatch(line -> line.startsWith("--watch\t"));
    assertThat(complete("explain", "--")).noneMatch(line -> line.startsWith("--format"));
    assertThat(complete("status", "-o", "")).containsExactly("json", "table", "wide", "yaml", ":4");
    assertThat(complete("pause", "--direction", "")).containsExactly("Demote", "Promote", ":4");
    assertThat(complete("completion", "")).containsExactly("bash", "fish", "zsh", ":4");
    assertThat(complete("audit", "verify", "")).containsExactly(":0");
    assertThat(complete("replay", "--policy", "")).containsExactly(":0");
  }

  @Test
  void completesNamesFromTheCluster() {
    VerbWorld world = new VerbWorld(directory);
    world.collection("Approve", UnaryOperator.identity());
    world.tenant("acme", "Fallback", "Promote", "");
    world.promotion("AwaitingApproval", "");
    String kubeconfig = world.kubeconfig().toString();
    assertThat(complete("approve", "--kubeconfig", kubeconfig, "-n", world.namespace, ""))
        .containsExactly(
            "acme\tFallback, kb-acme-promote-7f3a", "globex\tDedicated", "initech\tFallback", ":4");
    assertThat(complete("explain", "--kubeconfig", kubeconfig, "-n", world.namespace, "gl"))
        .containsExactly("globex\tDedicated", ":4");
    assertThat(complete("status", "--kubeconfig", kubeconfig, "-n", world.namespace, ""))
        .containsExactly("kb", ":4");
    assertThat(complete("status", "--kubeconfig", kubeconfig, "-n", "verbs-"))
        .contains(":4")
        .anyMatch(line -> line.equals(world.namespace));
  }

  @Test
  void isSilentWhereTheClusterDoesNotAnswer() {
    assertThat(complete("explain", "--kubeconfig", "/nonexistent", "")).containsExactly(":4");
  }

  @Test
  void takesTheWordsAsTheyAreTyped() {
    VerbWorld world = new VerbWorld(directory);
    java.io.StringWriter out = new java.io.StringWriter();
    int code = Main.run(
        new java.io.PrintWriter(out, true),
        new java.io.PrintWriter(out, true),
        "__complete",
        "status",
        "--kubeconfig",
        world.kubeconfig().toString(),
        "--wa");
    assertThat(code).isZero();
    assertThat(out.toString()).startsWith("--watch\t").endsWith(":4" + System.lineSeparator());
  }

  @Test
  void bashUsesTheCandidatesWithoutTheirDescriptions() throws Exception {
    Path script = directory.resolve("completion.bash");
    Files.writeString(script, VerbWorld.plain("completion", "bash"));
    Process bash = new ProcessBuilder("bash", "-c", """
        source "$1"
        tierkeeper() { printf '%s\\n' "acme	Fallback" "$*" ":4"; }
        COMP_WORDS=(tierkeeper explain "")
        COMP_CWORD=2
        _tierkeeper
        printf '[%s]\\n' "${COMPREPLY[@]}"
        """, "bash", script.toString())
        .redirectErrorStream(true)
        .start();
    String output = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(bash.waitFor()).as(output).isZero();
    assertThat(output).isEqualTo("[acme]\n[__complete explain ]\n");
  }
}
