package io.tierkeeper.load.source;

import java.io.IOException;

/** A file is not of its format from its beginning on; nothing was read. The message names it. */
public final class InvalidFileException extends IOException {
  private static final long serialVersionUID = 1L;

  public InvalidFileException(String message) {
    super(message);
  }
}
