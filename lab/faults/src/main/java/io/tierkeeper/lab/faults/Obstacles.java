package io.tierkeeper.lab.faults;

import io.tierkeeper.governance.decision.Direction;
import io.tierkeeper.lab.faults.inject.KeyOutage;
import io.tierkeeper.lab.faults.inject.Refusals;
import io.tierkeeper.lab.time.VirtualScheduler;
import io.tierkeeper.lab.workload.TenantClients;
import io.tierkeeper.lab.workload.TieredScene;
import io.tierkeeper.lab.workload.Workload;
import io.tierkeeper.moves.MoveStep;
import io.tierkeeper.moves.Progress;
import io.tierkeeper.moves.StallReason;
import io.tierkeeper.moves.content.CopyMark;
import io.tierkeeper.moves.content.PointContent;
import io.tierkeeper.qdrant.Filter;
import io.tierkeeper.qdrant.Point;
import io.tierkeeper.qdrant.PointId;
import io.tierkeeper.qdrant.QdrantWrites;
import io.tierkeeper.qdrant.Replica;
import io.tierkeeper.qdrant.ReplicaState;
import io.tierkeeper.qdrant.ReservedNames;
import io.tierkeeper.qdrant.ScrollRequest;
import io.tierkeeper.qdrant.ShardKey;
import io.tierkeeper.qdrant.ShardSelector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What a move meets that no retry overcomes; the administrator removes what a stalled move names, and nothing else. */
final class Obstacles {

  private enum Kind {
    /** The copy of a promotion, or one of its replicas, lacks up to three points. */
    HOLE,
    /** A client writes a payload field that is reserved for moves, and the promotion is undone. */
    MARK,
    /** Messages of more than a few whole points are refused. */
    SMALL_MESSAGES,
    /** The tenant has more points than the memory of the process can hold. */
    TOO_MANY_POINTS,
    /** Whole points can be neither read nor written until the move requires an intervention. */
    NO_POINTS,
    /** No snapshot can be transferred into another shard while the move lasts. */
    NO_TRANSFER,
    /** The TierMove is deleted by force in the middle of the move. */
    FORGOTTEN
  }

  private static final List<Kind> OF_A_PROMOTION = List.of(
      Kind.HOLE, Kind.HOLE, Kind.MARK, Kind.SMALL_MESSAGES, Kind.NO_POINTS, Kind.TOO_MANY_POINTS);
  private static final List<Kind> OF_A_FREEZE = List.of(
      Kind.NO_TRANSFER,
      Kind.NO_TRANSFER,
      Kind.FORGOTTEN,
      Kind.SMALL_MESSAGES,
      Kind.NO_POINTS,
      Kind.TOO_MANY_POINTS);
  private static final List<Kind> OF_A_FENCE =
      List.of(Kind.FORGOTTEN, Kind.SMALL_MESSAGES, Kind.NO_POINTS, Kind.TOO_MANY_POINTS);
  /** A move that is refused for its points does not come so far. */
  private static final Set<MoveStep> AFTER_A_REFUSAL =
      EnumSet.of(MoveStep.AWAIT_ACTIVE, MoveStep.CREATE_OWN_KEYS, MoveStep.FENCE);

  /** In these steps of a freeze the fallback has copies and the dedicated key is still there. */
  private static final List<MoveStep> COPIED_FOR_A_FREEZE = List.of(
      MoveStep.CREATE_OWN_KEYS,
      MoveStep.QUIET,
      MoveStep.FREEZE,
      MoveStep.THAW_COPY,
      MoveStep.MERGE);

  private static final List<MoveStep> COPIED_FOR_A_FENCE =
      List.of(MoveStep.FENCE, MoveStep.DRAIN, MoveStep.LAST_PASSES);
  private static final Set<MoveStep> FROZEN = EnumSet.of(MoveStep.THAW_COPY, MoveStep.MERGE);
  private static final List<Refusals.Transfers> REFUSED =
      List.of(Refusals.Transfers.REJECTED, Refusals.Transfers.UNAVAILABLE);

  private static final int MAX_MISSING = 3;
  private static final int MAX_POINTS = 20;
  private static final int PAGE = 1000;
  private static final Duration POLL = Duration.ofMillis(50);
  private static final Duration MAX_REACTION = Duration.ofSeconds(8);

