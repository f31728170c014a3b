package io.tierkeeper.operator.connection;

/** A spec or a Secret by which Qdrant cannot be reached; reason and message go into the condition. */
public final class ConnectionFault extends Exception {
  private static final long serialVersionUID = 1L;

  private final String reason;

  ConnectionFault(String reason, String message) {
    super(message);
    this.reason = reason;
  }

  /** One of the API's documented constants. */
  public String reason() {
    return reason;
  }

  /** What is wrong, with field, value and what to do. */
  public String sentence() {
    return String.valueOf(getMessage());
  }
}
