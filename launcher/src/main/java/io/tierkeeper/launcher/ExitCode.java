package io.tierkeeper.launcher;

/** Exit codes of all commands. */
public final class ExitCode {
  /** The command succeeded, and what it checked holds. */
  public static final int OK = 0;

  /** The command ran, and what it checked does not hold. */
  public static final int FAILURE = 1;

  /** A flag, file or argument cannot be used; see {@link UsageException}. */
  public static final int USAGE = 2;

  /** What help texts print before their exit codes. */
  public static final String HEADING = "%nExit codes:%n";

  /** The meaning of {@link #USAGE} in help texts: the same for every command. */
  public static final String USAGE_LINE = USAGE + ":an argument cannot be used";

  private ExitCode() {}
}
