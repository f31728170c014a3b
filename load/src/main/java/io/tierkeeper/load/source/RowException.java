package io.tierkeeper.load.source;

import org.jspecify.annotations.Nullable;

/** A row that cannot be loaded: where it is, what is wrong with it, and what is allowed. */
public final class RowException extends Exception {
  private static final long serialVersionUID = 1L;

  /** A message stays one line of a terminal, whatever a file contains. */
  private static final int MAX_VALUE_LENGTH = 80;

  private final long row;
  private final String field;
  private final String value;
  private final String allowed;

  /**
   * @param row the row's number in its file
   * @param field the field or column; empty where the row has none, as text that is not JSON
   * @param value what it has, printed shortened and on one line
   * @param allowed what is allowed instead
   */
  public RowException(long row, String field, @Nullable Object value, String allowed) {
    super(allowed, null, false, false);
    this.row = row;
    this.field = field;
    this.value = shortened(value);
    this.allowed = allowed;
  }

  /** The row's number in its file. */
  public long row() {
    return row;
  }

  /** The field or column; empty where the whole row is meant. */
  public String field() {
    return field;
  }

  /** What the field has. */
  public String value() {
    return value;
  }

  /** What is allowed instead. */
  public String allowed() {
    return allowed;
  }

  /** {@code line 7: field 'vector' is '[1]'; allowed: 4 numbers}. */
  @Override
  public String getMessage() {
    String subject = field.isEmpty() ? "is" : "field '" + shortened(field) + "' is";
    return "line " + row + ": " + subject + " '" + value + "'; allowed: " + allowed;
  }

  private static String shortened(@Nullable Object value) {
    String text =
        value instanceof float[] numbers ? numbers.length + " numbers" : String.valueOf(value);
    StringBuilder printable = new StringBuilder();
    text.codePoints()
        .limit(MAX_VALUE_LENGTH + 1L)
        .map(c -> Character.isISOControl(c)
                || Character.getType(c) == Character.LINE_SEPARATOR
                || Character.getType(c) == Character.PARAGRAPH_SEPARATOR
                || Character.getType(c) == Character.FORMAT
            ? ' '
            : c)
        .forEach(printable::appendCodePoint);
    return printable.codePointCount(0, printable.length()) > MAX_VALUE_LENGTH
        ? printable.substring(0, printable.offsetByCodePoints(0, MAX_VALUE_LENGTH)) + "…"
        : printable.toString();
  }
}
