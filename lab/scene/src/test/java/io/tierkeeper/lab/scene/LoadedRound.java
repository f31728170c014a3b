package io.tierkeeper.lab.scene;

import static org.assertj.core.api.Assertions.assertThat;

import io.tierkeeper.audit.InMemoryAudit;
import io.tierkeeper.governance.decision.Direction;
import io.tierkeeper.lab.time.Scheduler;
import io.tierkeeper.lab.workload.CheckReport;
import io.tierkeeper.lab.workload.SceneBuilder;
import io.tierkeeper.lab.workload.TenantPopulation;
import io.tierkeeper.lab.workload.TieredScene;
import io.tierkeeper.lab.workload.Workload;
import io.tierkeeper.moves.DemotionStrategy;
import io.tierkeeper.moves.Leadership;
import io.tierkeeper.moves.Move;
import io.tierkeeper.moves.MoveJournal;
import io.tierkeeper.moves.MovePhase;
import io.tierkeeper.moves.MoveSettings;
import io.tierkeeper.moves.MoveSignals;
import io.tierkeeper.moves.MoveStep;
import io.tierkeeper.moves.Progress;
import io.tierkeeper.moves.StallReason;
import io.tierkeeper.moves.WhenBusy;
import io.tierkeeper.moves.engine.MoveEngine;
import io.tierkeeper.qdrant.Filter;
import io.tierkeeper.qdrant.PeerView;
import io.tierkeeper.qdrant.PointId;
import io.tierkeeper.qdrant.QdrantException;
import io.tierkeeper.qdrant.QdrantWrites;
import io.tierkeeper.qdrant.Replica;
import io.tierkeeper.qdrant.ReplicaState;
import io.tierkeeper.qdrant.ScrollRequest;
import io.tierkeeper.qdrant.ShardKey;
import io.tierkeeper.qdrant.ShardSelector;
import io.tierkeeper.qdrant.contract.QdrantBackend;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** One collection with its load and its moves. */
final class LoadedRound {

  static final ShardKey ACME = ShardKey.of("acme");

  private static final Duration BUSY = Duration.ofMillis(20);
  private static final Duration CONTENDED = Duration.ofMillis(10);
  private static final Duration LESS_BUSY = Duration.ofMillis(50);
  private static final Duration QUIET = Duration.ofSeconds(4);
  private static final Duration READING = Duration.ofMillis(100);
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final Duration MAX_WAIT = Duration.ofMillis(50);
  private static final Duration SHORT = Duration.ofSeconds(2);
  private static final Duration LONG = Duration.ofSeconds(15);
  private static final Duration MAX_DELAY = Duration.ofMillis(250);
  private static final Duration MAX_OUTAGE = Duration.ofSeconds(3);
  private static final Duration RESTART = Duration.ofMillis(500);
  private static final int MAX_ATTEMPTS = 3;
  private static final String FOREIGN = StallReason.FOREIGN_POINTS.apiName();
  private static final int TENANTS = 30;
  private static final int POINTS = 4_000;

  /** Until these are over, a client that replaces the payload of a point takes its copy mark away, see docs/moves.md. */
  private static final Set<MoveStep> MARKED = EnumSet.range(MoveStep.FREEZE, MoveStep.MERGE);

  private static final Set<MoveStep> TAKEN_BACK =
      EnumSet.range(MoveStep.REVIVE, MoveStep.REMOVE_COPIES);

  private final QdrantBackend backend;
  private final LoadLayout layout;
  private final Scheduler scheduler = Scheduler.realTime();
  private final SplittableRandom random;
  private final Workload workload;
  private final SceneMoves moves;
  private final ManualIntervention intervention;
  private final InMemoryAudit audit = new InMemoryAudit();
  private final Set<ShardKey> others = new LinkedHashSet<>();
  private final List<Scheduler.Handle> kills = new ArrayList<>();
  private int peersKilled;
  private int crashes;
  private int aborted;

  /** The move process is gone. */
  private static final class Crash extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  LoadedRound(QdrantBackend backend, String name, int number) {
    this.backend = backend;
    layout = LoadLayout.ofRound(number);
    random = new SplittableRandom(number);
    TenantPopulation population = TenantPopulation.zipf(ACME.toString(), TENANTS, POINTS, 1.0);
    population.tenants().subList(1, 4).forEach(tenant -> others.add(tenant.key()));
    Set<ShardKey> busy = new LinkedHashSet<>(others);
    busy.add(ACME);
    workload = layout
        .apply(SceneBuilder.on(backend.cluster(), name + "-" + number)
            .points(SceneBuilder.TENANT_FIELD, 32))
        .tenants(population)
        .clients(busy, 2)
        .seed(number)
        .create();
    moves = new SceneMoves("load", workload.scene());
    intervention = new ManualIntervention(workload, ACME, POINTS);
    workload.start(2, BUSY, READING);
  }

  LoadLayout layout() {
    return layout;
  }

  int peersKilled() {
    return peersKilled;
  }

