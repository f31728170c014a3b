package io.tierkeeper.api.mapping;

/** A value of a resource that cannot be used; its message names the field, the value and what is allowed. */
public final class InvalidValueException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final String field;
  private final String value;
  private final String allowed;

  public InvalidValueException(String field, String value, String allowed) {
    super(field + ": " + value + "; allowed: " + allowed);
    this.field = field;
    this.value = value;
    this.allowed = allowed;
  }

  /** Path of the field, such as {@code spec.promote.aboveShare}. */
  public String field() {
    return field;
  }

  /** What stands there. */
  public String value() {
    return value;
  }

  /** What may stand there. */
  public String allowed() {
    return allowed;
  }
}
