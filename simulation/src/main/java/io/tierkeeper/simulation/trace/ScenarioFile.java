package io.tierkeeper.simulation.trace;

import io.tierkeeper.launcher.UsageException;
import io.tierkeeper.simulation.trace.Scenario.Group;
import io.tierkeeper.simulation.trace.Scenario.Jump;
import io.tierkeeper.simulation.trace.Scenario.Outage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads scenarios that people write as YAML; examples/scenarios holds the fields, each with a comment. */
public final class ScenarioFile {
  private static final List<String> PATTERNS = List.of(
      "Steady", "Zipf", "Growth", "Diurnal", "Bursts", "Arrival", "Decline", "Hugger", "Adversary");

  private static final String SHORTEST = "1m";
  private static final String LONGEST = "3650d";
  private static final double MOST_SIZE = 1000;
  private static final int MOST_TENANTS = 10_000;
  private static final double MOST_STEPS = 1_000_000;

  private ScenarioFile() {}

  /**
   * Reads a file.
   *
   * @throws UsageException naming file, line, field, value and what is allowed
   */
  public static Scenario read(Path file) throws IOException {
    return parse(file.toString(), Files.readString(file));
  }

  /** Reads a text; {@code file} is its name in errors. */
  public static Scenario parse(String file, String text) {
    return scenario(Fields.parse(file, text));
  }

  private static Scenario scenario(Fields fields) {
    String name = fields.text("name", "one word, in quotes where it looks like a number");
    if (!name.matches("[a-z0-9][a-z0-9-]{0,62}")) {
      throw fields.invalid(
          "name", "is '" + name + "'; allowed is up to 63 of a-z, 0-9 and '-', as in my-tenants");
    }
    String description = fields.textOr("description", "");
    double share = fields.number("promotionShare", 0.000001, 0.5);
    double days = fields.time("duration", "1h", LONGEST);
    Duration step = duration(fields.timeOr("step", "15m", SHORTEST, "1d"));
    Duration moveTime = duration(fields.timeOr("moveTime", "15m", SHORTEST, "7d"));
    if (days * Duration.ofDays(1).toMillis() / step.toMillis() > MOST_STEPS) {
      throw fields.invalid("duration", "divided by step gives more than 1000000 steps");
    }
    boolean doubled = fields.flag("doubledWhileMoving");
    List<Jump> jumps = new ArrayList<>();
    for (Fields jump : fields.list("totalJumps", false)) {
      jumps.add(new Jump(jump.time("at", SHORTEST, LONGEST), jump.number("factor", 0.01, 100)));
      jump.rejectOthers();
    }
    jumps.sort(java.util.Comparator.comparingDouble(Jump::at));
    Outage gaps = outage(fields.mapping("gaps"));
    Outage frozen = outage(fields.mapping("frozen"));
    List<Group> groups = new ArrayList<>();
    for (Fields group : fields.list("tenants", true)) {
      groups.add(group(group));
    }
    fields.rejectOthers();
    Scenario scenario = new Scenario(
        name, description, share, days, step, moveTime, doubled, jumps, gaps, frozen, groups);
    if (scenario.tenants() > MOST_TENANTS) {
      throw fields.invalid(
          "tenants", "hold " + scenario.tenants() + "; allowed is at most " + MOST_TENANTS);
    }
    return scenario;
  }

  private static Duration duration(double days) {
    return Duration.ofMillis(Math.round(days * Duration.ofDays(1).toMillis()));
  }

  private static @Nullable Outage outage(@Nullable Fields fields) {
    if (fields == null) {
      return null;
    }
    Outage outage = new Outage(
        fields.time("every", SHORTEST, LONGEST), fields.times("lasting", SHORTEST, LONGEST));
    fields.rejectOthers();
    return outage;
  }

  private static Group group(Fields fields) {
    int count = fields.whole("count", 1, MOST_TENANTS);
    Pattern pattern = pattern(fields.oneOf("pattern", PATTERNS), fields);
    double noise = fields.numberOr("noise", 0, 0, 1);
    fields.rejectOthers();
    return new Group(count, pattern, noise);
  }

  private static Pattern pattern(String name, Fields fields) {
    return switch (name) {
      case "Steady" -> new Pattern.Steady(size(fields, "size"));
      case "Zipf" ->
        new Pattern.Zipf(fields.number("exponent", 0, 5), fields.number("above", 0.001, 1));
      case "Growth" ->
        new Pattern.Growth(
            size(fields, "from"), size(fields, "to"), fields.times("doubling", "15m", LONGEST));
      case "Diurnal" ->
        new Pattern.Diurnal(
            size(fields, "size"),
            fields.range("amplitude", 0, 1),
            fields.timeOr("jitter", "1m", SHORTEST, "12h"));
      case "Bursts" ->
        new Pattern.Bursts(
            size(fields, "size"),
            fields.range("factor", 0, MOST_SIZE),
            fields.time("every", SHORTEST, LONGEST),
            fields.times("lasting", SHORTEST, LONGEST));
      case "Arrival" ->
        new Pattern.Arrival(
            size(fields, "size"),
            fields.time("at", SHORTEST, LONGEST),
            fields.time("within", SHORTEST, LONGEST),
            fields.times("loading", SHORTEST, LONGEST));
      case "Decline" ->
        new Pattern.Decline(
            size(fields, "size"),
            fields.times("after", SHORTEST, LONGEST),
            fields.times("halfLife", "15m", LONGEST));
      case "Hugger" ->
        new Pattern.Hugger(
            fields.number("amplitude", 0, 1), fields.times("period", "15m", LONGEST));
      case "Adversary" -> new Pattern.Adversary(fields.range("excess", 0.001, 1));
      default -> throw new IllegalStateException(name + " is listed and not read");
    };
  }

  private static Range size(Fields fields, String field) {
    return fields.range(field, 0.000001, MOST_SIZE);
  }
}
