package io.tierkeeper.audit.chain;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Reads what the chain needs of one line, without building a tree: does its hash fit its bytes, what does its envelope
 * say?
 *
 * <p>A scanner is used again for line after line. After {@link #scan} returned null the getters describe that line.
 */
public final class LineScanner {

  private static final int MAX_DEPTH = 64;
  private static final String MAX_SEQUENCE = "0" + Long.MAX_VALUE;
  private static final int SEQUENCE_DIGITS = MAX_SEQUENCE.length();
  private static final int HASH_LENGTH = HashChain.GENESIS.length();
  private static final String END = "\"}";

  // A member that is there twice would let two readers of the same bytes see two lines.
  private static final JsonFactory JSON = new JsonFactoryBuilder()
      .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
      .streamReadConstraints(StreamReadConstraints.builder()
          .maxNestingDepth(MAX_DEPTH)
          .maxStringLength(Integer.MAX_VALUE)
          .build())
      .build();

  /** What is wrong with a line; thrown and caught here only. */
  private static final class BadForm extends IOException {
    private static final long serialVersionUID = 1L;

    BadForm(String message) {
      super(message);
    }
  }

  private final MessageDigest digest = HashChain.sha256();
  private byte[] line = new byte[0];
  private int from;
  private int hashedTo;
  private @Nullable String entryHash;
  private @Nullable String prevHash;
  private @Nullable String sequenceText;
  private @Nullable String type;
  private @Nullable String time;
  private @Nullable String id;
  private @Nullable String source;
  private long term;
  private boolean opensSegment;
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
    line = buffer;
    this.from = from;
    sequenceText = type = time = id = source = null;
    term = -1;
    opensSegment = false;
    checkpointSize = -1;
    checkpointHead = keyId = signature = null;
    try {
      int hashAt = to - END.length() - HASH_LENGTH;
      entryHash = hash(hashAt, HashChain.ENTRY_HASH, END);
      hashedTo = hashAt - HashChain.ENTRY_HASH.length();
      prevHash = hash(hashedTo - 1 - HASH_LENGTH, HashChain.PREV_HASH, "\"");
      if (buffer[from] != '{') {
        throw new BadForm("an event begins with {");
      }
      try (JsonParser json = JSON.createParser(buffer, from, to - from)) {
        json.nextToken();
        root(json);
        if (json.nextToken() != null) {
          throw new BadForm("text behind the end of the event");
        }
      }
      requireEnvelope();
      return null;
    } catch (BadForm e) {
      return "not an audit line: " + e.getMessage();
    } catch (JsonProcessingException e) {
      JsonLocation at = e.getLocation();
      return "not an audit line: no JSON"
          + (at == null ? "" : " at byte " + at.getByteOffset() + " of the line") + ": "
          + e.getOriginalMessage();
    } catch (IOException e) {
      return "not an audit line: " + e.getMessage();
    }
  }

  /** The hash at this place, which stands between these texts. */
  private String hash(int at, String before, String after) throws BadForm {
    String found = at - before.length() <= from
        ? ""
        : text(at - before.length(), before.length() + HASH_LENGTH + after.length());
    String hash =
        found.isEmpty() ? "" : found.substring(before.length(), before.length() + HASH_LENGTH);
    if (!HashChain.isHash(hash) || !found.equals(before + hash + after)) {
      throw new BadForm("a line ends in " + HashChain.PREV_HASH + "sha256:…\""
          + HashChain.ENTRY_HASH + "sha256:…" + END);
    }
    return hash;
  }

  private String text(int at, int length) {
    return new String(line, at, length, StandardCharsets.ISO_8859_1);
  }

  private void root(JsonParser json) throws IOException {
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      JsonToken value = json.nextToken();
      switch (name) {
        case "sequence" -> sequenceText = text(json, value);
        case "source" -> source = text(json, value);
        case "type" -> type = text(json, value);
        case "time" -> time = text(json, value);
        case "id" -> id = text(json, value);
        case "data" -> data(json, value);
        default -> json.skipChildren();
      }
    }
  }

  private void data(JsonParser json, JsonToken data) throws IOException {
    if (data != JsonToken.START_OBJECT) {
      json.skipChildren();
      return;
    }
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      JsonToken value = json.nextToken();
      switch (name) {
        case "actor" -> actor(json, value);
        case "checkpoint" -> checkpoint(json, value);
        case "opensSegment" -> opensSegment = value == JsonToken.VALUE_TRUE;
        default -> {
          // Only what the chain needs.
        }
      }
      json.skipChildren();
    }
  }

  private void actor(JsonParser json, JsonToken actor) throws IOException {
    while (actor == JsonToken.START_OBJECT && json.nextToken() == JsonToken.FIELD_NAME) {
      boolean isTerm = json.currentName().equals("term");
      JsonToken value = json.nextToken();
      term = isTerm ? wholeNumber(json, value) : term;
      json.skipChildren();
    }
  }

  private void checkpoint(JsonParser json, JsonToken checkpoint) throws IOException {
    while (checkpoint == JsonToken.START_OBJECT && json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      JsonToken value = json.nextToken();
      switch (name) {
        case "size" -> checkpointSize = wholeNumber(json, value);
        case "headHash" -> checkpointHead = text(json, value);
        case "keyId" -> keyId = text(json, value);
        case "signature" -> signature = text(json, value);
        default -> {
          // Fields of later versions.
        }
      }
      json.skipChildren();
    }
  }

  private static @Nullable String text(JsonParser json, JsonToken value) throws IOException {
    if (value == JsonToken.VALUE_STRING) {
      return json.getText();
    }
    json.skipChildren();
    return null;
  }

  /** -1 for what is no number of a long from 0. */
  private static long wholeNumber(JsonParser json, JsonToken value) throws IOException {
    return value == JsonToken.VALUE_NUMBER_INT
            && json.getNumberType() != JsonParser.NumberType.BIG_INTEGER
        ? Math.max(-1, json.getLongValue())
        : -1;
  }

  private void requireEnvelope() throws BadForm {
    require(id, "id");
    require(type, "type");
    require(time, "time");
    String sequence = require(sequenceText, "sequence");
    if (sequence.length() != SEQUENCE_DIGITS
        || !sequence.chars().allMatch(c -> c >= '0' && c <= '9')) {
      throw new BadForm("sequence '" + sequence + "' is not " + SEQUENCE_DIGITS + " digits");
    }
    if (sequence.compareTo(MAX_SEQUENCE) > 0) {
      throw new BadForm("sequence '" + sequence + "' is greater than " + MAX_SEQUENCE);
    }
    if (term < 0) {
      throw new BadForm("data.actor.term is missing or no whole number");
    }
  }

  private static String require(@Nullable String value, String name) throws BadForm {
    if (value == null) {
      throw new BadForm("member " + name + " is missing or not a text");
    }
    return value;
  }

  /** A member that {@link #scan} found. */
  private static String scanned(@Nullable String value) {
    if (value == null) {
      throw new IllegalStateException("The scanner has read no line");
    }
    return value;
  }

  /** Whether the line's own hash fits its bytes, its {@code prevhash} included. */
  public boolean hashFits() {
    digest.reset();
    digest.update(line, from, hashedTo - from);
    return entryHash().equals(HashChain.PREFIX + HexFormat.of().formatHex(digest.digest()));
  }

  public long sequence() {
    return Long.parseLong(scanned(sequenceText));
  }

  public String entryHash() {
    return scanned(entryHash);
  }

  public String prevHash() {
    return scanned(prevHash);
  }

  public String type() {
    return scanned(type);
  }

  public String time() {
    return scanned(time);
  }

  public String id() {
    return scanned(id);
  }

  long term() {
    return term;
  }

  /** Whether the line says that it begins a file that goes on from another. */
  boolean opensSegment() {
    return opensSegment;
  }

  /** The CloudEvents source, empty where there is none. */
  public String source() {
    return source == null ? "" : source;
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
}
