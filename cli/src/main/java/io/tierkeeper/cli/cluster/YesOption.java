package io.tierkeeper.cli.cluster;

import picocli.CommandLine.Option;

/** Answers the question of a verb on the command line. */
final class YesOption {

  @Option(
      names = {"-y", "--yes"},
      description = "Do not ask; required where there is no terminal.")
  boolean yes;
}