  int crashes() {
    return crashes;
  }

  /** How often a stalled move required knowledge of the tenant's writes. */
  int decisions() {
    return intervention.decisions();
  }

  /** Moves that ended without success and were repeated. */
  int aborted() {
    return aborted;
  }

  /**
   * Runs a move without kills, which must succeed. Only where a client has replaced the payload of a point in two calls right when
   * a demotion looks for points of others, it is taken back and repeated.
   */
  void move(Direction direction, DemotionStrategy strategy, LoadFigures figures) {
    pace(direction, strategy, layout.contended() ? CONTENDED : BUSY);
    Progress.Finished end = timed(direction, strategy, figures);
    for (int i = 1; i < MAX_ATTEMPTS && FOREIGN.equals(end.reason()); i++) {
      aborted++;
      end = timed(direction, strategy, figures);
    }
    assertThat(end.phase()).as("%s", end).isEqualTo(MovePhase.SUCCEEDED);
  }

  private Progress.Finished timed(
      Direction direction, DemotionStrategy strategy, LoadFigures figures) {
    long own = workload.clients(ACME).attemptsFailed();
    long foreign = othersErrors();
    long began = System.nanoTime();
    FreezeWindow freeze = new FreezeWindow();
    Progress.Finished end = run(direction, strategy, layout.contended(), freeze, null);
    figures.ownErrors().add(workload.clients(ACME).attemptsFailed() - own);
    figures.othersErrors().add(othersErrors() - foreign);
    if (end.phase() == MovePhase.SUCCEEDED) {
      figures.seconds().add((System.nanoTime() - began) / 1e9);
    }
    if (freeze.merged() != 0) {
      figures.frozen().add((freeze.merged() - freeze.frozen()) / 1e9);
      figures.difference().add(end.report().difference());
      workload.staleBetween(
          ACME, freeze.earliest(), freeze.merged(), end.report().difference());
    }
    return end;
  }

  /** Runs a move in which a peer and the move process are killed; it is repeated where it is taken back. */
  void moveWithKills(Direction direction, DemotionStrategy strategy, PlannedKill kill)
      throws InterruptedException {
    // A freeze that is taken back can lose a change of clients that write fast, see docs/moves.md.
    pace(direction, strategy, LESS_BUSY);
    Progress.Finished end = null;
    for (int attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
      FreezeWindow freeze = new FreezeWindow();
      end = run(direction, strategy, false, freeze, attempt == 1 ? kill : null);
      for (Scheduler.Handle peer : kills) {
        peer.join();
      }
      kills.clear();
      if (freeze.happened()) {
        workload.staleBetween(
            ACME, freeze.earliest(), freeze.ended(), FreezeWindow.stalePoints(end));
      }
      if (end.phase() == MovePhase.SUCCEEDED) {
        return;
      }
      aborted++;
    }
    assertThat(end).as("after %d attempts", MAX_ATTEMPTS).isNull();
  }

  private void pace(Direction direction, DemotionStrategy strategy, Duration whileMoved) {
    boolean freezes = direction == Direction.DEMOTE && strategy == DemotionStrategy.FREEZE;
    boolean quiet = freezes && !whileMoved.equals(CONTENDED);
    workload.clients(ACME).pace(quiet ? QUIET : whileMoved, READING);
    workload.clients(ACME).wake();
  }

  private Progress.Finished run(
      Direction direction,
      DemotionStrategy strategy,
      boolean contended,
      FreezeWindow freeze,
      @Nullable PlannedKill kill) {
    boolean freezes = direction == Direction.DEMOTE && strategy == DemotionStrategy.FREEZE;
    MoveSettings quick =
        SceneMoves.quick(strategy, 1, !freezes ? PATIENCE : contended ? SHORT : LONG);
    // On a slow machine a scan takes longer than a quiet tenant's pauses.
    MoveSettings settings =
        freezes ? quick.withDemotion(quick.demotion().withWhenBusy(WhenBusy.PROCEED)) : quick;
    Move move = moves.next(ACME, direction, settings);
    Observer observer = new Observer(kill);
    return MoveDriver.restarting(scheduler, this::engine)
        .journal(observer)
        .signals(step -> {
          observer.at(step);
          return MoveSignals.none("load");
        })
        .onStalled(this::decide)
        .onFailure(failure -> {
          if (!(failure instanceof Crash)) {
            return MoveDriver.Recovery.FAIL;
          }
          scheduler.sleep(RESTART);
          return MoveDriver.Recovery.RESTART;
        })
        .fence(fence())
        .listener(freeze)
        .maxWait(MAX_WAIT)
        .timeout(PATIENCE)
        .build()
        .run(move);
  }

  /** What only a person can tell, who knows the tenant's writes; outages end by themselves. */
  private void decide(Progress.Stalled stalled) {
    if (stalled.reason() == StallReason.VERIFICATION_DIFFERENCE) {
      scheduler.sleep(RESTART);
      intervention.decide(stalled);
    }
  }

