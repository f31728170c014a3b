package io.tierkeeper.audit.chain;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;

/** The public half of a key that signs checkpoints (Ed25519, RFC 8032): verifies whether a signature is that key's. */
public final class AuditPublicKey {

  private final PublicKey key;
  private final String id;

  AuditPublicKey(PublicKey key) {
    this.key = key;
    id = HashChain.PREFIX + HashChain.sha256Hex(key.getEncoded());
  }

  /**
   * Reads a key as {@code openssl pkey -pubout} writes it: SubjectPublicKeyInfo in PEM.
   *
   * @throws IllegalArgumentException when the file holds no such key; says why, without the file's name
   */
  public static AuditPublicKey read(Path file) throws IOException {
    byte[] encoded = PemFile.read(file, "PUBLIC KEY");
    try {
      return new AuditPublicKey(
          KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded)));
    } catch (InvalidKeySpecException e) {
      throw new IllegalArgumentException("its key is not an Ed25519 public key", e);
    } catch (GeneralSecurityException e) {
      throw AuditSigningKey.unsupported(e);
    }
  }

  /** {@code sha256:} and the SHA-256 of the encoded key (SubjectPublicKeyInfo, DER). */
  public String id() {
    return id;
  }

  /** Whether this key signed the statement. */
  boolean signed(byte[] statement, String signature) {
    try {
      Signature verifier = Signature.getInstance("Ed25519");
      verifier.initVerify(key);
      verifier.update(statement);
      return verifier.verify(Base64.getDecoder().decode(signature));
    } catch (IllegalArgumentException | SignatureException e) {
      // Neither Base64 nor 64 bytes: so no signature can be valid.
      return false;
    } catch (GeneralSecurityException e) {
      throw AuditSigningKey.unsupported(e);
    }
  }

  @Override
  public String toString() {
    return id;
  }
}
