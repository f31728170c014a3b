package io.tierkeeper.examples.embedding;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads environment variables; a wrong value is refused with the name, the value and what is allowed. */
record Variables(Map<String, String> environment) {

  /** A value, or null where it is not set or blank. */
  @Nullable
  String optional(String name) {
    String value = environment.get(name);
    return value == null || value.isBlank() ? null : value.strip();
  }

  String text(String name, String byDefault) {
    String value = optional(name);
    return value == null ? byDefault : value;
  }

  String required(String name, String allowed) {
    String value = optional(name);
    if (value == null) {
      throw new InvalidSetting(name + " is not set, allowed: " + allowed);
    }
    return value;
  }

  int number(String name, int byDefault, int min, int max) {
    String value = optional(name);
    if (value == null) {
      return byDefault;
    }
    try {
      int number = Integer.parseInt(value);
      if (number >= min && number <= max) {
        return number;
      }
    } catch (NumberFormatException e) {
      throw refused(name, value, min + " to " + max, e);
    }
    throw refused(name, value, min + " to " + max, null);
  }

  String oneOf(String name, List<String> allowed) {
    String value = text(name, allowed.getFirst());
    if (!allowed.contains(value)) {
      throw refused(name, value, String.join(", ", allowed), null);
    }
    return value;
  }

  static InvalidSetting refused(
      String name, String value, String allowed, @Nullable Throwable cause) {
    return new InvalidSetting(name + " is " + value + ", allowed: " + allowed, cause);
  }

  /** A variable is missing or wrong; the message is for the one who has set it. */
  static final class InvalidSetting extends RuntimeException {
    private static final long serialVersionUID = 1L;

    InvalidSetting(String message) {
      super(message);
    }

    InvalidSetting(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }
}
