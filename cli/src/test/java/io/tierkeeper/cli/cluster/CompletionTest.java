package io.tierkeeper.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.tierkeeper.launcher.Main;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Assumptions;
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

  @Test
  void fishShowsTheCandidatesWithTheirDescriptions() throws Exception {
    String output = run("fish", """
        set -x PATH %s $PATH
        source %s
        complete -C 'tierkeeper explain '
        """.formatted(directory, script("fish")), "--no-config");
    assertThat(output).isEqualTo("a:b\tDedicated\nacme\tFallback\n");
    assertThat(directory.resolve("words")).hasContent("[__complete][explain][]");
  }

  @Test
  void zshShowsTheCandidatesWithTheirDescriptions() throws Exception {
    // Its completion exists at a prompt only, so this one talks to another zsh through a terminal.
    String output = run("zsh", """
        zmodload zsh/zpty
        zpty prompt zsh -f -i
        zpty -w prompt "PS1=; PATH=%1$s:\\$PATH; autoload -Uz compinit; compinit -u -d %1$s/dump; source %2$s"
        zpty -w prompt "zstyle ':completion:*' list-separator '#'; bindkey '^I' complete-word; echo REA''DY"
        zpty -r prompt out '*READY*'
        zpty -w -n prompt $'tierkeeper explain a\t\t'
        zpty -r prompt out '*# Dedicated*# Fallback*'
        print -r -- "$out"
        zpty -d prompt
        """.formatted(directory, script("zsh")), "-f");
    assertThat(output).contains("a:b ").contains("acme ");
    assertThat(directory.resolve("words")).hasContent("[__complete][explain][a]");
  }

  /** Beside a command that records its words and knows two tenants. */
  private Path script(String shell) throws IOException {
    Path command = Files.writeString(directory.resolve("tierkeeper"), """
        #!/bin/sh
        printf '[%%s]' "$@" > %s/words
        printf 'acme\tFallback\na:b\tDedicated\n:4\n'
        """.formatted(directory));
    assertThat(command.toFile().setExecutable(true)).isTrue();
    return Files.writeString(
        directory.resolve("completion." + shell), VerbWorld.plain("completion", shell));
  }

  private String run(String shell, String lines, String option) throws Exception {
    Assumptions.assumeTrue(
        Stream.of(System.getenv("PATH").split(File.pathSeparator))
            .anyMatch(place -> Files.isExecutable(Path.of(place, shell))),
        shell + " is not installed");
    Path file = Files.writeString(directory.resolve("lines"), lines);
    Process process = new ProcessBuilder("timeout", "60", shell, option, file.toString())
        .redirectErrorStream(true)
        .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }
}
