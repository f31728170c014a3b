package io.tierkeeper.moves.plan;

import io.tierkeeper.governance.decision.Direction;
import io.tierkeeper.moves.DemotionStrategy;
import io.tierkeeper.moves.Move;
import io.tierkeeper.moves.MovePlan;
import io.tierkeeper.moves.MoveSettings;
import io.tierkeeper.moves.MoveStep;
import io.tierkeeper.moves.Placement;
import io.tierkeeper.moves.observe.ClusterLayout;
import io.tierkeeper.qdrant.Replica;
import io.tierkeeper.qdrant.ShardKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/** Makes the plan that is approved; pure. */
public final class MovePlanner {

  // Measured at 5,000 to 20,000 points on three peers (engine facts, section 6): about 10,000
  // points a second for the
  // copy and as much again for verification and deletion.
  private static final double POINTS_PER_SECOND = 5_000;
  private static final int SEGMENTS_PER_KEY = 2;

  private MovePlanner() {}

  /**
   * A plan for this move as things stand.
   *
   * @param policy name and generation, as {@code standard/3}
   * @param inputs inputs whose change makes the plan void
   */
  public static MovePlan plan(
      Move move,
      ClusterLayout layout,
      long points,
      long bytes,
      String policy,
      SortedMap<String, String> inputs) {
    MoveSettings settings = move.settings();
    boolean promote = move.direction() == Direction.PROMOTE;
    List<Long> peers = promote ? target(move, layout) : peersOf(layout, move.dedicated());
    int replicas = promote
        ? Math.max(1, Math.min(settings.replicationFactor(), layout.peers().size()))
        : 1;
    return new MovePlan(
        move.direction().label(),
        move.tenantText(),
        points,
        bytes,
        estimatedSeconds(move, points),
        peers,
        promote ? SEGMENTS_PER_KEY * replicas : -SEGMENTS_PER_KEY * Math.max(1, peers.size()),
        steps(move).stream().map(MoveStep::apiName).toList(),
        policy,
        inputs);
  }

  /** How long an undisturbed move takes, with the waits that the policy sets, in seconds. */
  public static long estimatedSeconds(Move move, long points) {
    MoveSettings settings = move.settings();
    return Math.round(Math.ceil(points / POINTS_PER_SECOND))
        + settings.settle().toSeconds()
        + switch (move.direction()) {
          case PROMOTE -> settings.retainSource().toSeconds();
          case DEMOTE ->
            settings.demotion().strategy() == DemotionStrategy.FREEZE
                ? settings.demotion().quietFor().toSeconds()
                : 0;
        };
  }

  /** The steps of an undisturbed move, in order. */
  public static List<MoveStep> steps(Move move) {
    MoveSettings settings = move.settings();
    if (move.direction() == Direction.PROMOTE) {
      List<MoveStep> steps = new ArrayList<>(List.of(
          MoveStep.PREFLIGHT, MoveStep.CREATE_KEY, MoveStep.REPLICATE, MoveStep.AWAIT_ACTIVE));
      if (settings.replicationFactor() > 1 || settings.placement() == Placement.LEAST_LOADED) {
        steps.add(MoveStep.PLACE);
      }
      steps.addAll(List.of(MoveStep.SETTLE, MoveStep.VERIFY));
      if (settings.retainSource().isPositive()) {
        steps.add(MoveStep.RETAIN);
      }
      steps.add(MoveStep.DELETE_SOURCE);
      return List.copyOf(steps);
    }
    return switch (settings.demotion().strategy()) {
      case NEVER -> List.of(MoveStep.PREFLIGHT);
      case FREEZE -> demotionByFreeze();
      case FENCE ->
        List.of(
            MoveStep.PREFLIGHT,
            MoveStep.REDUCE,
            MoveStep.COPY,
            MoveStep.FENCE,
            MoveStep.DRAIN,
            MoveStep.LAST_PASSES,
            MoveStep.DELETE_DEDICATED,
            MoveStep.LIFT,
            MoveStep.REMOVE_MARKER);
    };
  }

  public static List<MoveStep> demotionByFreeze() {
    return List.of(
        MoveStep.PREFLIGHT,
        MoveStep.REDUCE,
        MoveStep.COPY,
        MoveStep.CREATE_OWN_KEYS,
        MoveStep.QUIET,
        MoveStep.FREEZE,
        MoveStep.THAW_COPY,
        MoveStep.MERGE,
        MoveStep.DELETE_DEDICATED,
        MoveStep.REMOVE_MARKER);
  }

  /** The peers that the dedicated key will end on. */
  private static List<Long> target(Move move, ClusterLayout layout) {
    Optional<Long> beside = peersOf(layout, move.fallback()).stream().findFirst();
    Optional<Long> first = switch (move.settings().placement()) {
      case WITH_FALLBACK -> beside;
      case LEAST_LOADED -> layout.leastLoaded(List.of());
    };
    if (first.isEmpty()) {
      return List.of();
    }
    List<Long> peers = new ArrayList<>(List.of(first.get()));
    while (peers.size() < move.settings().replicationFactor()) {
      Optional<Long> next = layout.leastLoaded(peers);
      if (next.isEmpty()) {
        break;
      }
      peers.add(next.get());
    }
    return peers;
  }

  private static List<Long> peersOf(ClusterLayout layout, ShardKey key) {
    return layout.replicas(key).stream()
        .map(Replica::peerId)
        .distinct()
        .sorted()
        .toList();
  }
}
