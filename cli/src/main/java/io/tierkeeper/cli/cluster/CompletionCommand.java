package io.tierkeeper.cli.cluster;

import io.tierkeeper.launcher.ExitCode;
import io.tierkeeper.launcher.Subcommand;
import io.tierkeeper.launcher.UsageException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints the script with which a shell completes commands, options and names of tenants. */
@Command(
    name = "completion",
    description = {
      "Print a script for bash, zsh or fish that completes command lines.",
      "It completes commands, options, and names of tenants and collections. kubectl completes the words after kubectl tier by itself if kubectl_complete-tier is on the PATH."
    },
    mixinStandardHelpOptions = true,
    footerHeading = "%nExample:%n",
    footer = {
      "  source <(tierkeeper completion bash)",
      "  source <(tierkeeper completion zsh)",
      "  tierkeeper completion fish | source"
    })
public final class CompletionCommand implements Subcommand, Callable<Integer> {

  static final List<String> SHELLS = List.of("bash", "fish", "zsh");

  @Parameters(paramLabel = "SHELL", description = "bash, zsh or fish.")
  String shell = "";

  @Spec
  @Nullable
  CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    if (!SHELLS.contains(shell)) {
      throw new UsageException("SHELL " + shell + " must be bash, zsh or fish");
    }
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
    try (InputStream script = Objects.requireNonNull(
        CompletionCommand.class.getResourceAsStream("completion." + shell))) {
      out.print(new String(script.readAllBytes(), StandardCharsets.UTF_8));
    }
    out.flush();
    return ExitCode.OK;
  }
}
