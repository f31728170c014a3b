package io.tierkeeper.moves.scan;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClientRateTest {

  private static ClientRate rate(long gapMillis, long observingMillis) {
    return new ClientRate(Duration.ofMillis(gapMillis), Duration.ofMillis(observingMillis));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0, 500, 500, true",
    "1, 0, 500, 10000, false",
    "1, 1, 500, 10000, true",
    // Three points that the copy lacks, of a tenant that deletes one now and then.
    "3, 1, 500, 10000, false",
    "3, 2, 500, 10000, false",
    "3, 5, 500, 10000, true",
    "5, 100, 500, 10000, true",
    "16, 100, 500, 10000, false",
    "10, 5, 500, 0, true",
    "3000000000, 100, 500, 10000, false"
  })
  void explainsWhatIsToBeExpectedAtTheRateThatWasObserved(
      long changes, long observed, long gap, long observing, boolean explained) {
    assertThat(rate(gap, observing).explains(changes, observed)).isEqualTo(explained);
  }

  @Test
  void isConclusiveAfterTwentyTimesTheGapAndAtTheLatestAfterFiveMinutes() {
    assertThat(rate(500, 9_999).conclusive()).isFalse();
    assertThat(rate(500, 10_000).conclusive()).isTrue();
    assertThat(rate(60_000, 299_999).conclusive()).isFalse();
    assertThat(rate(60_000, 300_000).conclusive()).isTrue();
  }
}
