package io.tierkeeper.moves.snapshot;

import java.io.Serial;

/** Why a tenant is not restored, and what to do; one line. */
public final class RestoreException extends RuntimeException {

  @Serial
  private static final long serialVersionUID = 1;

  RestoreException(String message) {
    super(message);
  }

  RestoreException(String message, Throwable cause) {
    super(message, cause);
  }
}
