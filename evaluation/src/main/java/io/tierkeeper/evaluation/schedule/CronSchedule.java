package io.tierkeeper.evaluation.schedule;

import com.cronutils.model.Cron;
import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.zone.ZoneOffsetTransition;
import java.util.List;
import java.util.Optional;

/** A cron expression of five fields (minute, hour, day of month, month, day of week) in a time zone. */
public final class CronSchedule {

  private static final List<String> FIELDS =
      List.of("minute", "hour", "day of month", "month", "day of week");
  private static final List<String> ALLOWED =
      List.of("0-59", "0-23", "1-31", "1-12 or JAN-DEC", "0-7 or SUN-SAT (0 and 7 are Sunday)");
  private static final CronParser PARSER =
      new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX));

  private static final Duration AROUND_A_CHANGE = Duration.ofHours(3);

  private final String expression;
  private final ZoneId zone;
  private final ExecutionTime firings;

  private CronSchedule(String expression, ZoneId zone, ExecutionTime firings) {
    this.expression = expression;
    this.zone = zone;
    this.firings = firings;
  }

  /**
   * Reads an expression and an IANA time zone such as {@code Europe/Paris} or {@code UTC}.
   *
   * @throws IllegalArgumentException naming the field, its value and what is allowed
   */
  public static CronSchedule parse(String expression, String timeZone) {
    ZoneId zone = zone(timeZone);
    String[] fields = expression.strip().split("\\s+");
    if (fields.length != FIELDS.size()) {
      throw new IllegalArgumentException(
          "schedule: '" + expression + "' has "
              + (expression.isBlank() ? 0 : fields.length)
              + " fields; allowed: five (minute, hour, day of month, month, day of week), such as '0 1 * * 1-5'");
    }
    for (int i = 0; i < fields.length; i++) {
      checkField(i, fields[i], expression);
    }
    Cron cron = PARSER.parse(expression.strip()).validate();
    CronSchedule schedule =
        new CronSchedule(String.join(" ", fields), zone, ExecutionTime.forCron(cron));
    if (schedule.next(Instant.EPOCH).isEmpty()) {
      throw new IllegalArgumentException("schedule: '" + expression
          + "' never comes; allowed: days that exist in the months named");
    }
    return schedule;
  }

  private static ZoneId zone(String timeZone) {
    try {
      if (!timeZone.equals("UTC") && !ZoneId.getAvailableZoneIds().contains(timeZone)) {
        throw new DateTimeException("not in the IANA list");
      }
      return ZoneId.of(timeZone);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(
          "timeZone: '" + timeZone
              + "' is unknown; allowed: IANA names such as UTC or Europe/Paris",
          e);
    }
  }

  /** Each field alone in an otherwise open expression, since the parser does not say which one it disliked. */
  private static void checkField(int index, String field, String expression) {
    String[] alone = {"*", "*", "*", "*", "*"};
    alone[index] = field;
    try {
      PARSER.parse(String.join(" ", alone)).validate();
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "schedule: '" + expression + "': " + FIELDS.get(index) + " '" + field + "'; allowed: "
              + ALLOWED.get(index) + ", with * , - and /",
          e);
    }
  }

  /** The first firing after an instant; empty when there is none. */
  public Optional<Instant> next(Instant after) {
    return firings.nextExecution(after.atZone(zone)).map(ZonedDateTime::toInstant);
  }

  /** The last firing before an instant; empty when there is none. */
  public Optional<Instant> previous(Instant before) {
    Instant until = before;
    while (true) {
      Optional<Instant> found =
          firings.lastExecution(until.atZone(zone)).map(ZonedDateTime::toInstant);
      if (found.isEmpty() || !(clocksChangeNear(found.get()) || clocksChangeNear(until))) {
        return found;
      }
      // Around a change the library's way back meets other instants than its way forward, which is
      // the one that counts.
      Instant from = (found.get().isBefore(until) ? found.get() : until).minus(AROUND_A_CHANGE);
      Optional<Instant> last = lastBetween(from, before);
      if (last.isPresent()) {
        return last;
      }
      until = from;
    }
  }

  private Optional<Instant> lastBetween(Instant from, Instant before) {
    Optional<Instant> last = Optional.empty();
    Optional<Instant> firing = next(from);
    while (firing.isPresent() && firing.get().isBefore(before)) {
      last = firing;
      firing = next(firing.get());
    }
    return last;
  }

  private boolean clocksChangeNear(Instant instant) {
    ZoneOffsetTransition change = zone.getRules().nextTransition(instant.minus(AROUND_A_CHANGE));
    return change != null && change.getInstant().isBefore(instant.plus(AROUND_A_CHANGE));
  }

  /** The five fields, separated by single spaces. */
  public String expression() {
    return expression;
  }

  public ZoneId zone() {
    return zone;
  }

  @Override
  public String toString() {
    return expression + " " + zone;
  }
}
