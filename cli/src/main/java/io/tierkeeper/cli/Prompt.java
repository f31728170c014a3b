package io.tierkeeper.cli;

import io.tierkeeper.launcher.UsageException;
import java.io.Console;
import java.io.PrintWriter;
import java.util.Locale;

/** Asks the user before something is changed. */
public interface Prompt {

  /** Whether there is a user who can answer. */
  boolean interactive();

  /** Whether the user answers yes. */
  boolean yes(String question);

  /**
   * Asks, unless the user has answered on the command line.
   *
   * @param assumed whether {@code --yes} was given
   * @return whether to go on
   * @throws UsageException if there is no terminal and no {@code --yes}
   */
  default boolean confirmed(boolean assumed, PrintWriter err, String question) {
    if (assumed) {
      return true;
    }
    if (!interactive()) {
      throw new UsageException(
          "there is no terminal to ask '" + question + "'; add --yes to answer it");
    }
    if (yes(question)) {
      return true;
    }
    err.println("Nothing was changed.");
    return false;
  }

  /** The terminal of the process. */
  static Prompt terminal() {
    return new Prompt() {
      @Override
      public boolean interactive() {
        return System.console() != null;
      }

      @Override
      public boolean yes(String question) {
        Console console = System.console();
        String answer = console == null ? null : console.readLine("%s [y/N] ", question);
        return answer != null
            && (answer.strip().toLowerCase(Locale.ROOT).equals("y")
                || answer.strip().toLowerCase(Locale.ROOT).equals("yes"));
      }
    };
  }
}
