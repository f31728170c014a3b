package io.tierkeeper.lab.commands;

import static org.assertj.core.api.Assertions.assertThat;

import io.tierkeeper.launcher.ExitCode;
import io.tierkeeper.launcher.Main;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;

/** Keeps the page with all commands equal to the commands; {@code -Ddocs.write=true} writes it. */
class CliReferenceTest {

  private static final Path PAGE = Path.of("../../docs/cli-reference.md");
  private static final String REMEDY =
      "write it again with: mvn -pl lab/commands -am test -Dtest=CliReferenceTest -Dsurefire.failIfNoSpecifiedTests=false -Ddocs.write=true";

  /** One word of a command line, in quotes where it has spaces. */
  private static final Pattern WORD = Pattern.compile("'([^']*)'|(\\S+)");

  /** What a shell, or a comment, adds to a command. */
  private static final Pattern END_OF_COMMAND = Pattern.compile(" {2}# |\\)| \\| | > ");

  @Test
  void thePageHasEveryCommandWithItsOptions() throws IOException {
    String page = CliReference.page();
    if (Boolean.getBoolean("docs.write")) {
      Files.writeString(PAGE, page);
    }
    assertThat(PAGE).as(REMEDY).exists();
    assertThat(Files.readString(PAGE)).as(REMEDY).isEqualTo(page);
  }

  @Test
  void everyCommandAndParameterHasADescription() {
    List<CommandLine> commands = CliReference.commands(Main.line()).toList();
    assertThat(commands).hasSizeGreaterThan(25);
    for (CommandLine command : commands) {
      String name = command.getCommandSpec().qualifiedName();
      assertThat(command.getCommandSpec().usageMessage().description()).as(name).isNotEmpty();
      for (ArgSpec parameter : command.getCommandSpec().args()) {
        if (!parameter.hidden()) {
          assertThat(parameter.description())
              .as("%s: description of %s", name, parameter)
              .isNotEmpty();
          boolean isFlag = parameter.arity().max() == 0;
          assertThat(isFlag || !parameter.paramLabel().startsWith("<"))
              .as("%s: %s has a paramLabel", name, parameter)
              .isTrue();
        }
      }
    }
  }

  @Test
  void everyCommandHasExamplesThatItAccepts() {
    for (CommandLine command : CliReference.commands(Main.line()).toList()) {
      String name = command.getCommandSpec().qualifiedName();
      List<String> examples = CliReference.examples(command);
      assertThat(examples).as(name).isNotEmpty().allMatch(example -> example.contains(name));
      for (String example : examples) {
        String typed = END_OF_COMMAND.split(example.substring(example.indexOf(name)))[0];
        CommandLine.ParseResult parsed = Main.line().parseArgs(words(typed));
        while (parsed.hasSubcommand()) {
          parsed = parsed.subcommand();
        }
        assertThat(parsed.commandSpec().qualifiedName()).as(example).isEqualTo(name);
      }
    }
  }

  /** A command may have further codes, and its own words for these. */
  @Test
  void everyListOfExitCodesHasThoseOfAllCommands() {
    String[] common = {
      String.valueOf(ExitCode.OK), String.valueOf(ExitCode.FAILURE), String.valueOf(ExitCode.USAGE)
    };
    CommandLine root = Main.line();
    assertThat(root.getCommandSpec().usageMessage().exitCodeList()).containsOnlyKeys(common);
    for (CommandLine command : CliReference.commands(root).toList()) {
      var codes = command.getCommandSpec().usageMessage().exitCodeList();
      if (!codes.isEmpty()) {
        assertThat(codes).as(command.getCommandName()).containsKeys(common);
      }
    }
  }

  private static String[] words(String command) {
    List<String> words = new ArrayList<>();
    Matcher matcher = WORD.matcher(command);
    while (matcher.find()) {
      words.add(matcher.group(1) == null ? matcher.group(2) : matcher.group(1));
    }
    return words.subList(1, words.size()).toArray(String[]::new);
  }
}
