package io.tierkeeper.audit.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tierkeeper.audit.file.AuditOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys as files. */
class AuditKeysTest {

  @TempDir
  Path directory;

  @Test
  void findsThePublicHalfOfAPrivateKey() throws IOException {
    AuditPublicKey first =
        AuditPublicKey.read(SampleKeys.publicKey(directory, SampleKeys.FIRST_PUBLIC));
    AuditPublicKey second =
        AuditPublicKey.read(SampleKeys.publicKey(directory, SampleKeys.SECOND_PUBLIC));
    assertThat(SampleKeys.signing(directory, SampleKeys.FIRST_SEED).publicKey().id())
        .isEqualTo(first.id());
    assertThat(SampleKeys.signing(directory, SampleKeys.SECOND_SEED).publicKey().id())
        .isEqualTo(second.id())
        .isNotEqualTo(first.id());
    byte[] encoded = HexFormat.of().parseHex("302a300506032b6570032100" + SampleKeys.FIRST_PUBLIC);
    assertThat(first.id()).isEqualTo("sha256:" + HashChain.sha256Hex(encoded));
  }

  @Test
  void signsAsTheSpecificationOfEd25519Says() throws Exception {
    // RFC 8032, 7.1, TEST 1: the signature of the empty message.
    String signature = "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
        + "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b";
    AuditPublicKey key =
        AuditPublicKey.read(SampleKeys.publicKey(directory, SampleKeys.FIRST_PUBLIC));
    String base64 =
        java.util.Base64.getEncoder().encodeToString(HexFormat.of().parseHex(signature));
    assertThat(key.signed(new byte[0], base64)).isTrue();
    assertThat(key.signed(new byte[] {1}, base64)).isFalse();
    assertThat(key.signed(new byte[0], "AAAA")).isFalse();
    assertThat(key.signed(new byte[0], "*")).isFalse();
  }

  @Test
  void showsNothingOfAPrivateKey() {
    AuditSigningKey key = SampleKeys.signing(directory, SampleKeys.FIRST_SEED);
    assertThat(key.toString())
        .isEqualTo("the private half of " + key.publicKey().id());
    assertThat(AuditOptions.DEFAULTS.signing(key).toString()).doesNotContain(SampleKeys.FIRST_SEED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"RSA", "Ed448", "EC", "X25519"})
  void refusesKeysOfOtherKinds(String algorithm) throws Exception {
    byte[] encoded =
        KeyPairGenerator.getInstance(algorithm).generateKeyPair().getPrivate().getEncoded();
    Path file =
        SampleKeys.pem(directory.resolve("k"), "PRIVATE KEY", HexFormat.of().formatHex(encoded));
    assertThatThrownBy(() -> AuditSigningKey.read(file))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("its key is not an Ed25519 private key");
  }

  @Test
  void saysWhyAFileHoldsNoKey() throws IOException {
    Path pub = SampleKeys.publicKey(directory, SampleKeys.FIRST_PUBLIC);
    Path key = SampleKeys.privateKey(directory, SampleKeys.FIRST_SEED);
    assertRefused(pub, "it holds a PEM block PUBLIC KEY where PRIVATE KEY belongs");
    assertThatThrownBy(() -> AuditPublicKey.read(key))
        .hasMessage("it holds a PEM block PRIVATE KEY where PUBLIC KEY belongs");
    String pem = Files.readString(key);
    assertRefused(write(""), "it holds no PEM block -----BEGIN PRIVATE KEY-----");
    assertRefused(write(pem + pem), "it holds more than one PEM block");
    assertRefused(
        write(pem.replace("PRIVATE KEY", "ENCRYPTED PRIVATE KEY")),
        "it holds a PEM block ENCRYPTED PRIVATE KEY where PRIVATE KEY belongs");
    assertRefused(write(pem.replace("MC4", "MC=")), "its PEM block is no Base64");
    assertRefused(write(pem.replace("MC4C", "MC4D")), "its key is not an Ed25519 private key");
    assertRefused(write("x".repeat(70_000)), "it is larger than any key");
    assertThatThrownBy(() -> AuditSigningKey.read(directory.resolve("absent")))
        .isInstanceOf(NoSuchFileException.class);
  }

  private Path write(String content) throws IOException {
    return Files.writeString(directory.resolve("bad.key"), content);
  }

  private static void assertRefused(Path file, String sentence) {
    assertThatThrownBy(() -> AuditSigningKey.read(file))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(sentence);
  }
}
