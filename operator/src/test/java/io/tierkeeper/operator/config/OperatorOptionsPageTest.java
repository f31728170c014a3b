package io.tierkeeper.operator.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tierkeeper.launcher.UsageException;
import io.tierkeeper.operator.config.OperatorEnvironment.Allowed;
import io.tierkeeper.operator.config.OperatorEnvironment.Variable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Keeps the page with the operator's options equal to the code; {@code -Ddocs.write=true} writes it. */
class OperatorOptionsPageTest {

  private static final Path PAGE = Path.of("../docs/operator-options.md");
  private static final String REMEDY =
      "write it again with: mvn -pl operator -am test -Dtest=OperatorOptionsPageTest -Dsurefire.failIfNoSpecifiedTests=false -Ddocs.write=true";

  /** Refused by more than their own words: the message has the other duration. */
  private static final Set<Variable> LEASE_TIMES =
      Set.of(Variable.LEASE_DURATION, Variable.LEASE_RENEW_DEADLINE, Variable.LEASE_RETRY_PERIOD);

  private static final Pattern NAME = Pattern.compile("TIERKEEPER_[A-Z_]+");

  @Test
  void thePageHasEveryOptionOfTheCode() throws IOException {
    String page = OperatorOptionsPage.page();
    if (Boolean.getBoolean("docs.write")) {
      Files.writeString(PAGE, page);
    }
    assertThat(PAGE).as(REMEDY).exists();
    assertThat(Files.readString(PAGE)).as(REMEDY).isEqualTo(page);
  }

  @Test
  void itNamesNoVariableThatDoesNotExist() {
    Set<String> known =
        Arrays.stream(Variable.values()).map(Variable::key).collect(Collectors.toSet());
    assertThat(NAME.matcher(OperatorOptionsPage.page()).results().map(found -> found.group()))
        .filteredOn(name -> !name.equals("TIERKEEPER_"))
        .isSubsetOf(known);
  }

  @ParameterizedTest
  @EnumSource
  void theDefaultIsAllowed(Variable variable) {
    assertThatCode(() -> OperatorOptions.fromEnvironment(Map.of(variable.key(), variable.absent)))
        .doesNotThrowAnyException();
  }

  @ParameterizedTest
  @EnumSource
  void whatThePageAllowsIsWhatTheOperatorAllows(Variable variable) {
    Allowed allowed = variable.allowed;
    if (allowed.most() > 0) {
      for (int value : new int[] {allowed.least(), allowed.most()}) {
        assertThat(OperatorOptions.fromEnvironment(Map.of(variable.key(), "" + value)))
            .isNotNull();
      }
      assertRefused(variable, "" + (allowed.least() - 1));
      assertRefused(variable, "" + (allowed.most() + 1));
    } else if (allowed == Allowed.FLAG) {
      assertThat(OperatorOptions.fromEnvironment(Map.of(variable.key(), "true")))
          .isNotNull();
      assertThat(OperatorOptions.fromEnvironment(Map.of(variable.key(), "false")))
          .isNotNull();
      assertRefused(variable, "yes");
    } else if (allowed == Allowed.DURATION) {
      assertRefused(variable, "70");
      assertRefused(variable, "-70s");
      if (!LEASE_TIMES.contains(variable)) {
        assertThat(OperatorOptions.fromEnvironment(Map.of(variable.key(), "0s")))
            .isNotNull();
        assertThat(OperatorOptions.fromEnvironment(Map.of(variable.key(), "1h30m")))
            .isNotNull();
      }
    } else if (allowed == Allowed.BYTES) {
      assertRefused(variable, "500");
    }
  }

  private static void assertRefused(Variable variable, String value) {
    assertThatThrownBy(() -> OperatorOptions.fromEnvironment(Map.of(variable.key(), value)))
        .as("%s=%s", variable.key(), value)
        .isInstanceOf(UsageException.class)
        .hasMessageContaining(variable.key())
        .hasMessageEndingWith(variable.allowed.words());
  }
}
