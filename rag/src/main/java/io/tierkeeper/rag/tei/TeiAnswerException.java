package io.tierkeeper.rag.tei;

import dev.langchain4j.exception.NonRetriableException;
import org.jspecify.annotations.Nullable;

/** The server answered something that is no answer to the request: no JSON, too few vectors or scores, vectors of another size. */
public final class TeiAnswerException extends NonRetriableException {
  private static final long serialVersionUID = 1L;

  TeiAnswerException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
