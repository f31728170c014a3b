package io.tierkeeper.operator.collection;

import io.tierkeeper.api.mapping.TimeText;
import io.tierkeeper.api.v1alpha1.TenantTier;
import io.tierkeeper.api.v1alpha1.TieredCollection;
import io.tierkeeper.api.v1alpha1.TieredCollectionSpec;
import io.tierkeeper.evaluation.CollectionMemory;
import io.tierkeeper.evaluation.Measurement;
import io.tierkeeper.evaluation.policy.Policy;
import io.tierkeeper.governance.decision.ActivePause;
import io.tierkeeper.governance.decision.Direction;
import io.tierkeeper.operator.move.MoveFacts;
import io.tierkeeper.qdrant.ShardKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A TieredCollection as one pass sees it: what was asked for, and when it was looked at.
 *
 * @param resource the TieredCollection
 * @param fallback its fallback shard key
 * @param runtime what is kept of it between passes
 * @param tiers the TenantTiers that name it
 * @param now one instant for the whole pass
 */
record CollectionCase(
    TieredCollection resource,
    ShardKey fallback,
    CollectionRuntime runtime,
    List<TenantTier> tiers,
    Instant now) {

  static CollectionCase of(
      TieredCollection collection, CollectionRuntime runtime, List<TenantTier> tiers, Instant now) {
    return new CollectionCase(
        collection,
        ShardKey.of(Objects.requireNonNull(collection.getSpec().fallbackShardKey())),
        runtime,
        tiers,
        now);
  }

  TieredCollectionSpec spec() {
    return resource.getSpec();
  }

  String namespace() {
    return resource.getMetadata().getNamespace();
  }

  String name() {
    return resource.getMetadata().getName();
  }

  boolean suspended() {
    return Boolean.TRUE.equals(spec().suspend());
  }

  /** The pauses that have not ended. */
  List<TieredCollectionSpec.Pause> runningPauses() {
    return Objects.requireNonNullElse(spec().pauses(), List.<TieredCollectionSpec.Pause>of())
        .stream()
        .filter(pause -> now.isBefore(end(pause)))
        .toList();
  }

  /** When a pause ends; one whose end cannot be read lasts until it is corrected. */
  static Instant end(TieredCollectionSpec.Pause pause) {
    return TimeText.read(pause.until()).orElse(TimeText.FAR);
  }

  /** The running pauses as the rules see them; a suspended collection is paused without end. */
  List<ActivePause> activePauses() {
    List<ActivePause> pauses = runningPauses().stream()
        .map(pause -> new ActivePause(
            String.valueOf(pause.owner()),
            String.valueOf(pause.reason()),
            end(pause),
            pause.directions() == null
                ? Set.of()
                : pause.directions().stream()
                    .map(MoveFacts::direction)
                    .collect(Collectors.toSet())))
        .collect(Collectors.toCollection(ArrayList::new));
    if (suspended()) {
      pauses.add(
          new ActivePause("spec.suspend", "the collection is suspended", Instant.MAX, Set.of()));
    }
    return pauses;
  }

  /** Who holds moves in a direction and until when, in a sentence; empty where none are held. */
  Optional<String> paused(Direction direction) {
    if (suspended()) {
      return Optional.of("spec.suspend of TieredCollection " + name() + " is true.");
    }
    return activePauses().stream()
        .filter(pause -> pause.stops(direction, now))
        .map(pause ->
            "Paused by " + pause.owner() + " until " + pause.until() + ": " + pause.reason())
        .reduce((a, b) -> a + "; " + b);
  }

  /**
   * Whether what the TenantTiers say still holds although the collection cannot be evaluated: its last measurement is young
   * enough, or this process has made none and has not tried in vain for as long.
   *
   * @param rules of its policy; null where that cannot be used
   */
  boolean verdictsHold(@Nullable Policy rules) {
    Duration staleAfter =
        (rules == null ? Policy.defaults() : rules).decisions().staleAfter();
    CollectionMemory memory = runtime.memory();
    Measurement last = memory == null ? null : memory.measurement();
    Instant from = last == null ? runtime.unusableSince() : last.at();
    return from != null && Duration.between(from, now).compareTo(staleAfter) <= 0;
  }

  /** Whether a measurement is young enough for moves to be decided on. */
  boolean fresh(@Nullable Measurement measurement, Policy rules) {
    return measurement != null
        && Duration.between(measurement.at(), now).compareTo(rules.decisions().staleAfter()) <= 0;
  }
}
