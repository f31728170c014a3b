package io.tierkeeper.audit.chain;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Reads one line strictly, in one pass and without building a tree: is it in the one form that a log may write, what
 * does its envelope say, does its hash fit?
 *
 * <p>A scanner is used again for line after line. After {@link #scan} returned null the getters describe that line.
 */
public final class LineScanner extends CanonicalScanner {

  /** Where in the event a value lies, for the members that are read. */
  private enum Place {
    ROOT,
    DATA,
    ACTOR,
    CHECKPOINT,
    ELSEWHERE
  }

  private static final int MAX_DEPTH = 64;
  private static final String MAX_SEQUENCE = "0" + Long.MAX_VALUE;
  private static final int SEQUENCE_DIGITS = MAX_SEQUENCE.length();
  private static final byte[] DOMAIN = HashChain.DOMAIN.getBytes(StandardCharsets.UTF_8);

  private final MessageDigest digest = HashChain.sha256();
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
  public String scan(byte[] buffer, int from, int to) {
    begin(buffer, from, to);
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
    if (sequence.compareTo(MAX_SEQUENCE) > 0) {
      throw bad("sequence '" + sequence + "' is greater than " + MAX_SEQUENCE);
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
  public boolean hashFits() {
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

  public long sequence() {
    return Long.parseLong(require(sequenceText, "sequence"));
  }

  public String entryHash() {
    return require(entryHash, "entryhash");
  }

  public String prevHash() {
    return require(prevHash, "prevhash");
  }

  public String type() {
    return require(type, "type");
  }

  public String time() {
    return require(time, "time");
  }

  public String id() {
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
  public String source() {
    return sourceFrom < 0 ? "" : unescaped(sourceFrom, sourceTo);
  }

  /** {@code data.checkpoint.size}; -1 where there is none. */
  public long checkpointSize() {
    return checkpointSize;
  }

  @Nullable
  String checkpointHead() {
    return checkpointHead;
  }

  /** Whose key signed the checkpoint; null where the line does not name it. */
  @Nullable
  public String keyId() {
    return keyId;
  }

  /** The checkpoint's signature; null where it has none. */
  @Nullable
  public String signature() {
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
}
