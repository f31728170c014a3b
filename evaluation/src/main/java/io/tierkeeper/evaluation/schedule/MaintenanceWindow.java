package io.tierkeeper.evaluation.schedule;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.Set;

/**
 * A time in which moves may begin, opening again and again.
 *
 * @param opens when it opens
 * @param duration how long it stays open, elapsed time; one minute to 168 hours
 * @param directions {@code Promote}, {@code Demote}; empty means both
 */
public record MaintenanceWindow(CronSchedule opens, Duration duration, Set<String> directions) {

  /** The longest duration: 168 hours. */
  public static final Duration LONGEST = Duration.ofHours(168);

  private static final Set<String> KNOWN = Set.of("Promote", "Demote");

  /** Refuses durations and directions out of range, by name and value. */
  public MaintenanceWindow {
    if (duration.compareTo(Duration.ofMinutes(1)) < 0 || duration.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          "duration: " + duration + " is out of range; allowed: 1m to 168h");
    }
    for (String direction : directions) {
      if (!KNOWN.contains(direction)) {
        throw new IllegalArgumentException(
            "directions: '" + direction + "' is unknown; allowed: Promote, Demote");
      }
    }
    directions = Set.copyOf(directions);
  }

  boolean concerns(String direction) {
    return directions.isEmpty() || directions.contains(direction);
  }

  /** The end of the opening that holds the instant; empty when closed then. The first instant counts, the end not. */
  Optional<Instant> closesAfter(Instant instant) {
    Instant nextMinute = instant.truncatedTo(ChronoUnit.MINUTES).plus(1, ChronoUnit.MINUTES);
    return opens
        .previous(nextMinute)
        .map(opened -> opened.plus(duration))
        .filter(instant::isBefore);
  }
}
