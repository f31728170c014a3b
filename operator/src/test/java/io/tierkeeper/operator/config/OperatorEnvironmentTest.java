package io.tierkeeper.operator.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OperatorEnvironmentTest {

  @Test
  void readsEveryKindOfVariable() {
    OperatorOptions options = OperatorOptions.fromEnvironment(Map.of(
        "TIERKEEPER_NAMESPACES", "a, b",
        "TIERKEEPER_HTTP_PORT", "0",
        "TIERKEEPER_SETTLE", "1m10s",
        "TIERKEEPER_LEADER_ELECTION", "false",
        "HOSTNAME", "pod-1"));
    assertThat(options.namespaces()).containsExactlyInAnyOrder("a", "b");
    assertThat(options.httpPort()).isZero();
    assertThat(options.pace().settle()).isEqualTo(Duration.ofSeconds(70));
    assertThat(options.leaderElection().enabled()).isFalse();
    assertThat(options.instance()).isEqualTo("pod-1");
  }

  @Test
  void namesAWrongValueAndWhatIsAllowed() {
    assertThatThrownBy(
            () -> OperatorOptions.fromEnvironment(Map.of("TIERKEEPER_HTTP_PORT", "http")))
        .isInstanceOf(OptionException.class)
        .hasMessage(
            "TIERKEEPER_HTTP_PORT: 'http' is not allowed; allowed: a whole number, 0 to 65535");
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
