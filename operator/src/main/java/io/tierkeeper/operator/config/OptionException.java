package io.tierkeeper.operator.config;

/** An option that cannot be used; the message names it, its value and what is allowed. */
public final class OptionException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public OptionException(String option, String value, String allowed) {
    super(option + ": '" + value + "' is not allowed; allowed: " + allowed);
  }
}
