package io.tierkeeper.audit.chain;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.EdECPrivateKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.NamedParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;

/** The key that signs checkpoints (Ed25519, RFC 8032); shows nothing of itself but its public half. */
public final class AuditSigningKey {

  private static final byte[] PROBE =
      "tierkeeper.audit.probe.v1\n".getBytes(StandardCharsets.UTF_8);

  private final PrivateKey key;
  private final AuditPublicKey publicKey;

  private AuditSigningKey(PrivateKey key, AuditPublicKey publicKey) {
    this.key = key;
    this.publicKey = publicKey;
  }

  /**
   * Reads a key as {@code openssl genpkey -algorithm ed25519} writes it: PKCS#8 in PEM, not encrypted.
   *
   * @throws IllegalArgumentException when the file holds no such key; says why, without the file's name
   */
  public static AuditSigningKey read(Path file) throws IOException {
    byte[] encoded = PemFile.read(file, "PRIVATE KEY");
    try {
      PrivateKey key =
          KeyFactory.getInstance("Ed25519").generatePrivate(new PKCS8EncodedKeySpec(encoded));
      AuditSigningKey read = new AuditSigningKey(key, new AuditPublicKey(publicHalf(key)));
      if (!read.publicKey.signed(PROBE, read.sign(PROBE))) {
        throw new IllegalStateException("The Java platform derives another public key");
      }
      return read;
    } catch (InvalidKeySpecException e) {
      throw new IllegalArgumentException("its key is not an Ed25519 private key", e);
    } catch (GeneralSecurityException e) {
      throw unsupported(e);
    }
  }

  /** The public half. */
  public AuditPublicKey publicKey() {
    return publicKey;
  }

  /** The same checkpoint with this key's signature. */
  public AuditCheckpoint sign(AuditCheckpoint checkpoint, String source) {
    try {
      String value = sign(checkpoint.statement(source));
      return new AuditCheckpoint(
          checkpoint.size(),
          checkpoint.headHash(),
          checkpoint.time(),
          new CheckpointSignature(publicKey.id(), value));
    } catch (GeneralSecurityException e) {
      throw unsupported(e);
    }
  }

  private String sign(byte[] statement) throws GeneralSecurityException {
    Signature signer = Signature.getInstance("Ed25519");
    signer.initSign(key);
    signer.update(statement);
    return Base64.getEncoder().encodeToString(signer.sign());
  }

  /**
   * A PKCS#8 file need not hold the public half, and the platform offers no way to compute it but to make a key pair
   * from given randomness, which for Ed25519 is the private key itself (RFC 8032, 5.1.5).
   */
  private static java.security.PublicKey publicHalf(PrivateKey key)
      throws GeneralSecurityException {
    byte[] seed = ((EdECPrivateKey) key)
        .getBytes()
        .orElseThrow(() -> new IllegalArgumentException("its key cannot be read"));
    KeyPairGenerator generator = KeyPairGenerator.getInstance("Ed25519");
    generator.initialize(NamedParameterSpec.ED25519, new Given(seed));
    KeyPair pair = generator.generateKeyPair();
    return pair.getPublic();
  }

  static IllegalStateException unsupported(GeneralSecurityException cause) {
    return new IllegalStateException("Every Java platform since 15 offers Ed25519", cause);
  }

  @Override
  public String toString() {
    return "the private half of " + publicKey;
  }

  /** Gives known bytes where random ones are asked for. */
  private static final class Given extends SecureRandom {
    private static final long serialVersionUID = 1L;

    private final byte[] bytes;

    Given(byte[] bytes) {
      this.bytes = bytes.clone();
    }

    @Override
    public void nextBytes(byte[] target) {
      if (target.length != bytes.length) {
        throw new IllegalStateException("The Java platform makes keys in another way");
      }
      System.arraycopy(bytes, 0, target, 0, target.length);
    }
  }
}
