package io.tierkeeper.operator.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tierkeeper.audit.chain.AuditPublicKey;
import io.tierkeeper.audit.file.AuditOptions;
import io.tierkeeper.launcher.UsageException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OperatorEnvironmentTest {

  @Test
  void readsHowLongTrailsAreKept() {
    assertThat(OperatorOptions.fromEnvironment(Map.of()).audit().retention())
        .isEqualTo(AuditOptions.Retention.UNLIMITED);
    assertThat(OperatorOptions.fromEnvironment(Map.of(
                "TIERKEEPER_AUDIT_KEEP_FOR", "2160h", "TIERKEEPER_AUDIT_KEEP_BYTES", "500Mi"))
            .audit()
            .retention())
        .isEqualTo(new AuditOptions.Retention(Duration.ofDays(90), 500L << 20));
    for (String wrong : List.of("0Mi", "500", "-1Gi", "1.5Gi", "all")) {
      assertThatThrownBy(
              () -> OperatorOptions.fromEnvironment(Map.of("TIERKEEPER_AUDIT_KEEP_BYTES", wrong)))
          .hasMessageContaining("TIERKEEPER_AUDIT_KEEP_BYTES: '" + wrong + "'")
          .hasMessageContaining("500Mi");
    }
  }

  @Test
  void readsEveryKindOfVariable() {
    OperatorOptions options = OperatorOptions.fromEnvironment(Map.of(
        "TIERKEEPER_NAMESPACES", "a, b",
        "TIERKEEPER_HTTP_PORT", "0",
        "TIERKEEPER_SETTLE", "1m10s",
        "TIERKEEPER_LEADER_ELECTION", "false",
        "TIERKEEPER_PAGE", "true",
        "HOSTNAME", "pod-1"));
    assertThat(options.namespaces()).containsExactlyInAnyOrder("a", "b");
    assertThat(options.http().port()).isZero();
    assertThat(options.http().page()).isTrue();
    assertThat(options.withHttp("127.0.0.1", 1).http().page()).isTrue();
    assertThat(OperatorOptions.defaults().http().page()).isFalse();
    assertThat(options.pace().settle()).isEqualTo(Duration.ofSeconds(70));
    assertThat(options.leaderElection().enabled()).isFalse();
    assertThat(options.instance()).isEqualTo("pod-1");
  }

  @Test
  void namesAWrongValueAndWhatIsAllowed() {
    assertThatThrownBy(
            () -> OperatorOptions.fromEnvironment(Map.of("TIERKEEPER_HTTP_PORT", "http")))
        .isInstanceOf(UsageException.class)
        .hasMessage(
            "TIERKEEPER_HTTP_PORT: 'http' is not allowed; allowed: a whole number, 0 to 65535");
  }

  /** Zero would remove closed files at once, evaluate and retry without pause, or give up each transfer. */
  @ParameterizedTest
  @ValueSource(strings = {"AUDIT_KEEP_FOR", "EVALUATE_EVERY", "LONGEST_RETRY", "MOVE_DEADLINE"})
  void refusesZeroWhereItIsNoTime(String variable) {
    for (String zero : List.of("0s", "0h0m")) {
      assertThatThrownBy(
              () -> OperatorOptions.fromEnvironment(Map.of("TIERKEEPER_" + variable, zero)))
          .isInstanceOf(UsageException.class)
          .hasMessage("TIERKEEPER_" + variable + ": '" + zero
              + "' is not allowed; allowed: a duration above 0, such as 70s, 5m or 1h30m");
    }
    assertThat(OperatorOptions.fromEnvironment(Map.of("TIERKEEPER_" + variable, "1s")))
        .isNotNull();
  }

  @Test
  void acceptsZeroWhereNothingIsToBeWaitedFor() {
    assertThat(OperatorOptions.fromEnvironment(Map.of("TIERKEEPER_SETTLE", "0s"))
            .pace()
            .settle())
        .isZero();
  }

  @Test
  void readsTheKeyThatSignsCheckpoints(@TempDir Path directory) throws Exception {
    KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    Path key = pem(directory, "PRIVATE KEY", pair.getPrivate().getEncoded());
    Path publicKey = pem(directory, "PUBLIC KEY", pair.getPublic().getEncoded());
    OperatorOptions options = OperatorOptions.fromEnvironment(
        Map.of("TIERKEEPER_AUDIT_SIGNING_KEY_FILE", key.toString()));
    assertThat(Objects.requireNonNull(options.audit().signingKey()).publicKey().id())
        .isEqualTo(AuditPublicKey.read(publicKey).id());
    assertThat(OperatorOptions.fromEnvironment(Map.of()).audit().signingKey()).isNull();
  }

  @Test
  void saysWhyTheSigningKeyCannotBeUsed(@TempDir Path directory) throws Exception {
    String absent = directory.resolve("absent").toString();
    assertThatThrownBy(() ->
            OperatorOptions.fromEnvironment(Map.of("TIERKEEPER_AUDIT_SIGNING_KEY_FILE", absent)))
        .isInstanceOf(UsageException.class)
        .hasMessage("TIERKEEPER_AUDIT_SIGNING_KEY_FILE: '" + absent
            + "' is not allowed; allowed: a file with an Ed25519 private key in PKCS#8 PEM, not"
            + " encrypted; not readable: NoSuchFileException");
    byte[] rsa =
        KeyPairGenerator.getInstance("RSA").generateKeyPair().getPrivate().getEncoded();
    Path other = pem(directory, "PRIVATE KEY", rsa);
    assertThatThrownBy(() -> OperatorOptions.fromEnvironment(
            Map.of("TIERKEEPER_AUDIT_SIGNING_KEY_FILE", other.toString())))
        .isInstanceOf(UsageException.class)
        .hasMessageEndingWith("its key is not an Ed25519 private key");
  }

  private static Path pem(Path directory, String label, byte[] der) throws Exception {
    return Files.writeString(
        Files.createTempFile(directory, "key", ".pem"),
        "-----BEGIN " + label + "-----\n" + Base64.getEncoder().encodeToString(der) + "\n-----END "
            + label + "-----\n");
  }

  @Test
  void acceptsTheLevelOfTheLogAndRefusesAnotherWord() {
    assertThat(OperatorOptions.fromEnvironment(Map.of("TIERKEEPER_LOG_LEVEL", "debug")))
        .isNotNull();
    assertThatThrownBy(
            () -> OperatorOptions.fromEnvironment(Map.of("TIERKEEPER_LOG_LEVEL", "LOUD")))
        .hasMessage(
            "TIERKEEPER_LOG_LEVEL: 'LOUD' is not allowed; allowed: OFF, ERROR, WARN, INFO, DEBUG,"
                + " TRACE");
  }

  @Test
  void refusesAnOptionThatDoesNotExist() {
    assertThatThrownBy(() -> OperatorOptions.fromEnvironment(Map.of("TIERKEEPER_NAMESPACE", "a")))
        .hasMessageContaining("TIERKEEPER_NAMESPACE: 'a'")
        .hasMessageContaining("TIERKEEPER_NAMESPACES");
  }

  @Test
  void refusesLeaseTimesWithWhichTwoLeadersCouldOverlap() {
    assertThatThrownBy(
            () -> OperatorOptions.fromEnvironment(Map.of("TIERKEEPER_LEASE_DURATION", "12s")))
        .hasMessageContaining("TIERKEEPER_LEASE_DURATION: 'PT12S'");
  }
}
