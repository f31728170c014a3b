package io.tierkeeper.client;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.UUID;

/** Texts as bytes, without any two texts becoming the same bytes, and their digests. */
final class Texts {

  private Texts() {}

  /**
   * The bytes of a text. {@link String#getBytes} turns half of a surrogate pair into a question mark, so that two tenants could
   * become one.
   *
   * @throws TenantClientException.InvalidRequest if the text has half of a surrogate pair
   */
  static byte[] utf8(String what, String text) {
    try {
      ByteBuffer bytes = StandardCharsets.UTF_8
          .newEncoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT)
          .encode(CharBuffer.wrap(text));
      byte[] copy = new byte[bytes.remaining()];
      bytes.get(copy);
      return copy;
    } catch (CharacterCodingException e) {
      throw new TenantClientException.InvalidRequest(
          what + " is no valid Unicode text: it has half of a surrogate pair", e);
    }
  }

  /** The first 128 bits of the SHA-256 of all parts, each with its length in four bytes, big-endian, before it. */
  static UUID digest(byte[]... parts) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (byte[] part : parts) {
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, part.length));
        digest.update(part);
      }
      ByteBuffer hash = ByteBuffer.wrap(digest.digest());
      return new UUID(hash.getLong(), hash.getLong());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime has SHA-256", e);
    }
  }
}
