package io.tierkeeper.operator.tiermove;

import io.tierkeeper.api.v1alpha1.TierMove;
import io.tierkeeper.api.v1alpha1.TierMoveStatus;
import io.tierkeeper.api.v1alpha1.TieredCollection;
import io.tierkeeper.evaluation.OpenMove.Stage;
import io.tierkeeper.evaluation.policy.Policy;
import io.tierkeeper.governance.decision.Direction;
import io.tierkeeper.moves.JournalWriter;
import io.tierkeeper.moves.Move;
import io.tierkeeper.moves.MoveJournal;
import io.tierkeeper.moves.MovePlan;
import io.tierkeeper.moves.MoveSettings;
import io.tierkeeper.moves.MoveSignals;
import io.tierkeeper.moves.Progress;
import io.tierkeeper.moves.engine.MoveEngine;
import io.tierkeeper.moves.observe.ClusterLayout;
import io.tierkeeper.moves.observe.LayoutObserver;
import io.tierkeeper.operator.collection.CollectionRuntime;
import io.tierkeeper.operator.collection.CollectionRuntimes;
import io.tierkeeper.operator.config.Pace;
import io.tierkeeper.operator.connection.ConnectionFault;
import io.tierkeeper.operator.connection.QdrantConnections.Connection;
import io.tierkeeper.operator.move.MoveCase;
import io.tierkeeper.operator.move.MoveFacts;
import io.tierkeeper.operator.move.MovePlanning;
import io.tierkeeper.operator.move.MovePorts;
import io.tierkeeper.operator.move.MoveSlots;
import io.tierkeeper.operator.move.PlannedTenant;
import io.tierkeeper.operator.move.RecordedMove;
import io.tierkeeper.operator.status.StatusWriter;
import io.tierkeeper.operator.view.ResourceViews;
import io.tierkeeper.qdrant.TenantId;
import java.time.Instant;
import java.util.Optional;

/** What a step can have done for one TierMove: by the engine, the slots and the API server. */
public final class TierMovePorts implements MovePorts {

  /** Makes the ports of a TierMove; shared by all of a leader session. */
  public static final class Factory {
    private final ResourceViews views;
    private final StatusWriter statuses;
    private final CollectionRuntimes runtimes;
    private final MoveSlots slots;
    private final MoveFinalizer finalizer;
    private final MoveCaseReader cases;
    private final MoveRecorder recorder;
    private final Pace pace;

    public Factory(
        ResourceViews views,
        StatusWriter statuses,
        CollectionRuntimes runtimes,
        MoveSlots slots,
        MoveFinalizer finalizer,
        MoveCaseReader cases,
        MoveRecorder recorder,
        Pace pace) {
      this.views = views;
      this.statuses = statuses;
      this.runtimes = runtimes;
      this.slots = slots;
      this.finalizer = finalizer;
      this.cases = cases;
      this.recorder = recorder;
      this.pace = pace;
    }

    /**
     * The ports of one TierMove.
     *
     * @throws ConnectionFault where its Qdrant cannot be connected to
     */
    TierMovePorts of(
        TierMove resource,
        TieredCollection collection,
        Policy rules,
        TenantId tenant,
        Direction direction)
        throws ConnectionFault {
      return new TierMovePorts(this, resource, collection, rules, tenant, direction);
    }

    /** Releases the slot of a TierMove that is gone; whether it had one. */
    boolean release(TierMove resource, String collection) {
      return slots.release(
          resource.getMetadata().getNamespace() + "/" + collection,
          resource.getMetadata().getUid());
    }
  }

  private final Factory shared;
  private final TierMove resource;
  private final TieredCollection collection;
  private final Policy rules;
  private final Connection connection;
  private final Move move;
  private final String slot;

  private TierMovePorts(
      Factory shared,
      TierMove resource,
      TieredCollection collection,
      Policy rules,
      TenantId tenant,
      Direction direction)
      throws ConnectionFault {
    this.shared = shared;
    this.resource = resource;
    this.collection = collection;
    this.rules = rules;
    connection = shared.runtimes.connection(collection);
    slot =
        collection.getMetadata().getNamespace() + "/" + collection.getMetadata().getName();
    MovePlan plan = MovePlanning.read(resource.getSpec());
    MoveSettings settings = rules
        .moves()
        .settings(shared.pace.settle(), shared.pace.moveDeadline(), MovePlanning.replicas(plan));
    move = MovePlanning.move(
        resource.getMetadata().getName(),
        resource.getMetadata().getUid(),
        collection,
        PlannedTenant.index(resource.getSpec(), tenant),
        tenant,
        direction,
        settings);
  }

