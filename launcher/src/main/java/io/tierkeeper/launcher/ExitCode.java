package io.tierkeeper.launcher;

/** Exit codes of all commands. */
public final class ExitCode {
  /** The command succeeded, and what it checked holds. */
  public static final int OK = 0;

  /** The command ran, and what it checked does not hold. */
  public static final int FAILURE = 1;

  /** A flag, file or argument cannot be used; see {@link UsageException}. */
  public static final int USAGE = 2;

  private ExitCode() {}
}
