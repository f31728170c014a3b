package io.tierkeeper.evaluation.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CronScheduleTest {

  @ParameterizedTest
  @CsvSource({
    "*/1 * * * *,   UTC,           2026-11-21T00:50:00Z, 2026-11-21T00:51:00Z, 2026-11-21T00:49:00Z",
    "0 1 * * 1-5,   Europe/Paris,  2026-11-21T00:50:00Z, 2026-11-23T00:00:00Z, 2026-11-20T00:00:00Z",
    "30 2 1 1 *,    UTC,           2026-11-21T00:50:00Z, 2027-01-01T02:30:00Z, 2026-01-01T02:30:00Z",
    "0 0 * * SUN,   UTC,           2026-11-21T00:50:00Z, 2026-11-22T00:00:00Z, 2026-11-15T00:00:00Z",
    "0 0 * * 7,     UTC,           2026-11-21T00:50:00Z, 2026-11-22T00:00:00Z, 2026-11-15T00:00:00Z",
    "0 0 29 2 *,    UTC,           2026-11-21T00:50:00Z, 2028-02-29T00:00:00Z, 2024-02-29T00:00:00Z"
  })
  void findsTheNextAndThePreviousFiring(
      String expression, String zone, Instant at, Instant next, Instant previous) {
    CronSchedule schedule = CronSchedule.parse(expression, zone);
    assertThat(schedule.next(at)).contains(next);
    assertThat(schedule.previous(at)).contains(previous);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "60 * * * *   | UTC        | minute '60'; allowed: 0-59",
        "* 24 * * *   | UTC        | hour '24'; allowed: 0-23",
        "* * 0 * *    | UTC        | day of month '0'; allowed: 1-31",
        "* * * FOO *  | UTC        | month 'FOO'; allowed: 1-12",
        "* * * * 8    | UTC        | day of week '8'; allowed: 0-7",
        "* * * *      | UTC        | has 4 fields; allowed: five",
        "0 0 2 * * *  | UTC        | has 6 fields; allowed: five",
        "@daily       | UTC        | has 1 fields; allowed: five",
        "0 0 30 2 *   | UTC        | never comes",
        "0 0 * * *    | Mars/Olymp | timeZone: 'Mars/Olymp' is unknown",
        "0 0 * * *    | +02:00     | timeZone: '+02:00' is unknown"
      })
  void saysWhichFieldIsWrongAndWhatIsAllowed(String expression, String zone, String sentence) {
    assertThatThrownBy(() -> CronSchedule.parse(expression, zone))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(sentence);
  }

  @Test
  void refusesAnEmptyExpression() {
    assertThatThrownBy(() -> CronSchedule.parse("  ", "UTC")).hasMessageContaining("has 0 fields");
  }

  @Test
  void skipsAFiringThatFallsIntoTheGapOfSpring() {
    CronSchedule schedule = CronSchedule.parse("30 2 * * *", "Europe/Berlin");
    assertThat(firings(schedule, "2026-03-27T12:00:00Z", "2026-03-31T00:00:00Z"))
        .containsExactly(
            Instant.parse("2026-03-28T01:30:00Z"), Instant.parse("2026-03-30T00:30:00Z"));
  }

  @Test
  void firesOnceWhereTheHourComesTwiceInAutumn() {
    CronSchedule schedule = CronSchedule.parse("30 2 * * *", "Europe/Berlin");
    assertThat(firings(schedule, "2026-10-24T12:00:00Z", "2026-10-26T12:00:00Z"))
        .containsExactly(
            Instant.parse("2026-10-25T00:30:00Z"), Instant.parse("2026-10-26T01:30:00Z"));
  }

  @Test
  void firesEachMinuteOfTheHourThatComesTwice() {
    CronSchedule schedule = CronSchedule.parse("* * * * *", "Europe/Berlin");
    assertThat(firings(schedule, "2026-10-24T23:59:30Z", "2026-10-25T03:00:00Z"))
        .hasSize(180);
  }

  @ParameterizedTest
  @CsvSource({
    "30 2 * * *, 2026-03-27T12:00:00Z, 2026-03-31T00:00:00Z",
    "30 2 * * *, 2026-10-23T12:00:00Z, 2026-10-28T00:00:00Z",
    "0 * * * *, 2026-10-24T20:00:00Z, 2026-10-25T06:00:00Z",
    "*/20 1-3 * * *, 2026-03-28T20:00:00Z, 2026-03-29T06:00:00Z",
    "*/20 1-3 * * *, 2026-10-24T20:00:00Z, 2026-10-25T06:00:00Z"
  })
  void findsTheSameFiringsBackwardAcrossTheChangesOfTheClock(
      String expression, String from, String to) {
    CronSchedule schedule = CronSchedule.parse(expression, "Europe/Berlin");
    List<Instant> forward = firings(schedule, from, to);
    List<Instant> backward = new ArrayList<>();
    Instant at = schedule.previous(Instant.parse(to)).orElseThrow();
    while (at.isAfter(Instant.parse(from))) {
      backward.addFirst(at);
      at = schedule.previous(at).orElseThrow();
    }
    assertThat(backward).isEqualTo(forward);
  }

  @Property(tries = 100)
  void goesForwardAndBackOverTheSameFirings(
      @ForAll @IntRange(max = 59) int minute,
      @ForAll @IntRange(max = 23) int hour,
      @ForAll @LongRange(min = 1_760_000_000L, max = 1_900_000_000L) long second) {
    CronSchedule schedule = CronSchedule.parse(minute + " " + hour + " * * *", "UTC");
    Instant at = Instant.ofEpochSecond(second);
    Instant next = schedule.next(at).orElseThrow();
    Instant previous = schedule.previous(next).orElseThrow();
    assertThat(next).isAfter(at);
    assertThat(previous).isBeforeOrEqualTo(at);
    assertThat(Duration.between(previous, next)).isEqualTo(Duration.ofDays(1));
  }

  private static List<Instant> firings(CronSchedule schedule, String from, String to) {
    List<Instant> firings = new ArrayList<>();
    Instant at = Instant.parse(from);
    while (true) {
      at = schedule.next(at).orElseThrow();
      if (!at.isBefore(Instant.parse(to))) {
        return firings;
      }
      firings.add(at);
    }
  }
}
