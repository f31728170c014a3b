package io.tierkeeper.launcher;

/**
 * A flag, file or argument that cannot be used. The message is one line that names the place (option, or file, line
 * and field), the value, and what is allowed; the command prints it and ends with {@link ExitCode#USAGE}.
 */
public final class UsageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public UsageException(String message) {
    super(message, null, false, false);
  }

  /** For a file: {@code FILE line N: what}. */
  public static UsageException inFile(String file, long line, String what) {
    return new UsageException(file + " line " + line + ": " + what);
  }

  /** For a setting such as an environment variable. */
  public static UsageException setting(String name, String value, String allowed) {
    return new UsageException(name + ": '" + value + "' is not allowed; allowed: " + allowed);
  }

  /** The same, preceded by the option whose value it is. */
  public UsageException of(String option) {
    return new UsageException(option + " " + getMessage());
  }
}
