package io.tierkeeper.lab.commands.pages;

import io.tierkeeper.lab.testbed.Checkout;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A block of commands on a page of the documentation, or a command in a sentence.
 *
 * @param page its path in the checkout
 * @param line the line of the fence that opens it, or a line near the sentence, from 1
 * @param text what a reader types; in a block with prompts without these and without the sample output
 * @param output the sample output; empty in a block without prompts
 */
record Script(String page, int line, String text, String output) {

  /** Languages of blocks of commands. */
  private static final Set<String> COMMANDS = Set.of("sh", "bash", "console");

  /** Languages of blocks of something else. */
  private static final Set<String> OTHERS = Set.of(
      "",
      "text",
      "yaml",
      "json",
      "csv",
      "xml",
      "sql",
      "logsql",
      "java",
      "javascript",
      "python",
      "mermaid");

  private static final String PROMPT = "$ ";
  private static final Pattern FENCE = Pattern.compile(" *```(\\S*) *");

  /** A line that begins as a command, and is not the synopsis of one. */
  private static final Pattern COMMAND = Pattern.compile(
      "( {4,})?(\\$ )?(\\./)?(tierkeeper|kubectl|helm|mvn|docker|curl|jq|tools/\\S+|\\.ci/run) (?!.*\\[-).*");

  /** A command in a sentence or a table: three words or more, or a goal of Maven. Fewer only name a command. */
  private static final Pattern IN_PROSE =
      Pattern.compile("(\\./)?(tierkeeper|kubectl|helm|docker|curl|jq|tools/\\S+) \\S+ .*|mvn .*");

  private static final Pattern NAME_ONLY =
      Pattern.compile("(\\./)?(tierkeeper|kubectl tier)( audit| huf| swarm)? [a-z]+");

  private static final Pattern CODE = Pattern.compile("`([^`]+)`");

  @Override
  public String toString() {
    return page + ":" + line;
  }

  /** Every page that a reader may find commands on. */
  static List<String> pages() {
    Path root = Checkout.file("");
    List<String> pages =
        new ArrayList<>(List.of("README.md", "CONTRIBUTING.md", "charts/tierkeeper/README.md"));
    for (String directory : List.of("docs", "examples")) {
      try (Stream<Path> files = Files.walk(root.resolve(directory))) {
        files
            .filter(file -> file.toString().endsWith(".md"))
            .map(file -> root.relativize(file).toString())
            .sorted()
            .forEach(pages::add);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return pages;
  }

  /**
   * The blocks and commands of a page, in its order.
   *
   * @throws IllegalArgumentException where a command is in a block that is not one of commands
   */
  static List<Script> of(String page) {
    try {
      return of(page, Files.readAllLines(Checkout.file(page)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static List<Script> of(String page, List<String> lines) {
    List<Script> scripts = new ArrayList<>();
    String language = null;
    int begin = 0;
    List<String> block = new ArrayList<>();
    StringBuilder prose = new StringBuilder();
    for (int number = 1; number <= lines.size(); number++) {
      String line = lines.get(number - 1);
      Matcher fence = FENCE.matcher(line);
      boolean ends =
          fence.matches() || line.isBlank() || line.startsWith("|") || line.startsWith("- ");
      if (ends) {
        inProse(page, number, prose.toString(), scripts);
        prose.setLength(0);
      }
      if (fence.matches() && language == null) {
        language = fence.group(1);
        begin = number;
        if (!COMMANDS.contains(language) && !OTHERS.contains(language)) {
          throw new IllegalArgumentException(page + ":" + number + ": language " + language
              + " of a block; allowed: " + COMMANDS + " for commands, " + OTHERS);
        }
      } else if (fence.matches()) {
        if (COMMANDS.contains(language)) {
          scripts.add(block(page, begin, block));
        }
        block.clear();
        language = null;
      } else if (language != null && COMMANDS.contains(language)) {
        block.add(line);
      } else if (COMMAND.matcher(line).matches() && (language != null || line.startsWith("    "))) {
        throw new IllegalArgumentException(
            page + ":" + number + ": a command in a block whose language is not one of " + COMMANDS
                + ", so no test runs it: " + line.strip());
      } else if (language == null) {
        prose.append(line).append(' ');
      }
    }
    inProse(page, lines.size(), prose.toString(), scripts);
    return scripts;
  }

  /** Adds the commands of a paragraph, whose last line is the one before this. */
  private static void inProse(String page, int line, String paragraph, List<Script> scripts) {
    Matcher code = CODE.matcher(paragraph);
    while (code.find()) {
      String text = code.group(1).replaceAll("\\s+", " ").replace("\\|", "|");
      if (IN_PROSE.matcher(text).matches() && !NAME_ONLY.matcher(text).matches()) {
        scripts.add(new Script(page, line, text + "\n", ""));
      }
    }
  }

  private static Script block(String page, int line, List<String> block) {
    boolean prompts = block.stream().anyMatch(each -> each.startsWith(PROMPT));
    StringBuilder text = new StringBuilder();
    StringBuilder output = new StringBuilder();
    for (String each : block) {
      if (!prompts) {
        text.append(each).append('\n');
      } else if (each.startsWith(PROMPT)) {
        text.append(each.substring(PROMPT.length())).append('\n');
      } else {
        output.append(each).append('\n');
      }
    }
    return new Script(page, line, text.toString(), output.toString());
  }
}
