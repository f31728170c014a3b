package io.tierkeeper.operator.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.NullUnmarked;

/**
 * Counts the writes of this process and halts it at one of them, if configured.
 *
 * <p>{@code tierkeeper.crash.log} is the file to which each write is logged; {@code tierkeeper.crash} is the number of a
 * write and {@code before} or {@code after} it: {@code 17:before}. A crash after the effect but before the answer
 * and one after the answer leave the same state, so they are one crash point.
 */
@NullUnmarked
final class FaultPoint {
  static final int EXIT = 137;
  static final String CRASH = "tierkeeper.crash";
  static final String LOG = "tierkeeper.crash.log";

  private static final String[] CONFIGURED =
      System.getProperty(CRASH, "0:never").split(":");
  private static final int NUMBER = Integer.parseInt(CONFIGURED[0]);
  private static final String WHEN = CONFIGURED[1];
  private static int count;
  private static boolean armed;

  private FaultPoint() {}

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

  /** The first answer after the configured write; with several writes in flight it may belong to another one. */
  static synchronized void after(String write) {
    if (armed) {
      Runtime.getRuntime().halt(EXIT);
    }
  }
}
