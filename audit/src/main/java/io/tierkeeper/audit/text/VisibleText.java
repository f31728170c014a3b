package io.tierkeeper.audit.text;

import java.util.Locale;

/** Texts of a trail, such as tenant ids, as a terminal or a page may show them. */
public final class VisibleText {

  private VisibleText() {}

  /** The text, with characters that show nothing or change the direction of others as escapes. */
  public static String of(String raw) {
    StringBuilder shown = new StringBuilder(raw.length());
    raw.codePoints().forEach(point -> {
      switch (Character.getType(point)) {
        case Character.CONTROL,
            Character.FORMAT,
            Character.LINE_SEPARATOR,
            Character.PARAGRAPH_SEPARATOR,
            Character.SURROGATE,
            Character.PRIVATE_USE,
            Character.UNASSIGNED -> shown.append(String.format(Locale.ROOT, "\\u%04x", point));
        default -> shown.appendCodePoint(point);
      }
    });
    return shown.toString();
  }
}
