package io.tierkeeper.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.tierkeeper.launcher.Main;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** docs/verbs.md and the help texts. */
@NullUnmarked
class VerbsPageTest {

  private static final Path PAGE = Path.of("..", "docs", "verbs.md");

  private static List<Map.Entry<String, CommandLine>> verbs() {
    return Main.line().getSubcommands().entrySet().stream()
        .filter(entry -> entry.getValue().getCommand() instanceof ClusterVerb)
        .toList();
  }

  @Test
  void everyVerbHasAnExampleInItsHelpAndIsOnThePage() throws Exception {
    String page = Files.readString(PAGE);
    assertThat(verbs()).hasSizeGreaterThan(13);
    for (Map.Entry<String, CommandLine> verb : verbs()) {
      assertThat(verb.getValue().getUsageMessage())
          .contains("Example:")
          .contains("tierkeeper " + verb.getKey() + " ");
      assertThat(page).as(verb.getKey()).containsPattern("`" + verb.getKey() + "[ `]");
    }
  }

  /** Only the words are checked: that the command exists and takes the options. */
  @Test
  void everyCommandOfThePageExistsWithItsOptions() throws Exception {
    List<String> commands = Pattern.compile(
            "(?:kubectl tier|tierkeeper) ([a-z]+)((?: [^\\n`#|<>)]*)?)")
        .matcher(Files.readString(PAGE))
        .results()
        .map(MatchResult::group)
        .toList();
    assertThat(commands).hasSizeGreaterThan(20);
    for (String command : commands) {
      String[] words = command.replaceFirst("^(kubectl tier|tierkeeper) ", "").split(" ");
      CommandLine line = Main.line().getSubcommands().get(words[0]);
      assertThat(line).as(command).isNotNull();
      for (int i = 1; i < words.length; i++) {
        if (words[i].startsWith("--")) {
          CommandLine at = line.getSubcommands().getOrDefault(words[1], line);
          assertThat(at.getCommandSpec().findOption(words[i].replaceAll("[,;.]$", "")))
              .as(command + ": " + words[i])
              .isNotNull();
        }
      }
    }
  }
}
