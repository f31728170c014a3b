package io.tierkeeper.governance.decision;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/** A pause stops its directions until it ends. */
final class PauseRule implements DecisionRule {
  @Override
  public List<Gate> evaluate(DecisionInput input, Direction wanted) {
    if (input.circumstances().pauses().isEmpty()) {
      return List.of();
    }
    List<ActivePause> stopping = input.circumstances().pauses().stream()
        .filter(pause -> pause.stops(wanted, input.now()))
        .toList();
    if (stopping.isEmpty()) {
      return List.of();
    }
    String who = stopping.stream()
        .map(pause -> pause.owner() + ": " + pause.reason())
        .collect(Collectors.joining("; ", "paused by ", ""));
    Instant ends =
        stopping.stream().map(ActivePause::until).max(Comparator.naturalOrder()).orElse(null);
    return List.of(Gate.timed("Pause", who, "not paused", false, ends));
  }

  @Override
  public DecisionReason reason(DecisionInput input, Direction wanted, Gate unmet) {
    return DecisionReason.PAUSED;
  }
}
