package io.tierkeeper.operator.config;

import io.tierkeeper.operator.OperatorCommand;
import io.tierkeeper.operator.config.OperatorEnvironment.Variable;
import java.util.Arrays;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** The page with every option of the operator. */
final class OperatorOptionsPage {

  private OperatorOptionsPage() {}

  /** In Markdown. */
  static String page() {
    StringBuilder page = new StringBuilder("""
        # Options of the operator

        <!-- Written by OperatorOptionsPageTest from the code; its remedy is the command that writes it again. -->

        The operator reads its options from environment variables when it starts. On a value that is not allowed, or a `TIERKEEPER_…` name that
        does not exist, it does not start and prints one line with the option, its value and the allowed values. The [chart](../charts/tierkeeper/README.md)
        sets the variables that belong to its values; `env` in its values sets the others.

        ## Environment variables

        | variable | default | allowed | meaning |
        |---|---|---|---|
        """);
    for (Variable variable : Variable.values()) {
      page.append("| `%s` | %s | %s | %s |%n"
          .formatted(
              variable.key(),
              variable.absent.isEmpty() ? "empty" : "`" + variable.absent + "`",
              cell(variable.allowed.words()),
              cell(variable.meaning)));
    }
    page.append("""

        ## Command-line options

        Options of [`tierkeeper operator`](cli-reference.md#tierkeeper-operator) take precedence over the variables.

        | option | meaning |
        |---|---|
        """);
    for (OptionSpec option : options().getCommandSpec().options()) {
      if (!option.usageHelp() && !option.versionHelp()) {
        page.append("| %s `%s` | %s |%n"
            .formatted(
                Arrays.stream(option.names())
                    .map("`%s`"::formatted)
                    .collect(Collectors.joining(", ")),
                option.paramLabel(),
                cell(String.join(" ", option.description()))));
      }
    }
    return page.toString();
  }

  static CommandLine options() {
    return new CommandLine(new OperatorCommand());
  }

  /** As it may stand in a cell of a table, with links to the pages that it names. */
  private static String cell(String text) {
    return text.replace("|", "\\|").replaceAll("docs/([a-z-]+\\.md)", "[$0]($1)");
  }
}
