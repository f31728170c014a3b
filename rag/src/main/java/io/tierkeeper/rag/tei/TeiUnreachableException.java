package io.tierkeeper.rag.tei;

import dev.langchain4j.exception.RetriableException;

/** The server could not be reached, or the connection broke, in all attempts. */
public final class TeiUnreachableException extends RetriableException {
  private static final long serialVersionUID = 1L;

  TeiUnreachableException(String message, Throwable cause) {
    super(message, cause);
  }
}
