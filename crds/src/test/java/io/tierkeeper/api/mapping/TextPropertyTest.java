package io.tierkeeper.api.mapping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import io.tierkeeper.api.v1alpha1.Formats;
import java.time.Duration;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.LongRange;

class TextPropertyTest {
  @Property
  void everyDurationReadsBackAsWritten(
      @ForAll @LongRange(min = 0, max = 99_999L * 3600) long seconds) {
    String text = DurationText.format(Duration.ofSeconds(seconds));

    assertThat(text).matches(Formats.DURATION).isNotEmpty();
    assertThat(DurationText.parse("f", text)).isEqualTo(Duration.ofSeconds(seconds));
  }

  @Property
  void everyMassReadsBackWithinItsSixDecimals(@ForAll @DoubleRange(min = 0, max = 1) double mass) {
    assertThat(DecimalText.parse("f", DecimalText.format(mass), 0, 1))
        .isCloseTo(mass, within(5.0000001e-7));
  }

  @Property
  void whatIsNoDurationIsRefusedByName(@ForAll String text) {
    if (text.isEmpty() || !text.matches(Formats.DURATION)) {
      assertThatExceptionOfType(InvalidValueException.class)
          .isThrownBy(() -> DurationText.parse("spec.x", text))
          .satisfies(e -> assertThat(e.field()).isEqualTo("spec.x"));
    }
  }
}