  private MoveEngine engine() {
    return new MoveEngine(backend.cluster(), audit, Clock.systemUTC(), Leadership.always());
  }

  /** The tenant's applications pause their own writers when the move asks for it. */
  private MoveDriver.WriterFence fence() {
    return new MoveDriver.WriterFence() {
      @Override
      public void hold() throws InterruptedException {
        workload.clients(ACME).hold();
      }

      @Override
      public void release() {
        workload.clients(ACME).release();
      }
    };
  }

  private long othersErrors() {
    return others.stream()
        .mapToLong(tenant -> workload.clients(tenant).attemptsFailed())
        .sum();
  }

  /** Keeps the journal of a move, and kills when it is where the plan says. */
  private final class Observer implements MoveDriver.JournalStore {
    private final @Nullable PlannedKill kill;
    private MoveJournal kept = MoveJournal.initial();
    private boolean killed;
    private boolean crashed;

    Observer(@Nullable PlannedKill kill) {
      this.kill = kill;
    }

    @Override
    public MoveJournal load() {
      return kept;
    }

    @Override
    public void store(MoveJournal journal) {
      PlannedKill planned = kill;
      boolean crash = planned != null && !crashed && journal.step() == planned.crash();
      if (!crash || (planned != null && planned.stored())) {
        kept = journal;
      }
      at(journal.step());
      if (crash) {
        crashed = true;
        crashes++;
        throw new Crash();
      }
    }

    void at(MoveStep step) {
      workload.clients(ACME).keepPayloads(MARKED.contains(step) || TAKEN_BACK.contains(step));
      if (kill != null && !killed && step == kill.step()) {
        killed = true;
        peersKilled++;
        long delay = random.nextLong(MAX_DELAY.toNanos());
        long outage = random.nextLong(MAX_OUTAGE.toNanos());
        kills.add(scheduler.fork("kill of peer " + kill.peer(), () -> {
          scheduler.sleep(Duration.ofNanos(delay));
          QdrantBackend.Disturbance peers = backend.disturbance().orElseThrow();
          peers.kill(kill.peer());
          scheduler.sleep(Duration.ofNanos(outage));
          peers.restart(kill.peer());
        }));
      }
    }
  }

  /** Stops the clients and checks their history. */
  CheckReport finish() throws InterruptedException {
    CheckReport report = workload.finish();
    assertThat(differences()).as("replicas of the fallback of %s", layout).isEmpty();
    workload.scene().drop();
    return report;
  }

  /**
   * The tenant's points that are not the same in all replicas of the fallback, with what each holds. Those of tenants that were not
   * moved may differ: Qdrant leaves them so where the peer that forwards a write is killed, see docs/engine.md.
   */
  private Map<PointId, List<Object>> differences() {
    List<Map<PointId, Object>> contents = contents();
    Set<PointId> all = new TreeSet<>();
    contents.forEach(replica -> all.addAll(replica.keySet()));
    Map<PointId, List<Object>> differences = new TreeMap<>();
    for (PointId id : all) {
      List<Object> versions =
          contents.stream().map(replica -> replica.getOrDefault(id, "absent")).toList();
      if (versions.stream().distinct().count() > 1) {
        differences.put(id, versions);
      }
    }
    return differences;
  }

  /** What the replicas of the fallback hold, each read through its own peer, once all are Active. */
  private List<Map<PointId, Object>> contents() {
    long deadline = scheduler.nanoTime() + PATIENCE.toNanos();
    while (!settled()) {
      assertThat(scheduler.nanoTime())
          .as("time until all replicas are Active")
          .isLessThan(deadline);
      scheduler.sleep(RESTART);
    }
    List<Map<PointId, Object>> contents = new ArrayList<>();
    for (QdrantWrites peer : backend.cluster().peers()) {
      long id = peer.status().peerId();
      if (view(peer).replicasOf(workload.scene().fallback()).stream()
          .anyMatch(replica -> replica.peerId() == id)) {
        Map<PointId, Object> points = new TreeMap<>();
        TieredScene.scroll(
                peer,
                ScrollRequest.whole(
                    workload.scene().name(),
                    ShardSelector.key(workload.scene().fallback()),
                    Filter.matches(workload.scene().points().tenantField(), ACME.toString()),
                    1000))
            .forEach(point ->
                points.put(point.id(), List.of(point.payload(), point.vectors().keySet())));
        contents.add(points);
      }
    }
    return contents;
  }

  private boolean settled() {
    try {
      return backend.cluster().peers().stream().map(this::view).allMatch(view -> {
        List<Replica> replicas = view.replicasOf(workload.scene().fallback());
        return view.transfers().isEmpty()
            && replicas.size() == layout.fallbackReplicas()
            && replicas.stream().allMatch(replica -> replica.state() == ReplicaState.ACTIVE);
      });
    } catch (QdrantException e) {
      return false;
    }
  }

  private PeerView view(QdrantWrites peer) {
    return peer.view(workload.scene().name()).orElseThrow();
  }
}