  private final VirtualScheduler simulator;
  private final SplittableRandom random;
  private final TieredScene scene;
  private final TenantClients clients;
  private final ShardKey dedicated;
  private final MovedTenant tenant;
  private final KeyOutage key;
  private final boolean placed;
  private final Consumer<Runnable> fork;
  private final List<String> findings = new ArrayList<>();
  private @Nullable Kind kind;
  private @Nullable MoveStep when;
  private boolean refusedFromTheStart;
  private boolean over;
  /** A move was deleted by force and none has followed it yet. */
  private boolean left;

  private long staleFrom;

  /**
   * What moves of one tenant meet.
   *
   * @param placed whether the dedicated key gets a further replica and the fallback has one
   * @param fork runs something beside the move
   */
  Obstacles(
      VirtualScheduler simulator,
      SplittableRandom random,
      Workload workload,
      MovedTenant tenant,
      KeyOutage key,
      boolean placed,
      Consumer<Runnable> fork) {
    this.simulator = simulator;
    this.random = random;
    this.scene = workload.scene();
    this.dedicated = tenant.key();
    this.clients = workload.clients(dedicated);
    this.tenant = tenant;
    this.key = key;
    this.placed = placed;
    this.fork = fork;
  }

  /** Draws what the next move meets. */
  void draw(Direction direction, List<MoveStep> steps, boolean fence) {
    List<Kind> kinds =
        direction == Direction.PROMOTE ? OF_A_PROMOTION : fence ? OF_A_FENCE : OF_A_FREEZE;
    if (left) {
      // The move after it has enough to do; one that is refused leaves what it has found.
      kinds = kinds.stream()
          .filter(each -> each != Kind.FORGOTTEN && each != Kind.TOO_MANY_POINTS)
          .toList();
    } else {
      staleFrom = 0;
    }
    left = false;
    kind = kinds.get(random.nextInt(kinds.size()));
    over = false;
    refusedFromTheStart = false;
    when = switch (kind) {
      case HOLE -> MoveStep.AWAIT_ACTIVE;
      case MARK -> MoveStep.RETAIN;
      case SMALL_MESSAGES, TOO_MANY_POINTS -> null;
      case NO_POINTS -> steps.get(1 + random.nextInt(steps.size() - 1));
      case NO_TRANSFER -> random.nextBoolean() ? MoveStep.COPY : MoveStep.FREEZE;
      case FORGOTTEN -> {
        List<MoveStep> copied = fence ? COPIED_FOR_A_FENCE : COPIED_FOR_A_FREEZE;
        yield copied.get(random.nextInt(copied.size()));
      }
    };
    if (kind == Kind.SMALL_MESSAGES) {
      tenant.refusals().refuseAbove(1 + random.nextInt(MAX_POINTS));
    }
    if (kind == Kind.TOO_MANY_POINTS) {
      tenant.refusals().tooManyPoints();
    }
    // A deletion cannot be told from a hole, and one that the fallback takes while the dedicated
    // key
    // is away is lost with the move.
    clients.remove(kind != Kind.HOLE && kind != Kind.FORGOTTEN);
  }

  /** The step at which the move is taken back; null where it is not. */
  @Nullable
  MoveStep abortAt() {
    return kind == Kind.MARK ? MoveStep.RETAIN : null;
  }

  /** The move is at this step. */
  void at(MoveStep step) {
    boolean clientsReadOld = kind == Kind.HOLE || kind == Kind.FORGOTTEN;
    if (clientsReadOld && staleFrom == 0 && step != MoveStep.PREFLIGHT) {
      staleFrom = simulator.nanoTime();
    }
    if (refusedFromTheStart && FROZEN.contains(step)) {
      refusedFromTheStart = false;
      findings.add("the dedicated key was frozen although its snapshot cannot be transferred");
    }
    if (kind == Kind.TOO_MANY_POINTS && AFTER_A_REFUSAL.contains(step)) {
      findings.add("a tenant of more points than the process can hold was copied");
    }
    if (step == when) {
      when = null;
      switch (java.util.Objects.requireNonNull(kind)) {
        case HOLE -> fork.accept(this::makeHole);
        case MARK -> fork.accept(this::mark);
        case NO_POINTS -> tenant.refusals().refuseAbove(0);
        case NO_TRANSFER -> {
          refusedFromTheStart = step == MoveStep.COPY;
          // Of a point that the frozen key changed after the last copy scan, a deletion is reverted
          // where nothing shows the frozen content, see docs/moves.md.
          clients.remove(refusedFromTheStart);
          tenant.refusals().transfers(REFUSED.get(random.nextInt(REFUSED.size())));
        }
        case FORGOTTEN -> tenant.forget();
        case SMALL_MESSAGES, TOO_MANY_POINTS -> {}
      }
    }
  }

