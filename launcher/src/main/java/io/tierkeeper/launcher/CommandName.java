package io.tierkeeper.launcher;

/** How the user has called this program: {@code tierkeeper}, or {@code kubectl tier} as a plugin of kubectl. */
public final class CommandName {
  /** System property that the scripts set. */
  static final String PROPERTY = "tierkeeper.command";

  private CommandName() {}

  /** The words before the name of a command. */
  public static String get() {
    return System.getProperty(PROPERTY, "tierkeeper");
  }

  /** A command as the user types it. */
  public static String of(String command) {
    return get() + " " + command;
  }
}
