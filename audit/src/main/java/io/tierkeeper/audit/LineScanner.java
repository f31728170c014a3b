package io.tierkeeper.audit;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Reads one line strictly, in one pass and without building a tree: is it in the one form that a log may write, what
 * does its envelope say, does its hash fit?
 *
 * <p>A scanner is used again for line after line. After {@link #scan} returned null the getters tell of that line.
 */
final class LineScanner {

  /** Where in the event a value lies, as far as anybody asks. */
  private enum Place {
    ROOT,
    DATA,
    ACTOR,
    CHECKPOINT,
    ELSEWHERE
  }

  /** What is wrong with a line's form, and where; thrown and caught in this class only. */
  private static final class BadForm extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BadForm(String message) {
      super(message, null, false, false);
    }
  }

  private static final int MAX_DEPTH = 64;
  private static final int SEQUENCE_DIGITS = 20;
  private static final byte[] DOMAIN = HashChain.DOMAIN.getBytes(StandardCharsets.UTF_8);

  private final MessageDigest digest = HashChain.sha256();
  private byte[] line = new byte[0];
  private int at;
  private int end;
  private int from;
  private boolean escaped;

  private int entryFrom;
  private int entryTo;
  private @Nullable String entryHash;
  private @Nullable String prevHash;
  private @Nullable String sequenceText;
  private @Nullable String type;
  private @Nullable String time;
  private @Nullable String id;
  private long term;
  private boolean opensSegment;
  private int sourceFrom;
  private int sourceTo;
  private long checkpointSize;
  private @Nullable String checkpointHead;
  private @Nullable String keyId;
  private @Nullable String signature;

  /**
   * Reads the line in {@code buffer[from, to)}, without its line feed.
   *
   * @return null when the line has the right form, else a sentence that says what is wrong and where
   */
  @Nullable
  String scan(byte[] buffer, int from, int to) {
    line = buffer;
    this.from = from;
    at = from;
    end = to;
    escaped = false;
    entryFrom = entryTo = -1;
    entryHash = prevHash = sequenceText = type = time = id = null;
    term = -1;
    opensSegment = false;
    sourceFrom = sourceTo = -1;
    checkpointSize = -1;
    checkpointHead = keyId = signature = null;
    try {
      value(Place.ROOT, 0);
      if (at != end) {
        throw bad("text behind the end of the event");
      }
      requireEnvelope();
      return null;
    } catch (BadForm e) {
      return e.getMessage();
    }
  }

  private void requireEnvelope() {
    require(entryHash, "entryhash");
    require(prevHash, "prevhash");
    require(id, "id");
    require(type, "type");
    require(time, "time");
    String sequence = require(sequenceText, "sequence");
    if (sequence.length() != SEQUENCE_DIGITS
        || !sequence.chars().allMatch(c -> c >= '0' && c <= '9')) {
      throw bad("sequence '" + sequence + "' is not " + SEQUENCE_DIGITS + " digits");
    }
    if (term < 0) {
      throw bad("data.actor.term is missing or no whole number");
    }
  }

  private String require(@Nullable String value, String name) {
    if (value == null) {
      throw bad("member " + name + " is missing or not a text");
    }
    return value;
  }

  /** Whether the line's own hash fits its bytes and its {@code prevhash}. */
  boolean hashFits() {
    digest.reset();
    digest.update(DOMAIN);
    digest.update(prevHash().getBytes(StandardCharsets.UTF_8));
    digest.update((byte) '\n');
    if (escaped) {
      String text = new String(line, from, entryFrom - from, StandardCharsets.UTF_8)
          + new String(line, entryTo, end - entryTo, StandardCharsets.UTF_8);
      digest.update(LineForm.toCanonical(text).getBytes(StandardCharsets.UTF_8));
    } else {
      digest.update(line, from, entryFrom - from);
      digest.update(line, entryTo, end - entryTo);
    }
    return entryHash().equals(HashChain.PREFIX + HexFormat.of().formatHex(digest.digest()));
  }

  long sequence() {
    return Long.parseLong(require(sequenceText, "sequence"));
  }

  String entryHash() {
    return require(entryHash, "entryhash");
  }

  String prevHash() {
    return require(prevHash, "prevhash");
  }

  String type() {
    return require(type, "type");
  }

  String time() {
    return require(time, "time");
  }

  String id() {
    return require(id, "id");
  }

  long term() {
    return term;
  }

  /** Whether the line says that it begins a file that goes on from another. */
  boolean opensSegment() {
    return opensSegment;
  }

  /** The CloudEvents source, empty where there is none; to be asked before the buffer is used again. */
  String source() {
    return sourceFrom < 0 ? "" : unescaped(sourceFrom, sourceTo);
  }

  /** {@code data.checkpoint.size}; -1 where there is none. */
  long checkpointSize() {
    return checkpointSize;
  }

  @Nullable
  String checkpointHead() {
    return checkpointHead;
  }

  /** Whose key signed the checkpoint; null where it is not told. */
  @Nullable
  String keyId() {
    return keyId;
  }

  /** The checkpoint's signature; null where it has none. */
  @Nullable
  String signature() {
    return signature;
  }

  private void value(Place place, int depth) {
    if (depth > MAX_DEPTH) {
      throw bad("more than " + MAX_DEPTH + " levels");
    }
    byte first = peek();
    if (place == Place.ROOT && first != '{') {
      throw bad("an event begins with {");
    }
    switch (first) {
      case '{' -> object(place, depth);
      case '[' -> array(depth);
      case '"' -> string();
      case 't' -> word("true");
      case 'f' -> word("false");
      case 'n' -> word("null");
      default -> number();
    }
  }

  private void object(Place place, int depth) {
    at++;
    if (peek() == '}') {
      at++;
      return;
    }
    int previousFrom = -1;
    int previousTo = -1;
    boolean previousPlain = true;
    while (true) {
      int memberFrom = at;
      boolean plain = string();
      int keyFrom = memberFrom + 1;
      int keyTo = at - 1;
      if (previousFrom >= 0
          && compare(previousFrom, previousTo, keyFrom, keyTo, plain && previousPlain) >= 0) {
        throw bad("member " + text(keyFrom, keyTo) + " is out of order or there twice");
      }
      expect(':');
      int valueFrom = at;
      value(place == Place.ELSEWHERE ? Place.ELSEWHERE : child(place, keyFrom, keyTo), depth + 1);
      if (place != Place.ELSEWHERE) {
        note(place, keyFrom, keyTo, memberFrom, valueFrom);
      }
      previousFrom = keyFrom;
      previousTo = keyTo;
      previousPlain = plain;
      if (peek() == '}') {
        at++;
        return;
      }
      expect(',');
    }
  }

  private Place child(Place place, int keyFrom, int keyTo) {
    if (place == Place.ROOT && keyIs(keyFrom, keyTo, "data")) {
      return Place.DATA;
    }
    if (place != Place.DATA) {
      return Place.ELSEWHERE;
    }
    return keyIs(keyFrom, keyTo, "actor")
        ? Place.ACTOR
        : keyIs(keyFrom, keyTo, "checkpoint") ? Place.CHECKPOINT : Place.ELSEWHERE;
  }

  private void note(Place place, int keyFrom, int keyTo, int memberFrom, int valueFrom) {
    if (place == Place.ACTOR) {
      if (keyIs(keyFrom, keyTo, "term")) {
        term = wholeNumber(valueFrom);
      }
    } else if (place == Place.DATA) {
      if (keyIs(keyFrom, keyTo, "opensSegment")) {
        opensSegment = line[valueFrom] == 't';
      }
    } else if (place == Place.CHECKPOINT) {
      noteCheckpoint(keyFrom, keyTo, valueFrom);
    } else if (line[valueFrom] == '"') {
      switch (line[keyFrom]) {
        case 'e' -> {
          if (keyIs(keyFrom, keyTo, "entryhash")) {
            entryHash = text(valueFrom + 1, at - 1);
            entryFrom = memberFrom;
            entryTo = at + 1;
            if (peek() != ',') {
              throw bad("an event does not end with its entryhash");
            }
          }
        }
        case 'p' ->
          prevHash = keyIs(keyFrom, keyTo, "prevhash") ? text(valueFrom + 1, at - 1) : prevHash;
        case 's' -> {
          if (keyIs(keyFrom, keyTo, "sequence")) {
            sequenceText = text(valueFrom + 1, at - 1);
          } else if (keyIs(keyFrom, keyTo, "source")) {
            sourceFrom = valueFrom + 1;
            sourceTo = at - 1;
          }
        }
        case 't' -> {
          if (keyIs(keyFrom, keyTo, "type")) {
            type = text(valueFrom + 1, at - 1);
          } else if (keyIs(keyFrom, keyTo, "time")) {
            time = text(valueFrom + 1, at - 1);
          }
        }
        case 'i' -> id = keyIs(keyFrom, keyTo, "id") ? unescaped(valueFrom + 1, at - 1) : id;
        default -> {
          // Other members carry nothing that the chain needs.
        }
      }
    }
  }

  private void noteCheckpoint(int keyFrom, int keyTo, int valueFrom) {
    if (keyIs(keyFrom, keyTo, "size")) {
      checkpointSize = wholeNumber(valueFrom);
    } else if (line[valueFrom] == '"') {
      if (keyIs(keyFrom, keyTo, "headHash")) {
        checkpointHead = text(valueFrom + 1, at - 1);
      } else if (keyIs(keyFrom, keyTo, "keyId")) {
        keyId = text(valueFrom + 1, at - 1);
      } else if (keyIs(keyFrom, keyTo, "signature")) {
        signature = text(valueFrom + 1, at - 1);
      }
    }
  }

  private void array(int depth) {
    at++;
    if (peek() == ']') {
      at++;
      return;
    }
    while (true) {
      value(Place.ELSEWHERE, depth + 1);
      if (peek() == ']') {
        at++;
        return;
      }
      expect(',');
    }
  }

  /** Reads a text; true when all of it is plain ASCII without escapes, so that its bytes can be compared. */
  private boolean string() {
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

  private void number() {
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

  private long wholeNumber(int valueFrom) {
    if (!shortWhole(valueFrom) || line[valueFrom] == '-') {
      return -1;
    }
    return Long.parseLong(text(valueFrom, at));
  }

  private void word(String word) {
    for (int i = 0; i < word.length(); i++) {
      expect(word.charAt(i));
    }
  }

  private int compare(int aFrom, int aTo, int bFrom, int bTo, boolean plain) {
    return plain
        ? Arrays.compareUnsigned(line, aFrom, aTo, line, bFrom, bTo)
        : unescaped(aFrom, aTo).compareTo(unescaped(bFrom, bTo));
  }

  private String unescaped(int keyFrom, int keyTo) {
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

  private boolean keyIs(int keyFrom, int keyTo, String name) {
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

  private String text(int textFrom, int textTo) {
    return new String(line, textFrom, textTo - textFrom, StandardCharsets.UTF_8);
  }

  private byte peek() {
    if (at >= end) {
      throw bad("the line ends too early");
    }
    return line[at];
  }

  private void expect(char c) {
    if (peek() != c) {
      throw bad("expected " + c);
    }
    at++;
  }

  private BadForm bad(String what) {
    return new BadForm("not in canonical form at byte " + (at - from) + " of the line: " + what);
  }
}
