package io.tierkeeper.evaluation.history;

import com.fasterxml.jackson.databind.JsonNode;
import io.tierkeeper.api.v1alpha1.TenantTierSpec;
import io.tierkeeper.audit.AuditLine;
import io.tierkeeper.governance.decision.ActivePause;
import io.tierkeeper.governance.decision.Direction;
import io.tierkeeper.governance.decision.Pin;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a trail tells of the world, whatever the policy: whom people named and pinned, when they paused moves, when others
 * moved shards, how long a move takes.
 */
final class RecordedWorld {

  /** A move of which the trail does not tell how long it took. */
  static final Duration USUAL_MOVE = Duration.ofMinutes(1);

  /** What a person had asked for a tenant. */
  record Named(Pin pin, @Nullable TenantTierSpec overrides) {}

  private record Span<T>(T what, Instant from, Instant to) {
    boolean holds(Instant now) {
      return !now.isBefore(from) && now.isBefore(to);
    }
  }

  private final Map<String, NavigableMap<Instant, Named>> named = new HashMap<>();
  private final List<Span<ActivePause>> pauses = new ArrayList<>();
  private final Map<String, Span<ActivePause>> openPauses = new HashMap<>();
  private final List<Span<String>> foreign = new ArrayList<>();
  private final NavigableSet<Instant> edges = new TreeSet<>();
  private final Map<String, Instant> started = new HashMap<>();
  private final Map<Direction, List<Duration>> took = new HashMap<>();
  private @Nullable Instant last;

  /** Takes in the next line. */
  void take(AuditLine line) {
    last = line.time();
    switch (line.type()) {
      case DECISION -> decision(line);
      case PAUSE -> pause(line);
      case FOREIGN_MOVER -> foreign(line);
      case MOVE -> move(line);
      case MEASUREMENT, APPROVAL, POLICY, CHECKPOINT, GAP -> {
        // They tell of no wish and no hindrance.
      }
    }
  }

  private void decision(AuditLine line) {
    JsonNode input = line.data().path("input");
    if (line.data().path("object").path("kind").asText().equals("TenantTier") && input.has("pin")) {
      named
          .computeIfAbsent(line.subject().replaceFirst("^tenant/", ""), tenant -> new TreeMap<>())
          .put(line.time(), new Named(DecisionRecord.pin(input), DecisionRecord.overrides(input)));
    }
  }

  private void pause(AuditLine line) {
    JsonNode pause = line.data().path("pause");
    Instant until = Instant.parse(pause.path("until").asText());
    String key = pause.path("owner").asText() + "\n" + pause.path("reason").asText() + "\n" + until;
    Span<ActivePause> open = openPauses.remove(key);
    if (open != null) {
      pauses.remove(open);
    }
    boolean began = pause.path("event").asText().equals("began");
    Instant from = began || open == null ? line.time() : open.from();
    Instant to = began || line.time().isAfter(until) ? until : line.time();
    Set<Direction> directions = EnumSet.noneOf(Direction.class);
    pause
        .path("directions")
        .forEach(word -> directions.add(DecisionRecord.direction(word.asText())));
    Span<ActivePause> span = new Span<>(
        new ActivePause(
            pause.path("owner").asText(), pause.path("reason").asText(), to, directions),
        from,
        to);
    pauses.add(span);
    edges.add(from);
    edges.add(to);
    if (began) {
      openPauses.put(key, span);
    }
  }

  private void foreign(AuditLine line) {
    JsonNode mover = line.data().path("foreignMover");
    edges.add(line.time());
    if (mover.path("event").asText().equals("began")) {
      foreign.add(new Span<>(mover.path("detail").asText(), line.time(), Instant.MAX));
    } else if (!foreign.isEmpty()) {
      Span<String> open = foreign.removeLast();
      foreign.add(new Span<>(open.what(), open.from(), line.time()));
    }
  }

  private void move(AuditLine line) {
    String move = line.data().path("move").asText();
    switch (line.data().path("event").asText()) {
      case "started" -> started.put(move, line.time());
      case "cutover", "finished" -> {
        Instant began = started.remove(move);
        if (began != null) {
          took.computeIfAbsent(
                  DecisionRecord.direction(line.data().path("direction").asText()),
                  direction -> new ArrayList<>())
              .add(Duration.between(began, line.time()));
        }
      }
      case "aborted", "failed" -> started.remove(move);
      default -> {
        // Its steps do not matter here.
      }
    }
  }

  /** Tenants that had a TenantTier. */
  Set<String> named() {
    return named.keySet();
  }

  /** What a person asked for a tenant by then; what is known first counts from the beginning. */
  Optional<Named> named(String tenant, Instant now) {
    NavigableMap<Instant, Named> wishes = named.get(tenant);
    if (wishes == null) {
      return Optional.empty();
    }
    Map.Entry<Instant, Named> then = wishes.floorEntry(now);
    return Optional.of(then == null ? wishes.firstEntry().getValue() : then.getValue());
  }

  List<ActivePause> pauses(Instant now) {
    return pauses.stream().filter(pause -> pause.holds(now)).map(Span::what).toList();
  }

  @Nullable
  String waitingFor(Instant now) {
    return foreign.stream()
        .filter(mover -> mover.holds(now))
        .map(Span::what)
        .findFirst()
        .orElse(null);
  }

  /** The next instant after this one at which a hindrance comes or goes. */
  Optional<Instant> nextEdge(Instant now) {
    return Optional.ofNullable(edges.higher(now));
  }

  /** The median of what moves took until the tenant was served from the other tier. */
  Duration moveTime(Direction direction) {
    List<Duration> all =
        took.getOrDefault(direction, List.of()).stream().sorted().toList();
    return all.isEmpty() ? USUAL_MOVE : all.get(all.size() / 2);
  }

  boolean tellsMoveTime(Direction direction) {
    return took.containsKey(direction);
  }

  /** The time of the last line; null before the first. */
  @Nullable
  Instant last() {
    return last;
  }
}
