package io.tierkeeper.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.NullUnmarked;

/**
 * Counts the writes of this process and ends it at one of them, if it is asked to.
 *
 * <p>{@code tierkeeper.strike.log} names the file that each write is named in; {@code tierkeeper.strike} is the number of a
 * write and {@code before} or {@code after} it: {@code 17:before}. Death after the effect without the answer and death
 * after the answer leave the same world behind, so they are one.
 */
@NullUnmarked
final class Strikes {
  static final int EXIT = 137;
  static final String STRIKE = "tierkeeper.strike";
  static final String LOG = "tierkeeper.strike.log";

  private static final String[] ASKED = System.getProperty(STRIKE, "0:never").split(":");
  private static final int NUMBER = Integer.parseInt(ASKED[0]);
  private static final String WHEN = ASKED[1];
  private static int count;
  private static boolean armed;

  private Strikes() {}

  static boolean active() {
    return System.getProperty(LOG) != null;
  }

  static synchronized void before(String write) {
    count++;
    try {
      Files.writeString(
          Path.of(System.getProperty(LOG)),
          write + "\n",
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (count == NUMBER) {
      if (WHEN.equals("before")) {
        Runtime.getRuntime().halt(EXIT);
      }
      armed = true;
    }
  }

  /** The first answer after the write that was asked for; with several under way that one may be another's. */
  static synchronized void after(String write) {
    if (armed) {
      Runtime.getRuntime().halt(EXIT);
    }
  }
}
