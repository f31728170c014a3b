package io.tierkeeper.audit;

import org.jspecify.annotations.Nullable;

/** The trail cannot take a line, so moves stop. The message names the file and what to do. */
public final class AuditUnavailableException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final boolean retryHelps;

  /** @param retryHelps see {@link #retryHelps()} */
  public AuditUnavailableException(String message, boolean retryHelps, @Nullable Throwable cause) {
    super(message, cause);
    this.retryHelps = retryHelps;
  }

  /** True for what may pass (disk full, input/output); false for what a person must look at (a changed line, terms). */
  public boolean retryHelps() {
    return retryHelps;
  }
}
