package io.tierkeeper.launcher;

/**
 * What a command was asked for cannot be done, although the arguments are correct. The message is one line that says what
 * happened, to which object, and what to do next; the command prints it and ends with {@link ExitCode#FAILURE}.
 */
public final class FailureException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public FailureException(String message) {
    super(message, null, false, false);
  }
}
