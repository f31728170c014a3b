package io.tierkeeper.evaluation.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MaintenanceWindowsTest {

  private static final MaintenanceWindows NIGHTS =
      windows(window("0 1 * * 1-5", 4, "Europe/Paris"));

  @Test
  void isAlwaysOpenWithoutWindows() {
    assertThat(MaintenanceWindows.ALWAYS_OPEN.stateAt(Instant.EPOCH, "Demote"))
        .isEqualTo(new MaintenanceWindows.State(true, Optional.empty()));
  }

  @ParameterizedTest
  @CsvSource({
    "2026-11-19T23:59:59.999Z, false, 2026-11-20T00:00:00Z",
    "2026-11-20T00:00:00Z,     true,  2026-11-20T04:00:00Z",
    "2026-11-20T00:00:00.001Z, true,  2026-11-20T04:00:00Z",
    "2026-11-20T03:59:59.999Z, true,  2026-11-20T04:00:00Z",
    "2026-11-20T04:00:00Z,     false, 2026-11-23T00:00:00Z"
  })
  void opensWithItsFirstInstantAndClosesBeforeItsLast(Instant at, boolean open, Instant edge) {
    assertThat(NIGHTS.stateAt(at, "Promote"))
        .isEqualTo(new MaintenanceWindows.State(open, Optional.of(edge)));
  }

  @Test
  void takesWindowsTogetherThatTouchOrOverlap() {
    MaintenanceWindows windows =
        windows(window("0 1 * * *", 2, "UTC"), window("0 3 * * *", 1, "UTC"));
    assertThat(windows.stateAt(Instant.parse("2026-11-20T01:30:00Z"), "Promote").nextEdge())
        .contains(Instant.parse("2026-11-20T04:00:00Z"));
    assertThat(windows(window("0 * * * *", 1, "UTC"))
            .stateAt(Instant.parse("2026-11-20T01:30:00Z"), "Promote"))
        .as("open for ever")
        .isEqualTo(new MaintenanceWindows.State(true, Optional.empty()));
  }

  @Test
  void staysOpenOverMidnightAndForAWeek() {
    MaintenanceWindows week = windows(window("0 22 * * 5", 168, "UTC"));
    assertThat(week.stateAt(Instant.parse("2026-11-25T00:00:00Z"), "Demote").open())
        .isTrue();
  }

  @Test
  void opensOnlyTheDirectionsThatAWindowNames() {
    MaintenanceWindow promotions = new MaintenanceWindow(
        CronSchedule.parse("0 1 * * *", "UTC"), Duration.ofHours(1), Set.of("Promote"));
    MaintenanceWindows windows = new MaintenanceWindows(List.of(promotions));
    Instant inside = Instant.parse("2026-11-20T01:30:00Z");
    assertThat(windows.stateAt(inside, "Promote").open()).isTrue();
    assertThat(windows.stateAt(inside, "Demote"))
        .isEqualTo(new MaintenanceWindows.State(false, Optional.empty()));
  }

  @Test
  void doesNotOpenOnTheDayOfSpringOnWhichItsHourIsSkipped() {
    MaintenanceWindows windows = windows(window("30 2 * * *", 1, "Europe/Berlin"));
    assertThat(windows.stateAt(Instant.parse("2026-03-29T01:15:00Z"), "Promote"))
        .isEqualTo(new MaintenanceWindows.State(
            false, Optional.of(Instant.parse("2026-03-30T00:30:00Z"))));
  }

  @Test
  void opensOnceInAutumnAndLastsItsElapsedTime() {
    MaintenanceWindows windows = windows(window("30 2 * * *", 1, "Europe/Berlin"));
    assertThat(windows.stateAt(Instant.parse("2026-10-25T00:45:00Z"), "Promote"))
        .as("02:45 summer time")
        .isEqualTo(
            new MaintenanceWindows.State(true, Optional.of(Instant.parse("2026-10-25T01:30:00Z"))));
    assertThat(windows.stateAt(Instant.parse("2026-10-25T01:45:00Z"), "Promote"))
        .as("02:45 again, winter time")
        .isEqualTo(new MaintenanceWindows.State(
            false, Optional.of(Instant.parse("2026-10-26T01:30:00Z"))));
    MaintenanceWindows across = windows(window("0 1 * * *", 4, "Europe/Berlin"));
    assertThat(across.stateAt(Instant.parse("2026-10-25T01:00:00Z"), "Promote").nextEdge())
        .as("four hours from 01:00 summer time end at 04:00 winter time")
        .contains(Instant.parse("2026-10-25T03:00:00Z"));
  }

  @Test
  void refusesDurationsAndDirectionsOutOfRange() {
    CronSchedule daily = CronSchedule.parse("0 1 * * *", "UTC");
    assertThatThrownBy(() -> new MaintenanceWindow(daily, Duration.ofHours(169), Set.of()))
        .hasMessageContaining("duration: PT169H")
        .hasMessageContaining("168h");
    assertThatThrownBy(() -> new MaintenanceWindow(daily, Duration.ZERO, Set.of()))
        .hasMessageContaining("duration: PT0S");
    assertThatThrownBy(() -> new MaintenanceWindow(daily, Duration.ofHours(1), Set.of("Sideways")))
        .hasMessageContaining("'Sideways'")
        .hasMessageContaining("Promote, Demote");
  }

  private static MaintenanceWindow window(String cron, int hours, String zone) {
    return new MaintenanceWindow(CronSchedule.parse(cron, zone), Duration.ofHours(hours), Set.of());
  }

  private static MaintenanceWindows windows(MaintenanceWindow... windows) {
    return new MaintenanceWindows(List.of(windows));
  }
}
