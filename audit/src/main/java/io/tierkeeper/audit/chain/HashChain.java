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
 * <p>{@code entryhash = SHA-256("tierkeeper.audit.v1\n" + prevhash + "\n" + JCS(event without entryhash))}, where
 * {@code prevhash} is written as in the line, {@code sha256:…}, and JCS is RFC 8785 ({@link CanonicalJson}).
 */
public final class HashChain {

  /** The {@code prevhash} of the first line. */
  public static final String GENESIS = "sha256:" + "0".repeat(64);

  static final String PREFIX = "sha256:";
  static final String DOMAIN = "tierkeeper.audit.v1\n";

  private static final Pattern HASH = Pattern.compile("sha256:[0-9a-f]{64}");

  private HashChain() {}

  /** Whether a text has the form of a hash, {@code sha256:} and 64 digits. */
  static boolean isHash(String text) {
    return HASH.matcher(text).matches();
  }

  /**
   * The hash of an event that follows the line with {@code prevHash}.
   *
   * @param event the whole event; a member {@code entryhash} is left out
   */
  public static String entryHash(String prevHash, ObjectNode event) {
    ObjectNode hashed = event.has("entryhash") ? event.deepCopy().without("entryhash") : event;
    return entryHash(prevHash, CanonicalJson.write(hashed).getBytes(StandardCharsets.UTF_8));
  }

  /** The same for an event whose canonical form, without entryhash, is at hand. */
  public static String entryHash(String prevHash, byte[] canonical) {
    MessageDigest digest = sha256();
    digest.update(DOMAIN.getBytes(StandardCharsets.UTF_8));
    digest.update(prevHash.getBytes(StandardCharsets.UTF_8));
    digest.update((byte) '\n');
    digest.update(canonical);
    return PREFIX + HexFormat.of().formatHex(digest.digest());
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
