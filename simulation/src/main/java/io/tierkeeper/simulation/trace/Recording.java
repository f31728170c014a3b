package io.tierkeeper.simulation.trace;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tierkeeper.audit.ApprovalData;
import io.tierkeeper.audit.CheckpointData;
import io.tierkeeper.audit.CompositionData;
import io.tierkeeper.audit.DecisionData;
import io.tierkeeper.audit.ForeignMoverData;
import io.tierkeeper.audit.GapData;
import io.tierkeeper.audit.MeasurementData;
import io.tierkeeper.audit.MoveData;
import io.tierkeeper.audit.MoveEvent;
import io.tierkeeper.audit.PauseData;
import io.tierkeeper.audit.PolicyData;
import io.tierkeeper.audit.ProvisionData;
import io.tierkeeper.audit.RetentionData;
import io.tierkeeper.audit.UnreadableData;
import io.tierkeeper.audit.history.AuditLine;
import io.tierkeeper.audit.history.MoveSpans;
import io.tierkeeper.audit.history.RecordedInputs;
import io.tierkeeper.evaluation.schedule.CronSchedule;
import io.tierkeeper.governance.decision.Direction;
import io.tierkeeper.launcher.UsageException;
import io.tierkeeper.qdrant.ReservedNames;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
  private static final String OTHERS = ReservedNames.OTHERS.toString();

  private static final int MAX_STEPS = 1_000_000;

  /** Tenants times steps, of which every course keeps a number. */
  private static final long MAX_CELLS = 20_000_000;

  /** From some time on: who brings what, and who has a shard key of their own. */
  private record State(Instant from, Map<String, Double> brought, Set<String> dedicated) {}

  private static final ObjectMapper SPECS =
      new ObjectMapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  /** What a simulation needs of a policy's spec. */
  private record Spec(@Nullable Promote promote, @Nullable Schedule schedule) {}

  private record Promote(@Nullable String aboveShare) {}

  private record Schedule(
      @Nullable String evaluate, @Nullable String timeZone) {}

  private final String source;
  private final List<State> states = new ArrayList<>();
  private final MoveSpans moves = new MoveSpans();
  private final RecordedInputs inputs = new RecordedInputs();
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
    switch (line.data()) {
      case PolicyData policy -> policy(line, policy.spec());
      case CompositionData part -> inputs.take(line);
      case MeasurementData measurement -> {
        inputs.take(line);
        // Before the first Full it is not known what the tenants brought.
        if (inputs.known()) {
          measured(line);
        }
      }
      case MoveData move -> moved(line, move);
      case UnreadableData unreadable -> throw TrailReader.mistake(line, unreadable.reason());
      // Pins, pauses and other movers of that time are not what the tenants brought.
      case DecisionData other -> {}
      case ApprovalData other -> {}
      case RetentionData other -> {}
      case ProvisionData other -> {}
      case PauseData other -> {}
      case ForeignMoverData other -> {}
      case CheckpointData other -> {}
      case GapData other -> {}
    }
  }

  private void policy(AuditLine line, ObjectNode json) {
    Spec spec;
    try {
      spec = SPECS.treeToValue(json, Spec.class);
    } catch (JsonProcessingException e) {
      throw TrailReader.mistake(line, "data.spec cannot be read: " + e.getOriginalMessage());
    }
    policyShare = OptionalDouble.empty();
    String share = spec.promote() == null ? null : spec.promote().aboveShare();
    if (share != null) {
      try {
        policyShare = OptionalDouble.of(Double.parseDouble(share));
      } catch (NumberFormatException e) {
        throw TrailReader.mistake(line, "data.spec.promote.aboveShare", share, "a share");
      }
    }
    schedule = null;
    String evaluate = spec.schedule() == null ? null : spec.schedule().evaluate();
    if (spec.schedule() != null && evaluate != null) {
      try {
        schedule = CronSchedule.parse(
            evaluate, Objects.requireNonNullElse(spec.schedule().timeZone(), "UTC"));
      } catch (IllegalArgumentException e) {
        throw TrailReader.mistake(
            line, "data.spec.schedule.evaluate", evaluate, String.valueOf(e.getMessage()));
      }
    }
  }

  private void measured(AuditLine line) {
    Map<String, Double> now = new HashMap<>();
    Set<String> keys = new HashSet<>();
    for (CompositionData.Row row : inputs.tenants()) {
      String tenant = row.tenant();
      double contribution = row.contribution();
      if (!(contribution >= 0)) {
        throw TrailReader.mistake(
            line,
            "the contribution of tenant " + tenant,
            (long) contribution == contribution ? (Object) (long) contribution : contribution,
            "a number >= 0");
      }
      weighted |= contribution != row.points();
      now.put(tenant, contribution);
      // While a move is at work its key comes and goes; what counts is how the move ends.
      if (moves.moving(tenant) ? dedicated.contains(tenant) : hot(line, tenant, row.tier())) {
        keys.add(tenant);
      }
    }
    brought = now;
    dedicated = keys.equals(dedicated) ? dedicated : keys;
    add(line);
  }

  private static boolean hot(AuditLine line, String tenant, String tier) {
    return switch (tier) {
      case "Dedicated", "Demoting" -> true;
      case "Fallback", "Promoting" -> false;
      default ->
        throw TrailReader.mistake(
            line,
            "the tier of tenant " + tenant,
            tier,
            "Fallback, Promoting, Dedicated or Demoting");
    };
  }

  private void moved(AuditLine line, MoveData move) {
    boolean promotes = direction(line, move) == Direction.PROMOTE;
    moves.follow(line.time(), move);
    if (move.event() == MoveEvent.FINISHED) {
      Set<String> keys = new HashSet<>(dedicated);
      boolean changes = promotes ? keys.add(move.tenant()) : keys.remove(move.tenant());
      if (changes && !states.isEmpty()) {
        dedicated = keys;
        add(line);
      }
    }
  }

  private static Direction direction(AuditLine line, MoveData move) {
    for (Direction direction : Direction.values()) {
      if (direction.label().equals(move.direction())) {
        return direction;
      }
    }
    throw TrailReader.mistake(line, "data.direction", move.direction(), "Promote or Demote");
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
      if (states.size() >= MAX_STEPS) {
        throw new UsageException(line.file() + " line " + line.line() + ": the trail has more than "
            + MAX_STEPS + " steps; allowed is a shorter one");
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
    AuditLine end = Objects.requireNonNull(last);
    String where = end.file() + " (" + source + ")";
    if (states.isEmpty()) {
      throw new UsageException(where + ": holds no measurement; allowed is a trail with some");
    }
    if (givenShare.isEmpty() && policyShare.isEmpty()) {
      throw new UsageException(where
          + ": contains no policy with spec.promote.aboveShare, to which sizes are relative; allowed: the earlier"
          + " files of the trail too, or --promotion-share");
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
    if ((long) tenants.size() * timeline.steps() > MAX_CELLS) {
      throw new UsageException(where + ": " + tenants.size() + " tenants in " + timeline.steps()
          + " steps are too many to compare; allowed is a product up to " + MAX_CELLS
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
    for (Direction direction : Direction.values()) {
      moves.medianTime(direction.label()).ifPresent(time -> medians.put(direction, time));
    }
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
