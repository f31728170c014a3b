package io.tierkeeper.cli;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** Opens a page in the user's browser, where there is one; a user without a desktop opens the printed address. */
public final class Browser {

  private static final List<String> COMMANDS = List.of("xdg-open", "open");

  private Browser() {}

  /** Opens the page, or does nothing where no command for it is on PATH or no desktop is there. */
  public static void open(URI page) {
    boolean desktop =
        !System.getProperty("os.name", "").toLowerCase(Locale.ROOT).contains("linux")
            || System.getenv("DISPLAY") != null
            || System.getenv("WAYLAND_DISPLAY") != null;
    if (desktop) {
      command(Objects.requireNonNullElse(System.getenv("PATH"), ""))
          .ifPresent(command -> start(command, page));
    }
  }

  /** The first command in the directories of a path that opens addresses. */
  static Optional<String> command(String path) {
    return COMMANDS.stream()
        .flatMap(command -> Stream.of(path.split(File.pathSeparator))
            .filter(directory -> !directory.isEmpty())
            .map(directory -> new File(directory, command)))
        .filter(File::canExecute)
        .map(File::getPath)
        .findFirst();
  }

  private static void start(String command, URI page) {
    try {
      new ProcessBuilder(command, page.toString())
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start();
    } catch (IOException e) {
      // The address was printed.
    }
  }
}
