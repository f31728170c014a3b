package io.tierkeeper.audit.chain;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * The rule that chains lines, without any state.
 *
 * <p>A line ends in {@code ,"prevhash":"sha256:…","entryhash":"sha256:…"}}, where prevhash is the entryhash of the line
 * before, and entryhash is the SHA-256 of all bytes of the line before {@code ,"entryhash"}.
 */
public final class HashChain {

  /** The {@code prevhash} of the first line. */
  public static final String GENESIS = "sha256:" + "0".repeat(64);

  static final String PREFIX = "sha256:";
  static final String PREV_HASH = ",\"prevhash\":\"";
  static final String ENTRY_HASH = ",\"entryhash\":\"";

  private static final Pattern HASH = Pattern.compile("sha256:[0-9a-f]{64}");

  private HashChain() {}

  /**
   * A line as it is in the file.
   *
   * @param bytes with the line feed
   * @param entryHash of the line
   */
  @SuppressWarnings("ArrayRecordComponent") // Handed over to be written, never compared.
  public record Line(byte[] bytes, String entryHash) {}

  /**
   * The line of an event that follows the line with {@code prevHash}.
   *
   * @param event without {@code prevhash} and {@code entryhash}
   * @throws IllegalArgumentException for a number that JSON cannot express: NaN and infinities
   */
  public static Line line(ObjectNode event, String prevHash) {
    String json = LineForm.write(event);
    String hashed = json.substring(0, json.length() - 1) + PREV_HASH + prevHash + "\"";
    byte[] covered = hashed.getBytes(StandardCharsets.UTF_8);
    String entryHash = PREFIX + sha256Hex(covered);
    byte[] rest = (ENTRY_HASH + entryHash + "\"}\n").getBytes(StandardCharsets.UTF_8);
    byte[] bytes = new byte[covered.length + rest.length];
    System.arraycopy(covered, 0, bytes, 0, covered.length);
    System.arraycopy(rest, 0, bytes, covered.length, rest.length);
    return new Line(bytes, entryHash);
  }

  /** Whether a text has the form of a hash, {@code sha256:} and 64 digits. */
  static boolean isHash(String text) {
    return HASH.matcher(text).matches();
  }

  public static String sha256Hex(byte[] content) {
    return HexFormat.of().formatHex(sha256().digest(content));
  }

  public static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform must offer SHA-256", e);
    }
  }
}
