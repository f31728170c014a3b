package io.tierkeeper.qdrant;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A call that did not succeed, sealed by what may be done about it. */
public abstract sealed class QdrantException extends RuntimeException {

  private QdrantException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** Nothing was done and a later attempt may succeed: no connection, overload, a replica that is away. */
  public static final class Unavailable extends QdrantException {
    public Unavailable(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /** The server refused; the same call will be refused again until something else changes. */
  public static sealed class Rejected extends QdrantException {
    public Rejected(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /** The server refused the API key, or the key has no right to the call. */
  public static final class CredentialsRefused extends Rejected {
    public CredentialsRefused(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /** What the call names does not exist. */
  public static final class NotFound extends QdrantException {
    public NotFound(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /** The call may or may not have had its effect: look before doing anything else. */
  public static sealed class OutcomeUnknown extends QdrantException {
    public OutcomeUnknown(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /** The server had no capacity for a write; a part of it may have had its effect. */
  public static final class RateLimited extends OutcomeUnknown {
    private static final long serialVersionUID = 1L;

    private final @Nullable Duration retryAfter;

    public RateLimited(String message, @Nullable Duration retryAfter) {
      super(message, null);
      this.retryAfter = retryAfter;
    }

    /** When the server has capacity again; null where it did not say. */
    public @Nullable Duration retryAfter() {
      return retryAfter;
    }
  }
}
