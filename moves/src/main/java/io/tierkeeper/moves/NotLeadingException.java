package io.tierkeeper.moves;

/** The lease is lost or may be: the call was not made, and this process must not go on. */
public final class NotLeadingException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public NotLeadingException(String message) {
    super(message);
  }
}