  @Override
  public Optional<String> drift() {
    MovePlan planned = MovePlanning.read(resource.getSpec());
    String hash = planned.hash();
    if (!hash.equals(resource.getSpec().planHash())) {
      return Optional.of("spec.planHash " + resource.getSpec().planHash()
          + " is not the hash of spec.plan, which is " + hash);
    }
    ClusterLayout layout = new LayoutObserver(connection.cluster()).observe(move.collection());
    CollectionRuntime.Advice last = shared
        .runtimes
        .of(collection.getMetadata().getNamespace(), collection.getMetadata().getName())
        .advice(move.tenant());
    long points = last == null ? planned.points() : last.points();
    MovePlan current = MovePlanning.plan(
        move,
        layout,
        points,
        planned.bytes(),
        planned.inputs().get(MovePlanning.RELATIVE_SIZE),
        rules);
    // Which peer has the fewest points may change by the minute; the engine chooses again when
    // its turn comes.
    MovePlan comparable = new MovePlan(
        current.direction(),
        current.tenant(),
        current.points(),
        current.bytes(),
        current.estimatedSeconds(),
        planned.peers(),
        current.newSegments(),
        current.steps(),
        current.policy(),
        current.inputs());
    return planned.driftFrom(comparable, MovePlanning.TOLERANCE);
  }

  @Override
  public Optional<RecordedMove> recorded() {
    return shared.runtimes.recordedMove(
        collection, resource.getMetadata().getUid(), MoveFacts.created(resource));
  }

  @Override
  public void approved(TierMoveStatus.Approval approval) {
    shared.recorder.approval(resource, approval, collection);
  }

  @Override
  public void retentionChanges(MoveCase now, Instant former, Instant end) {
    shared.recorder.retention(latest(), now.subject().generation(), former, end, collection);
  }

  @Override
  public boolean claim(boolean atWork) {
    String uid = resource.getMetadata().getUid();
    if (atWork) {
      return shared.slots.resume(slot, connection.identity(), uid);
    }
    boolean others = shared
        .views
        .movesOf(
            collection.getMetadata().getNamespace(), collection.getMetadata().getName())
        .stream()
        .filter(other -> !other.getMetadata().getUid().equals(uid))
        .map(other -> MoveFacts.phase(shared.statuses.last(other)))
        .anyMatch(phase -> !phase.ended() && MoveFacts.stage(phase) == Stage.WORKING);
    return !others
        && shared.slots.claim(
            slot, connection.identity(), uid, rules.decisions().limits().maxConcurrentMoves());
  }

  @Override
  public void release() {
    shared.slots.release(slot, resource.getMetadata().getUid());
  }

  @Override
  public void stalls() {
    shared.slots.stalled(slot, resource.getMetadata().getUid());
  }

  @Override
  public MoveCase now(MoveCase before) {
    String namespace = resource.getMetadata().getNamespace();
    return shared.cases.read(
        shared.statuses.latest(latest()),
        before.status(),
        shared.views.collection(namespace, collection.getMetadata().getName()).orElse(collection),
        rules,
        move.tenant(),
        move.direction());
  }

  private TierMove latest() {
    return shared
        .views
        .tierMove(resource.getMetadata().getNamespace(), resource.getMetadata().getName())
        .filter(
            found -> found.getMetadata().getUid().equals(resource.getMetadata().getUid()))
        .orElse(resource);
  }

  @Override
  public void hold() {
    shared.finalizer.add(resource);
  }

  @Override
  public Progress advance(MoveJournal journal, MoveSignals signals, JournalWriter writer) {
    MoveEngine engine = shared.runtimes.engine(collection, connection);
    return engine.advance(move, journal, signals, writer);
  }

  @Override
  public void store(TierMoveStatus status) {
    shared.statuses.store(resource, status);
  }
}
