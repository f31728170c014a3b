package io.tierkeeper.audit.chain;

/**
 * How a canonical value lies in the file: as RFC 8785 has it, but with every invisible or direction-changing character
 * (categories Cc, Cf, Zl, Zp) as a {@code \}{@code uXXXX} escape.
 *
 * <p>RFC 8785 leaves a right-to-left mark or a line separator as it is, and a terminal or pager would interpret it. Both
 * forms stand for each other one to one, so hashes are taken over RFC 8785 all the same.
 */
public final class LineForm {

  private LineForm() {}

  /** Whether a character is escaped in the file though RFC 8785 does not escape it. */
  public static boolean escapes(int codePoint) {
    if (codePoint < 0x7f) {
      return false;
    }
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR -> true;
      default -> false;
    };
  }

  /** From RFC 8785 to what is written to the file. */
  public static String ofCanonical(String canonical) {
    StringBuilder out = null;
    int copied = 0;
    for (int i = 0; i < canonical.length(); ) {
      int codePoint = canonical.codePointAt(i);
      int next = i + Character.charCount(codePoint);
      if (escapes(codePoint)) {
        out = out == null ? new StringBuilder(canonical.length() + 32) : out;
        out.append(canonical, copied, i);
        for (int k = i; k < next; k++) {
          out.append(escape(canonical.charAt(k)));
        }
        copied = next;
      }
      i = next;
    }
    return out == null
        ? canonical
        : out.append(canonical, copied, canonical.length()).toString();
  }

  /** Back to RFC 8785. Only escapes that {@link #ofCanonical} writes are undone; others are part of RFC 8785. */
  public static String toCanonical(String line) {
    StringBuilder out = new StringBuilder(line.length());
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (c != '\\') {
        out.append(c);
      } else if (line.charAt(i + 1) != 'u') {
        out.append(c).append(line.charAt(++i));
      } else {
        int unit = Integer.parseInt(line, i + 2, i + 6, 16);
        out.append(unit < 0x20 ? line.substring(i, i + 6) : String.valueOf((char) unit));
        i += 5;
      }
    }
    return out.toString();
  }

  private static String escape(char c) {
    return String.format("\\u%04x", (int) c);
  }
}
