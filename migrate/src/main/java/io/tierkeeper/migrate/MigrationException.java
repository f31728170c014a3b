package io.tierkeeper.migrate;

/**
 * A migration cannot continue. Nothing is lost; the message is one line that says what was found, where, and what to do.
 */
public final class MigrationException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public MigrationException(String message) {
    super(message, null, false, false);
  }
}
