package io.tierkeeper.moves.act;

import io.tierkeeper.qdrant.QdrantException;
import java.util.Objects;

/** How an error of Qdrant is quoted. */
public final class QdrantErrors {

  private QdrantErrors() {}

  /** Its message, or its kind where it has none. */
  public static String text(QdrantException e) {
    return Objects.requireNonNullElse(e.getMessage(), e.getClass().getSimpleName());
  }
}
