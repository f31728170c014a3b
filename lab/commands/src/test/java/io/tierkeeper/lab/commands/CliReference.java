package io.tierkeeper.lab.commands;

import io.tierkeeper.launcher.Main;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/** The page with every command that the help text of {@code tierkeeper} lists. */
final class CliReference {

  private static final int WIDTH = 120;
  private static final String LABORATORY = "io.tierkeeper.lab.";

  private final StringBuilder page = new StringBuilder();

  private CliReference() {}

  /** In Markdown. */
  static String page() {
    CliReference reference = new CliReference();
    // The width of a terminal would decide where lines of a synopsis break.
    CommandLine root = Main.line().setUsageHelpAutoWidth(false).setUsageHelpWidth(WIDTH);
    List<CommandLine> commands = commands(root).toList();
    reference.head(root, commands);
    commands.forEach(reference::command);
    return reference.page.toString();
  }

  /** All commands below this one that do something themselves, by name; hidden ones are for scripts. */
  static Stream<CommandLine> commands(CommandLine parent) {
    return parent.getSubcommands().values().stream()
        .filter(command -> !usage(command).hidden())
        .flatMap(command -> Stream.concat(
            command.getSubcommands().isEmpty() || command.getCommand() instanceof Callable
                ? Stream.of(command)
                : Stream.empty(),
            commands(command)));
  }

  /** The lines with examples of this command, as a user may type them. */
  static List<String> examples(CommandLine command) {
    return Arrays.stream(usage(command).footer())
        .filter(line -> line.startsWith("  "))
        .map(line -> line.replace("${ROOT-COMMAND-NAME}", "tierkeeper").strip())
        .map(line -> line.replaceFirst(" {2,}", "  # "))
        .toList();
  }

  private void head(CommandLine root, List<CommandLine> commands) {
    page.append("""
        # Commands

        <!-- Written by CliReferenceTest from the commands; its remedy is the command that writes it again. -->

        Every command of `tierkeeper` with its options, as `--help` prints them. `kubectl tier` has the same commands as a plugin of kubectl
        ([Verbs](verbs.md) shows how they work together). A parameter in **bold** is required. Every command also has `-h`, `--help` and `-V`,
        `--version`. Commands with a star are in the command-line distribution and not in the operator's image.

        | command | does |
        |---|---|
        """);
    for (CommandLine command : commands) {
      String name = command.getCommandSpec().qualifiedName();
      page.append("| [`%s`](#%s)%s | %s |%n"
          .formatted(
              name,
              name.replace(' ', '-').toLowerCase(Locale.ROOT),
              isOfLaboratory(command) ? " *" : "",
              cell(usage(command).description()[0])));
    }
    page.append("\n## Exit codes\n\nOf every command that has no table of its own:\n\n");
    exitCodes(root);
  }

  private void command(CommandLine command) {
    page.append("\n## %s\n\n".formatted(command.getCommandSpec().qualifiedName()));
    page.append(text(description(command))).append("\n\n");
    page.append("```text\n%s\n```\n"
        .formatted(new Help(command.getCommandSpec(), Help.defaultColorScheme(Help.Ansi.OFF))
            .synopsis(0)
            .strip()));
    List<String> rows = rows(command.getCommandSpec());
    if (!rows.isEmpty()) {
      page.append("\n| parameter | meaning |\n|---|---|\n").append(String.join("", rows));
    }
    List<String> examples = examples(command);
    if (!examples.isEmpty()) {
      page.append("\n```sh\n%s\n```\n".formatted(String.join("\n", examples)));
    }
    Arrays.stream(usage(command).footer())
        .filter(line -> !line.startsWith("  ") && !line.isBlank())
        .forEach(line -> page.append("\n").append(text(line)).append("\n"));
    if (!usage(command).exitCodeList().isEmpty()) {
      page.append("\n");
      exitCodes(command);
    }
  }

  private void exitCodes(CommandLine command) {
    page.append("| exit code | meaning |\n|---|---|\n");
    for (Map.Entry<String, String> code : usage(command).exitCodeList().entrySet()) {
      page.append("| %s | %s |%n".formatted(code.getKey(), cell(code.getValue())));
    }
  }

  private static List<String> rows(CommandSpec spec) {
    List<String> rows = new ArrayList<>();
    for (PositionalParamSpec positional : spec.positionalParameters()) {
      if (!positional.hidden()) {
        rows.add(row(positional, code(positional.paramLabel())));
      }
    }
    for (OptionSpec option : spec.options()) {
      if (!option.hidden() && !option.usageHelp() && !option.versionHelp()) {
        String names =
            Arrays.stream(option.names()).map(CliReference::code).collect(Collectors.joining(", "));
        rows.add(row(
            option, option.arity().max() == 0 ? names : names + " " + code(option.paramLabel())));
      }
    }
    return rows;
  }

  private static String row(ArgSpec parameter, String name) {
    String meaning = String.join(" ", parameter.description());
    String value = parameter.defaultValue();
    // Of a group one is enough; the synopsis has them with a bar between.
    boolean required = parameter.required() && parameter.group() == null;
    boolean unsaid = value != null && !meaning.toLowerCase(Locale.ROOT).contains("default");
    return "| %s | %s%s%s |%n"
        .formatted(
            required ? "**" + name + "**" : name,
            cell(meaning),
            parameter.splitRegex().isEmpty() ? "" : " Several are separated by commas.",
            unsaid ? " Default: " + code(value) + "." : "");
  }

  private static String description(CommandLine command) {
    return String.join(" ", usage(command).description());
  }

  private static boolean isOfLaboratory(CommandLine command) {
    return command.getCommandSpec().userObject().getClass().getName().startsWith(LABORATORY);
  }

  private static UsageMessageSpec usage(CommandLine command) {
    return command.getCommandSpec().usageMessage();
  }

  private static String code(String text) {
    return "`" + text.replace("|", "\\|") + "`";
  }

  /** With links to the pages that it names, which lie beside this one. */
  private static String text(String text) {
    return text.replace("<", "&lt;")
        .replace("*", "\\*")
        .replaceAll("docs/([a-z-]+\\.md)", "[$0]($1)");
  }

  /** As it may stand in a cell of a table. */
  private static String cell(String text) {
    return text(text).replace("|", "\\|").replace("\n", " ");
  }
}
