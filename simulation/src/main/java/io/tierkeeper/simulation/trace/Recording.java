package io.tierkeeper.simulation.trace;

import com.fasterxml.jackson.databind.JsonNode;
import io.tierkeeper.audit.AuditLine;
import io.tierkeeper.evaluation.schedule.CronSchedule;
import io.tierkeeper.governance.decision.Direction;
import io.tierkeeper.launcher.UsageException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One collection's trail while it is read. Its steps are the recorded measurements and the ends of moves; between two of
 * them, where nothing changed and so nothing was written, the turns of the policy's own schedule.
 */
final class Recording {
  /** What the operator calls all tenants together that it does not count one by one. */
  private static final String OTHERS = "tierkeeper/others";

  private static final int MOST_STEPS = 1_000_000;

  /** Tenants times steps, of which every course keeps a number. */
  private static final long MOST_CELLS = 20_000_000;

  private static final String COLUMN = "as many values as data.composition.tenants";

  /** From some time on: who brings what, and who has a shard key of their own. */
  private record State(Instant from, Map<String, Double> brought, Set<String> dedicated) {}

  private final String source;
  private final List<State> states = new ArrayList<>();
  private final Set<String> moving = new HashSet<>();
  private final Map<String, Instant> begun = new HashMap<>();
  private final Map<Direction, List<Duration>> took = new EnumMap<>(Direction.class);
  private Map<String, Double> brought = Map.of();
  private Set<String> dedicated = Set.of();
  private boolean weighted;
  private @Nullable AuditLine last;
  private @Nullable CronSchedule schedule;
  private OptionalDouble policyShare = OptionalDouble.empty();

  Recording(String source) {
    this.source = source;
  }

  void take(AuditLine line) {
    last = line;
    switch (line.type()) {
      case POLICY -> policy(line);
      case MEASUREMENT -> measured(line);
      case MOVE -> moved(line);
      case DECISION, APPROVAL, PAUSE, FOREIGN_MOVER, CHECKPOINT, GAP -> {
        // What people wanted then is not what the tenants brought.
      }
    }
  }

  private void policy(AuditLine line) {
    JsonNode spec = line.data().path("spec");
    JsonNode share = spec.path("promote").path("aboveShare");
    try {
      policyShare = share.isMissingNode() || share.isNull()
          ? OptionalDouble.empty()
          : OptionalDouble.of(Double.parseDouble(share.asText()));
    } catch (NumberFormatException e) {
      throw TrailReader.mistake(line, "data.spec.promote.aboveShare", share, "a share");
    }
    JsonNode evaluate = spec.path("schedule").path("evaluate");
    try {
      schedule = evaluate.isTextual()
          ? CronSchedule.parse(
              evaluate.asText(), spec.path("schedule").path("timeZone").asText("UTC"))
          : null;
    } catch (IllegalArgumentException e) {
      throw TrailReader.mistake(
          line, "data.spec.schedule.evaluate", evaluate, String.valueOf(e.getMessage()));
    }
  }

  private void measured(AuditLine line) {
    JsonNode columns = line.data().path("composition");
    JsonNode names = columns.path("tenants");
    JsonNode contributions = columns.path("contribution");
    JsonNode points = columns.path("points");
    JsonNode tiers = columns.path("tiers");
    Map<String, Double> now = new HashMap<>();
    Set<String> keys = new HashSet<>();
    for (int i = 0; i < names.size(); i++) {
      String tenant = names.path(i).asText();
      JsonNode contribution = contributions.path(i);
      if (!contribution.isNumber() || !(contribution.asDouble() >= 0)) {
        throw TrailReader.mistake(
            line, "data.composition.contribution[" + i + "]", contribution, COLUMN + ", each >= 0");
      }
      weighted |= contribution.asDouble() != points.path(i).asDouble();
      now.put(tenant, contribution.asDouble());
      String tier = tiers.path(i).asText();
      // While a move is at work its key comes and goes; what counts is how the move ends.
      if (moving.contains(tenant) ? dedicated.contains(tenant) : hot(line, i, tier)) {
        keys.add(tenant);
      }
    }
    brought = now;
    dedicated = keys.equals(dedicated) ? dedicated : keys;
    add(line);
  }

  private static boolean hot(AuditLine line, int i, String tier) {
    return switch (tier) {
      case "Dedicated", "Demoting" -> true;
      case "Fallback", "Promoting" -> false;
      default ->
        throw TrailReader.mistake(
            line,
            "data.composition.tiers[" + i + "]",
            line.data().path("composition").path("tiers").path(i),
            "Fallback, Promoting, Dedicated or Demoting");
    };
  }

  private void moved(AuditLine line) {
    String tenant = line.data().path("tenant").asText();
    switch (line.data().path("event").asText()) {
      case "started" -> {
        moving.add(tenant);
        begun.put(tenant, line.time());
      }
      case "cutover" -> taken(tenant, line);
      case "aborted", "failed" -> {
        moving.remove(tenant);
        begun.remove(tenant);
      }
      case "finished" -> {
        moving.remove(tenant);
        taken(tenant, line);
        Set<String> keys = new HashSet<>(dedicated);
        boolean changes =
            direction(line) == Direction.PROMOTE ? keys.add(tenant) : keys.remove(tenant);
        if (changes && !states.isEmpty()) {
          dedicated = keys;
          add(line);
        }
      }
      default -> {
        // Its steps do not matter here.
      }
    }
  }

