package io.tierkeeper.audit.chain;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads texts, numbers and words of a line that must be in the one form that a log may write, and refuses any other.
 *
 * <p>Written by hand since a JSON parser hides what has to be judged here: which of several spellings of a number or an
 * escape was used, and UTF-8 that is longer than needed. Jackson's streaming parser takes about the same time without
 * these checks, and three times as long where its tree is written again and compared.
 */
abstract class CanonicalScanner {

  /** What is wrong with a line's form, and where; thrown and caught by scanners only. */
  static final class BadForm extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BadForm(String message) {
      super(message, null, false, false);
    }
  }

  /** The bytes in which the line lies. */
  byte[] line = new byte[0];

  /** The next byte to be read. */
  int at;

  /** Where the line ends. */
  int end;

  /** Where the line begins. */
  int from;

  /** Whether a character was read that is an escape in the file and none in RFC 8785. */
  boolean escaped;

  /** Begins with the line in {@code buffer[from, to)}. */
  final void begin(byte[] buffer, int from, int to) {
    line = buffer;
    this.from = from;
    at = from;
    end = to;
    escaped = false;
  }

  /** Reads a text; true when all of it is plain ASCII without escapes, so that its bytes can be compared. */
  final boolean string() {
    expect('"');
    boolean plain = true;
    while (true) {
      byte b = peek();
      if (b == '"') {
        at++;
        return plain;
      }
      if (b == '\\') {
        plain = false;
        escape();
      } else if (b < 0) {
        plain = false;
        multiByte();
      } else if (b < 0x20 || b == 0x7f) {
        throw bad("a control character that is not escaped");
      } else {
        at++;
      }
    }
  }

  private void escape() {
    at++;
    switch (peek()) {
      case '"', '\\', 'b', 't', 'n', 'f', 'r' -> at++;
      case 'u' -> {
        at++;
        int unit = hex4();
        if (unit >= 0x20) {
          escaped = true;
          escapedCharacter(unit);
        } else if (unit == '\b' || unit == '\t' || unit == '\n' || unit == '\f' || unit == '\r') {
          throw bad("an escape with a shorter form");
        }
      }
      default -> throw bad("an unknown escape");
    }
  }

  private void escapedCharacter(int unit) {
    int codePoint = unit;
    if (Character.isHighSurrogate((char) unit)) {
      expect('\\');
      expect('u');
      int low = hex4();
      if (!Character.isLowSurrogate((char) low)) {
        throw bad("half a surrogate pair");
      }
      codePoint = Character.toCodePoint((char) unit, (char) low);
    }
    if (!LineForm.escapes(codePoint)) {
      throw bad("an escape where none is needed");
    }
  }

  private int hex4() {
    int unit = 0;
    for (int i = 0; i < 4; i++) {
      byte b = peek();
      int digit = b >= '0' && b <= '9' ? b - '0' : b >= 'a' && b <= 'f' ? b - 'a' + 10 : -1;
      if (digit < 0) {
        throw bad("an escape needs four digits 0-9a-f");
      }
      unit = unit << 4 | digit;
      at++;
    }
    return unit;
  }

  private void multiByte() {
    int first = line[at] & 0xff;
    int length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    int codePoint = first & (0xff >> (length + 1));
    boolean valid = first >= 0xc2 && first <= 0xf4 && at + length <= end;
    for (int i = 1; valid && i < length; i++) {
      int next = line[at + i] & 0xff;
      valid = (next & 0xc0) == 0x80;
      codePoint = codePoint << 6 | next & 0x3f;
    }
    boolean shortest = length == 2 || codePoint >= (length == 3 ? 0x800 : 0x10000);
    boolean scalar = codePoint <= 0x10ffff && !(codePoint >= 0xd800 && codePoint <= 0xdfff);
    if (!valid || !shortest || !scalar) {
      throw bad("bytes that are no UTF-8");
    }
    if (LineForm.escapes(codePoint)) {
      throw bad(String.format("U+%04X, which must be escaped", codePoint));
    }
    at += length;
  }

  final void number() {
    int start = at;
    while (at < end && "+-.eE0123456789".indexOf(line[at]) >= 0) {
      at++;
    }
    if (at == start) {
      throw bad("no JSON value begins here");
    }
    if (!shortWhole(start)) {
      String written = text(start, at);
      try {
        if (!CanonicalJson.number(Double.parseDouble(written)).equals(written)) {
          at = start;
          throw bad("number " + written + " is not in its shortest form");
        }
      } catch (NumberFormatException e) {
        at = start;
        throw bad("number " + written + " cannot be read");
      } catch (IllegalArgumentException e) {
        at = start;
        throw bad("number " + written + " is out of range");
      }
    }
  }

  /** Up to fifteen digits without leading zero are exact and in their only form. */
  private boolean shortWhole(int start) {
    int digits = line[start] == '-' ? start + 1 : start;
    int length = at - digits;
    if (length == 0 || length > 15 || line[digits] == '0' && (length > 1 || digits > start)) {
      return false;
    }
    for (int i = digits; i < at; i++) {
      if (line[i] < '0' || line[i] > '9') {
        return false;
      }
    }
    return true;
  }

  final long wholeNumber(int valueFrom) {
    if (!shortWhole(valueFrom) || line[valueFrom] == '-') {
      return -1;
    }
    return Long.parseLong(text(valueFrom, at));
  }

  final void word(String word) {
    for (int i = 0; i < word.length(); i++) {
      expect(word.charAt(i));
    }
  }

  final int compare(int aFrom, int aTo, int bFrom, int bTo, boolean plain) {
    return plain
        ? Arrays.compareUnsigned(line, aFrom, aTo, line, bFrom, bTo)
        : unescaped(aFrom, aTo).compareTo(unescaped(bFrom, bTo));
  }

  final String unescaped(int keyFrom, int keyTo) {
    String text = text(keyFrom, keyTo);
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c != '\\') {
        out.append(c);
        continue;
      }
      char escape = text.charAt(++i);
      switch (escape) {
        case 'b' -> out.append('\b');
        case 't' -> out.append('\t');
        case 'n' -> out.append('\n');
        case 'f' -> out.append('\f');
        case 'r' -> out.append('\r');
        case 'u' -> {
          out.append((char) Integer.parseInt(text, i + 1, i + 5, 16));
          i += 4;
        }
        default -> out.append(escape);
      }
    }
    return out.toString();
  }

  final boolean keyIs(int keyFrom, int keyTo, String name) {
    if (keyTo - keyFrom != name.length()) {
      return false;
    }
    for (int i = 0; i < name.length(); i++) {
      if (line[keyFrom + i] != name.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  final String text(int textFrom, int textTo) {
    return new String(line, textFrom, textTo - textFrom, StandardCharsets.UTF_8);
  }

  final byte peek() {
    if (at >= end) {
      throw bad("the line ends too early");
    }
    return line[at];
  }

  final void expect(char c) {
    if (peek() != c) {
      throw bad("expected " + c);
    }
    at++;
  }

  final BadForm bad(String what) {
    return new BadForm("not in canonical form at byte " + (at - from) + " of the line: " + what);
  }
}
