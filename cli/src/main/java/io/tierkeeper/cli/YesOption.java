package io.tierkeeper.cli;

import picocli.CommandLine.Option;

/** Answers the question of a verb on the command line. */
public final class YesOption {

  @Option(
      names = {"-y", "--yes"},
      description = "Do not ask; required where there is no terminal.")
  public boolean yes;
}