  private void taken(String tenant, AuditLine line) {
    Instant from = begun.remove(tenant);
    if (from != null) {
      took.computeIfAbsent(direction(line), direction -> new ArrayList<>())
          .add(Duration.between(from, line.time()));
    }
  }

  private static Direction direction(AuditLine line) {
    JsonNode label = line.data().path("direction");
    for (Direction direction : Direction.values()) {
      if (direction.label().equals(label.asText())) {
        return direction;
      }
    }
    throw TrailReader.mistake(line, "data.direction", label, "Promote or Demote");
  }

  /** The state after a line, from its time on, and before it the turns at which nothing was written. */
  private void add(AuditLine line) {
    Instant at = line.time();
    if (!states.isEmpty()) {
      at = at.isBefore(states.getLast().from()) ? states.getLast().from() : at;
      turnsUntil(at, line);
    }
    states.add(new State(at, brought, dedicated));
  }

  private void turnsUntil(Instant until, AuditLine line) {
    State still = states.getLast();
    Optional<Instant> next = next(still.from());
    while (next.isPresent() && next.get().isBefore(until)) {
      if (states.size() >= MOST_STEPS) {
        throw new UsageException(line.file() + " line " + line.line() + ": the trail has more than "
            + MOST_STEPS + " steps; allowed is a shorter one");
      }
      states.add(new State(next.get(), still.brought(), still.dedicated()));
      next = next(next.get());
    }
  }

  private Optional<Instant> next(Instant after) {
    return schedule == null ? Optional.empty() : schedule.next(after);
  }

  /** What was read. */
  RecordedTrail trail(OptionalDouble givenShare, int mostTenants) {
    AuditLine end = java.util.Objects.requireNonNull(last);
    String where = end.file() + " (" + source + ")";
    if (states.isEmpty()) {
      throw new UsageException(where + ": holds no measurement; allowed is a trail with some");
    }
    if (givenShare.isEmpty() && policyShare.isEmpty()) {
      throw new UsageException(where
          + ": tells no policy with spec.promote.aboveShare, by which sizes are told; allowed: the earlier files of the"
          + " trail too, or --promotion-share");
    }
    Instant until =
        end.time().isBefore(states.getLast().from()) ? states.getLast().from() : end.time();
    turnsUntil(until, end);
    Timeline timeline = Timeline.of(states.stream().map(State::from).toList(), until);
    if (timeline.whole().toMillis() == 0) {
      throw new UsageException(
          where + ": all of it is of one instant; allowed is a trail that lasts");
    }
    List<String> tenants = biggest(mostTenants);
    if ((long) tenants.size() * timeline.steps() > MOST_CELLS) {
      throw new UsageException(where + ": " + tenants.size() + " tenants in " + timeline.steps()
          + " steps are too many to compare; allowed is a product up to " + MOST_CELLS
          + ": --tenants takes the biggest");
    }
    return assemble(givenShare.orElseGet(policyShare::getAsDouble), tenants, timeline);
  }

  private List<String> biggest(int most) {
    Map<String, Double> peaks = new TreeMap<>();
    Map<String, Double> before = Map.of();
    for (State state : states) {
      if (state.brought() != before) {
        before = state.brought();
        before.forEach((tenant, points) -> peaks.merge(tenant, points, Math::max));
      }
    }
    peaks.remove(OTHERS);
    return peaks.entrySet().stream()
        .sorted(Map.Entry.<String, Double>comparingByValue(Comparator.reverseOrder())
            .thenComparing(Map.Entry.comparingByKey()))
        .limit(most)
        .map(Map.Entry::getKey)
        .sorted()
        .toList();
  }

  private RecordedTrail assemble(double share, List<String> tenants, Timeline timeline) {
    double[][] points = new double[timeline.steps()][];
    boolean[][] keys = new boolean[timeline.steps()][];
    for (int i = 0; i < points.length; i++) {
      State state = states.get(i);
      State before = i == 0 ? null : states.get(i - 1);
      // Most steps are turns at which nothing has changed.
      points[i] = before != null && before.brought() == state.brought()
          ? points[i - 1]
          : points(state.brought(), tenants);
      keys[i] = before != null && before.dedicated() == state.dedicated()
          ? keys[i - 1]
          : keys(state.dedicated(), tenants);
    }
    Map<Direction, Duration> medians = new EnumMap<>(Direction.class);
    took.forEach((direction, all) ->
        medians.put(direction, all.stream().sorted().toList().get(all.size() / 2)));
    return new RecordedTrail(
        source.replaceFirst("^/namespaces/([^/]+)/tieredcollections/(.+)$", "$1/$2"),
        weighted,
        share,
        tenants,
        timeline,
        points,
        keys[0].clone(),
        keys,
        medians);
  }

  private static double[] points(Map<String, Double> brought, List<String> tenants) {
    double[] points = new double[tenants.size() + 1];
    double all = 0;
    // In the order of the names: a sum in another order has other bits.
    for (double each : new TreeMap<>(brought).values()) {
      all += each;
    }
    double movable = 0;
    for (int i = 0; i < tenants.size(); i++) {
      points[i] = brought.getOrDefault(tenants.get(i), 0.0);
      movable += points[i];
    }
    points[tenants.size()] = Math.max(0, all - movable);
    return points;
  }

  private static boolean[] keys(Set<String> dedicated, List<String> tenants) {
    boolean[] keys = new boolean[tenants.size()];
    for (int i = 0; i < keys.length; i++) {
      keys[i] = dedicated.contains(tenants.get(i));
    }
    return keys;
  }
}
