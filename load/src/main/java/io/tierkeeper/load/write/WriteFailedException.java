package io.tierkeeper.load.write;

import io.tierkeeper.qdrant.QdrantException;

/** Points could not be written for a reason that is not theirs: the load ends and can be resumed. */
public final class WriteFailedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public WriteFailedException(String message, QdrantException cause) {
    super(message, cause);
  }
}