  /** The move requires an intervention. */
  void stalled(Progress.Stalled stalled) {
    if (stalled.reason() == StallReason.MARKER_FIELD_IN_USE) {
      over = true;
    }
    if (kind == Kind.NO_POINTS && when == null && !over) {
      over = true;
      fork.accept(() -> {
        sleepUpTo(MAX_REACTION);
        tenant.refusals().end();
      });
    }
  }

  /** The move has ended. */
  void end() {
    over = true;
    tenant.refusals().end();
    clients.remove(true);
    if (kind == Kind.MARK && serving()) {
      unmark();
    }
  }

  /** A move that no process continues: the administrator brings the tenant's key back and removes the working keys. */
  void afterForgotten() throws InterruptedException {
    left = true;
    sleepUpTo(MAX_REACTION);
    key.end();
    tenant.gate().set(false);
    for (ShardKey left : scene.port().view(scene.name()).orElseThrow().replicas().stream()
        .map(Replica::key)
        .filter(ReservedNames::isWorkingKey)
        .distinct()
        .toList()) {
      scene.port().deleteShardKey(scene.name(), left);
    }
    sleepUpTo(MAX_REACTION);
  }

  /** See {@link Surroundings#staleFrom}. */
  long staleFrom() {
    return staleFrom;
  }

  List<String> findings() {
    return findings;
  }

  private void makeHole() {
    while (!serving()) {
      if (over) {
        return;
      }
      simulator.sleep(POLL);
    }
    // A hole in all replicas of after the scan at the switch could be a client's deletion; one in a
    // single replica could not.
    boolean inOneReplica = placed && random.nextInt(3) > 0;
    while (inOneReplica && !key.replicated()) {
      if (over) {
        return;
      }
      simulator.sleep(POLL);
    }
    try {
      clients.hold();
      try {
        Map<PointId, Point> source = new HashMap<>();
        content(scene.fallback()).forEach(point -> source.put(point.id(), point));
        // What a client has written since the switch is no part of the copy.
        List<PointId> copied = content(dedicated).stream()
            .filter(point -> {
              Point original = source.get(point.id());
              return original != null && PointContent.same(point, original);
            })
            .map(Point::id)
            .toList();
        List<PointId> missing = random
            .ints(1 + random.nextInt(MAX_MISSING), 0, Math.max(1, copied.size()))
            .distinct()
            .filter(index -> index < copied.size())
            .mapToObj(copied::get)
            .toList();
        if (!missing.isEmpty()) {
          Runnable delete = () -> scene
              .port()
              .delete(scene.name(), ShardSelector.key(dedicated), Filter.ids(missing), true);
          if (inOneReplica) {
            key.missedByOneReplica(delete);
          } else {
            delete.run();
          }
        }
      } finally {
        clients.release();
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    if (random.nextBoolean()) {
      sleepUpTo(MAX_REACTION);
      tenant.stop();
      tenant.start();
    }
  }

  /** An application writes a field of that name, until the administrator hears of it. */
  private void mark() {
    while (!over && serving()) {
      List<Point> all = content(dedicated);
      if (!all.isEmpty()) {
        PointId id = all.get(random.nextInt(all.size())).id();
        scene
            .port()
            .setPayload(
                scene.name(),
                ShardSelector.key(dedicated),
                Map.of(CopyMark.MOVE_FIELD, "an application's"),
                Filter.ids(List.of(id)),
                true);
      }
      sleepUpTo(MAX_REACTION);
    }
  }

  private void unmark() {
    QdrantWrites port = scene.port();
    List<PointId> marked = content(dedicated).stream()
        .filter(CopyMark::reservedFieldInUse)
        .map(Point::id)
        .toList();
    if (!marked.isEmpty()) {
      port.deletePayload(
          scene.name(), ShardSelector.key(dedicated), CopyMark.FIELDS, Filter.ids(marked));
    }
  }

  private List<Point> content(ShardKey of) {
    return scene
        .port()
        .scroll(
            ScrollRequest.whole(scene.name(), ShardSelector.key(of), scene.filter(dedicated), PAGE))
        .points();
  }

  private boolean serving() {
    return scene
        .port()
        .view(scene.name())
        .map(view -> view.replicasOf(dedicated).stream()
            .anyMatch(replica -> replica.state() == ReplicaState.ACTIVE))
        .orElse(false);
  }

  private void sleepUpTo(Duration longest) {
    simulator.sleep(Duration.ofNanos(random.nextLong(longest.toNanos())));
  }
}
