package io.tierkeeper.evaluation.history;

import io.tierkeeper.api.v1alpha1.TenantTierSpec;
import io.tierkeeper.audit.ApprovalData;
import io.tierkeeper.audit.CheckpointData;
import io.tierkeeper.audit.CompositionData;
import io.tierkeeper.audit.DecisionData;
import io.tierkeeper.audit.DecisionInputs;
import io.tierkeeper.audit.Edge;
import io.tierkeeper.audit.ForeignMoverData;
import io.tierkeeper.audit.GapData;
import io.tierkeeper.audit.MeasurementData;
import io.tierkeeper.audit.MoveData;
import io.tierkeeper.audit.PauseData;
import io.tierkeeper.audit.PolicyData;
import io.tierkeeper.audit.ProvisionData;
import io.tierkeeper.audit.RetentionData;
import io.tierkeeper.audit.UnreadableData;
import io.tierkeeper.audit.history.AuditLine;
import io.tierkeeper.audit.history.MoveSpans;
import io.tierkeeper.governance.decision.ActivePause;
import io.tierkeeper.governance.decision.Direction;
import io.tierkeeper.governance.decision.Pin;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
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
 * What a trail records whatever the policy: which tenants were named and pinned, when moves were paused, when other clients
 * moved shards, how long a move takes.
 */
final class RecordedWorld {

  /** The time of a move where none was recorded. */
  static final Duration USUAL_MOVE = Duration.ofMinutes(1);

  /** What a TenantTier asked for its tenant. */
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
  private final MoveSpans moves = new MoveSpans();
  private @Nullable Instant last;

  /** Takes in the next line. */
  void take(AuditLine line) {
    last = line.time();
    switch (line.data()) {
      case DecisionData decision -> decision(line, decision);
      case PauseData pause -> pause(line.time(), pause.pause());
      case ForeignMoverData mover -> foreign(line.time(), mover.foreignMover());
      case MoveData move -> moves.follow(line.time(), move);
      case MeasurementData other -> {}
      case CompositionData other -> {}
      case ApprovalData other -> {}
      case RetentionData other -> {}
      case ProvisionData other -> {}
      case PolicyData other -> {}
      case CheckpointData other -> {}
      case GapData other -> {}
      case UnreadableData other -> {}
    }
  }

  private void decision(AuditLine line, DecisionData decision) {
    DecisionInputs input = decision.input();
    if (decision.object().kind().equals("TenantTier") && input != null && input.pin() != null) {
      named
          .computeIfAbsent(line.subject().replaceFirst("^tenant/", ""), tenant -> new TreeMap<>())
          .put(
              line.time(),
              new Named(DecisionRecord.pin(input.pin()), DecisionRecord.overrides(input)));
    }
  }

  private void pause(Instant time, PauseData.Pause pause) {
    String key = pause.owner() + "\n" + pause.reason() + "\n" + pause.until();
    Span<ActivePause> open = openPauses.remove(key);
    if (open != null) {
      pauses.remove(open);
    }
    boolean began = pause.event() == Edge.BEGAN;
    Instant from = began || open == null ? time : open.from();
    Instant to = began || time.isAfter(pause.until()) ? pause.until() : time;
    Span<ActivePause> span = new Span<>(
        new ActivePause(
            pause.owner(), pause.reason(), to, DecisionRecord.directions(pause.directions())),
        from,
        to);
    pauses.add(span);
    edges.add(from);
    edges.add(to);
    if (began) {
      openPauses.put(key, span);
    }
  }

  private void foreign(Instant time, ForeignMoverData.ForeignMover mover) {
    edges.add(time);
    if (mover.event() == Edge.BEGAN) {
      foreign.add(new Span<>(mover.detail(), time, Instant.MAX));
    } else if (!foreign.isEmpty()) {
      Span<String> open = foreign.removeLast();
      foreign.add(new Span<>(open.what(), open.from(), time));
    }
  }

  /** Tenants that had a TenantTier. */
  Set<String> named() {
    return named.keySet();
  }

  /** What a TenantTier asked for by then; what is known first counts from the beginning. */
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
    return moves.medianTime(direction.label()).orElse(USUAL_MOVE);
  }

  boolean recordsMoveTime(Direction direction) {
    return moves.medianTime(direction.label()).isPresent();
  }

  /** The time of the last line; null before the first. */
  @Nullable
  Instant last() {
    return last;
  }
}
