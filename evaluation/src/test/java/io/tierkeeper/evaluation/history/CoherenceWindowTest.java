package io.tierkeeper.evaluation.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tierkeeper.audit.CompositionData.CoherenceProducts;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class CoherenceWindowTest {

  private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");

  @Test
  void multipliesTheCoherenceOfAnHourAndOfADay() {
    CoherenceWindow window = CoherenceWindow.EMPTY
        .with(NOON.minus(Duration.ofHours(25)), 0.1)
        .with(NOON.minus(Duration.ofHours(20)), 0.5)
        .with(NOON.minus(Duration.ofMinutes(30)), 0.8)
        .with(NOON.minus(Duration.ofMinutes(30)), 0.5)
        .with(NOON, 0.9);
    assertThat(window.hour(NOON)).isEqualTo(0.8 * 0.5 * 0.9);
    assertThat(window.day(NOON)).isEqualTo(0.5 * (0.8 * 0.5) * 0.9);
    Instant later = NOON.plus(Duration.ofMinutes(31));
    assertThat(window.hour(later))
        .as("the interval of 11:30 is over an hour old")
        .isEqualTo(0.9);
    assertThat(window.day(later)).isEqualTo(0.5 * (0.8 * 0.5) * 0.9);
    assertThat(window.hour(NOON.plus(Duration.ofDays(3)))).isEqualTo(1);
    assertThat(window.day(NOON.plus(Duration.ofDays(3)))).isEqualTo(1);
    assertThat(CoherenceWindow.EMPTY.day(NOON)).isEqualTo(1);
  }

  @Test
  void isReadAsItWasRecordedBitForBit() {
    SplittableRandom random = new SplittableRandom(1);
    CoherenceWindow window = CoherenceWindow.EMPTY;
    Instant at = NOON;
    for (int i = 0; i < 5_000; i++) {
      at = at.plusSeconds(random.nextInt(200));
      window = window.with(at, 1 - random.nextDouble() / 100);
      if (i % 100 == 0) {
        CoherenceWindow read = CoherenceWindow.of(window.recorded());
        assertThat(read).isEqualTo(window);
        assertThat(read.with(at.plusSeconds(700), 0.9))
            .isEqualTo(window.with(at.plusSeconds(700), 0.9));
        assertThat(window.recorded().products()).hasSizeLessThanOrEqualTo(3_072);
      }
    }
    assertThat(CoherenceWindow.of(CoherenceWindow.EMPTY.recorded()))
        .isEqualTo(CoherenceWindow.EMPTY);
    assertThat(CoherenceWindow.of(null)).isEqualTo(CoherenceWindow.EMPTY);
  }

  @Test
  void forgetsWhatLiesBehindAClockThatWasSetBack() {
    CoherenceWindow window =
        CoherenceWindow.EMPTY.with(NOON.plus(Duration.ofDays(400)), 0.1).with(NOON, 0.9);
    assertThat(window.day(NOON)).isEqualTo(0.9);
    assertThat(window.with(NOON.plusSeconds(1), 0.5).day(NOON)).isEqualTo(0.45);
  }

  @Test
  void refusesWhatNoOperatorWrites() {
    assertThatThrownBy(() -> CoherenceWindow.of(
            new CoherenceProducts(NOON, Base64.getEncoder().encodeToString(new byte[9]))))
        .hasMessageContaining("data.coherence.products has 9 bytes; allowed are 8 bytes");
    assertThatThrownBy(() -> CoherenceWindow.of(
            new CoherenceProducts(NOON, Base64.getEncoder().encodeToString(new byte[8 * 289]))))
        .hasMessageContaining("at most 288 intervals");
  }
}
