package io.tierkeeper.audit.chain;

import java.util.regex.Pattern;

/**
 * Who signed a checkpoint, and how: Ed25519 over {@link AuditCheckpoint#statement}.
 *
 * @param keyId {@link AuditPublicKey#id()} of the key that fits, so that keys can be changed
 * @param value 64 bytes in Base64, padded
 */
public record CheckpointSignature(String keyId, String value) {

  private static final Pattern VALUE = Pattern.compile("[A-Za-z0-9+/]{86}==");

  /** Refuses what cannot be a signature. */
  public CheckpointSignature {
    if (!HashChain.isHash(keyId)) {
      throw new IllegalArgumentException(
          "keyId: '" + keyId + "' is no key id; allowed: sha256: and 64 digits 0-9a-f");
    }
    if (!VALUE.matcher(value).matches()) {
      throw new IllegalArgumentException(
          "signature: '" + value + "' is none; allowed: 64 bytes in Base64, 88 characters");
    }
  }
}
