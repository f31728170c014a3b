package io.tierkeeper.examples.embedding;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes vectors of texts. The same text gets the same vector, so a repeated job writes the same points. */
interface Embedder {

  /** The largest number of texts of a call; Text Embeddings Inference takes 32 by default. */
  int MAX_BATCH = 32;

  /**
   * One vector for each text, in their order.
   *
   * @param texts 1 to {@link #MAX_BATCH}
   * @throws EmbeddingException if there are none
   */
  List<float[]> embed(List<String> texts);

  /** There are no vectors. */
  final class EmbeddingException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final boolean retryable;
    private final @Nullable Duration retryAfter;

    EmbeddingException(
        boolean retryable,
        @Nullable Duration retryAfter,
        String message,
        @Nullable Throwable cause) {
      super(message, cause);
      this.retryable = retryable;
      this.retryAfter = retryAfter;
    }

    /** Whether the same call may succeed later. */
    boolean retryable() {
      return retryable;
    }

    /** The wait that the server asks for; null where it names none. */
    @Nullable
    Duration retryAfter() {
      return retryAfter;
    }
  }
}
