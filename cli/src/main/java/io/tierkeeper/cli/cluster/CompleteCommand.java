package io.tierkeeper.cli.cluster;

import io.tierkeeper.launcher.ExitCode;
import io.tierkeeper.launcher.Main;
import io.tierkeeper.launcher.Subcommand;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Unmatched;

/** Answers the shells: prints what may follow the words, one a line, as kubectl and its plugins do. */
@Command(
    name = "__complete",
    description = "Print what may follow; for the scripts of the command completion.",
    hidden = true)
public final class CompleteCommand implements Subcommand, Callable<Integer> {

  @Unmatched
  List<String> words = new ArrayList<>();

  @Spec
  @Nullable
  CommandSpec spec;

  @Override
  public Integer call() {
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
    new Completion(Main.line()).complete(words).forEach(out::println);
    return ExitCode.OK;
  }
}
