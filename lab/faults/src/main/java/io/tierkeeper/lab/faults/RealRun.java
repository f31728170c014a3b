package io.tierkeeper.lab.faults;

import io.tierkeeper.audit.InMemoryAudit;
import io.tierkeeper.governance.decision.Direction;
import io.tierkeeper.lab.faults.inject.FaultInjector;
import io.tierkeeper.lab.faults.inject.FaultKind;
import io.tierkeeper.lab.faults.inject.ManualIntervention;
import io.tierkeeper.lab.faults.inject.PlannedFault;
import io.tierkeeper.lab.qdrant.local.LocalQdrant;
import io.tierkeeper.lab.time.Scheduler;
import io.tierkeeper.lab.workload.CheckReport;
import io.tierkeeper.lab.workload.CheckedPoints;
import io.tierkeeper.lab.workload.TenantPopulation;
import io.tierkeeper.lab.workload.Workload;
import io.tierkeeper.moves.DemotionStrategy;
import io.tierkeeper.moves.Fence;
import io.tierkeeper.moves.Move;
import io.tierkeeper.moves.MovePhase;
import io.tierkeeper.moves.MoveSettings;
import io.tierkeeper.moves.MoveSignals;
import io.tierkeeper.moves.MoveStep;
import io.tierkeeper.moves.Placement;
import io.tierkeeper.moves.Progress;
import io.tierkeeper.moves.VerifyLevel;
import io.tierkeeper.moves.WhenBusy;
import io.tierkeeper.qdrant.QdrantCluster;
import io.tierkeeper.qdrant.QdrantEndpoints;
import io.tierkeeper.qdrant.ShardKey;
import io.tierkeeper.qdrant.grpc.GrpcQdrant;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The same moves, the same clients and the same checker on three processes of a real Qdrant, of which one after the other
 * is killed or stands still, while the moving process dies at writes that the seed draws.
 */
final class RealRun {

  /**
   * What became of it.
   *
   * @param server which Qdrant
   * @param moves what they ended as
   * @param kills of peers
   * @param pauses of peers
   * @param deaths crashes of the move process
   * @param checks one for each round
   */
  record Report(
      String server,
      List<String> moves,
      int kills,
      int pauses,
      int deaths,
      List<CheckReport> checks,
      List<String> faults) {}

  private static final ShardKey ACME = ShardKey.of("acme");
  private static final ShardKey FALLBACK = ShardKey.of("default");
  private static final int TENANTS = 10;
  private static final int POINTS = 3_000;
  private static final Duration BUSY = Duration.ofMillis(20);
  private static final Duration QUIET = Duration.ofSeconds(4);
  private static final Duration READING = Duration.ofMillis(50);
  private static final Duration LONGEST_REST = Duration.ofSeconds(6);
  private static final Duration LONGEST_OUTAGE = Duration.ofSeconds(4);
  private static final Duration DEADLINE = Duration.ofSeconds(20);
  private static final Duration PATIENCE = Duration.ofMinutes(10);
  private static final int LATEST_DEATH = 25;

  private final Scheduler processes = Scheduler.realTime();
  private final LocalQdrant qdrant;
  private final SplittableRandom random;
  private final String collection;
  private final Workload workload;
  private final WriterGate gate;
  private final FaultInjector injector;
  private final MoveProcess mover;
  private final ManualIntervention person;
  private final List<String> ended = new ArrayList<>();
  private final List<String> faults = new CopyOnWriteArrayList<>();
  private final AtomicBoolean over = new AtomicBoolean();

  /** Held while a peer is down or paused, and by a move that must run without faults. */
  private final ReentrantLock plannedFaults = new ReentrantLock(true);

  private final QdrantCluster cluster;
  private int kills;
  private int pauses;

  private RealRun(LocalQdrant qdrant, QdrantCluster cluster, long seed) {
    this.qdrant = qdrant;
    this.cluster = cluster;
    this.random = new SplittableRandom(seed);
    this.collection = "proof-" + seed;
    this.workload = new Workload(
        processes, cluster, collection, FALLBACK, new CheckedPoints("group_id", 8), seed);
    this.gate = new WriterGate(workload, ACME);
    this.injector = new FaultInjector(processes, random.split(), kind -> {
      throw new IllegalArgumentException(kind + " is not played on a real server");
    });
    this.mover = new MoveProcess(
        processes,
        calls -> new InterceptedCluster(cluster, calls),
        new InMemoryAudit(),
        gate,
        gate::closed,
        processes.clock(),
        injector,
        new SimulatedLease(processes, random.split()));
    this.person =
        new ManualIntervention(cluster, workload, collection, "group_id", ACME, FALLBACK, POINTS);
  }

  /**
   * Plays rounds of a promotion, a demotion by freeze, a promotion and a demotion by fence.
   *
   * @param done called after each round
   */
  static Report play(Path binary, int rounds, Runnable done) throws InterruptedException {
    List<String> moves = new ArrayList<>();
    List<CheckReport> checks = new ArrayList<>();
    List<String> faults = new ArrayList<>();
    int kills = 0;
    int pauses = 0;
    int deaths = 0;
    String server;
    try (LocalQdrant qdrant = LocalQdrant.start(binary);
        QdrantCluster cluster = GrpcQdrant.connect(
            QdrantEndpoints.plain(qdrant.endpoints(), qdrant.restPorts()).deadline(DEADLINE))) {
      server = qdrant.description();
      for (int round = 1; round <= rounds; round++) {
        RealRun run = new RealRun(qdrant, cluster, round);
        CheckReport check = run.play();
        moves.addAll(run.ended);
        checks.add(check);
        for (String fault : run.faults) {
          faults.add("round " + round + " on " + server + ": " + fault);
        }
        kills += run.kills;
        pauses += run.pauses;
        deaths += run.mover.deaths();
        done.run();
      }
    }
    return new Report(server, moves, kills, pauses, deaths, checks, faults);
  }

  private CheckReport play() throws InterruptedException {
    TenantPopulation population = TenantPopulation.zipf(ACME.toString(), TENANTS, POINTS, 1.0);
    workload.create();
    workload.load(population, Set.of(ACME, population.tenants().get(1).key()), 2, done -> {});
    workload.start(1, BUSY, READING);
    Scheduler.Handle nemesis = processes.fork("nemesis", this::plannedFault);
    try {
      move(1, Direction.PROMOTE, DemotionStrategy.FREEZE);
      move(2, Direction.DEMOTE, DemotionStrategy.FREEZE);
      move(3, Direction.PROMOTE, DemotionStrategy.FREEZE);
      move(4, Direction.DEMOTE, DemotionStrategy.FENCE);
    } finally {
      over.set(true);
      nemesis.join();
    }
    CheckReport check = workload.finish();
    if (check.anomalies().lost()
            + check.anomalies().phantom()
            + check.anomalies().doubled()
            + check.anomalies().leaked()
            + check.staleness().unannounced()
        > 0) {
      faults.add(check.toString());
    }
    if (gate.closed()) {
      faults.add("the tenant's writers are still paused");
    }
    faults.addAll(mover.faults());
    faults.addAll(
        Leftovers.find(cluster.peers().getFirst(), collection, "group_id", ACME, FALLBACK, false));
    cluster.peers().getFirst().deleteCollection(collection);
    return check;
  }

  /**
   * A move with injected faults may be aborted; it is then repeated, and must succeed where no peer has a fault.
   */
  private void move(int number, Direction direction, DemotionStrategy strategy) {
    Progress.Finished end = attempt("proof-acme-" + number, direction, strategy);
    if (end.phase() == MovePhase.ABORTED) {
      plannedFaults.lock();
      try {
        end = attempt("proof-acme-" + number + "-unstruck", direction, strategy);
      } finally {
        plannedFaults.unlock();
      }
    }
    if (end.phase() != MovePhase.SUCCEEDED) {
      faults.add(direction.label() + " ended as " + end.phase() + ": " + end.message());
    }
  }

  private Progress.Finished attempt(String name, Direction direction, DemotionStrategy strategy) {
    injector.plan(List.of(new PlannedFault(
        1 + random.nextInt(LATEST_DEATH),
        random.nextBoolean() ? FaultKind.DEATH_BEFORE_SENDING : FaultKind.DEATH_AFTER_THE_ANSWER)));
    boolean freezes = direction == Direction.DEMOTE && strategy == DemotionStrategy.FREEZE;
    workload.pace(ACME, freezes ? QUIET : BUSY, READING);
    long[] frozen = {0};
    Progress.Finished end = mover.move(
        new Move(
            name,
            collection + "-" + name,
            "/namespaces/proof/tieredcollections/" + collection,
            collection,
            "group_id",
            ACME,
            FALLBACK,
            direction,
            settings(strategy)),
        step -> {
          if (step == MoveStep.FREEZE && frozen[0] == 0) {
            frozen[0] = processes.nanoTime();
          }
          return MoveSignals.none("proof");
        },
        person::decide,
        PATIENCE);
    if (frozen[0] != 0) {
      workload.staleBetween(ACME, frozen[0], processes.nanoTime(), MoveProcess.readStale(end));
    }
    ended.add(direction.label() + " " + end.phase());
    return end;
  }

  private void plannedFault() {
    try {
      strikeUntilOver();
    } catch (RuntimeException e) {
      faults.add("a fault could not be injected into a peer, or the peer did not come back: " + e);
    }
  }

  /** One peer at a time, so that two of three can always agree. */
  private void strikeUntilOver() {
    SplittableRandom chance = random.split();
    while (!over.get()) {
      rest(chance, LONGEST_REST);
      if (over.get()) {
        return;
      }
      plannedFaults.lock();
      try {
        plannedFault(chance.nextInt(qdrant.size()), chance);
      } finally {
        plannedFaults.unlock();
      }
    }
  }

  private void plannedFault(int peer, SplittableRandom chance) {
    if (chance.nextBoolean()) {
      kills++;
      qdrant.kill(peer);
      rest(chance, LONGEST_OUTAGE);
      qdrant.restart(peer);
    } else {
      pauses++;
      qdrant.pause(peer);
      rest(chance, LONGEST_OUTAGE);
      qdrant.resume(peer);
    }
  }

  private void rest(SplittableRandom chance, Duration longest) {
    processes.sleep(Duration.ofNanos(chance.nextLong(longest.toNanos())));
  }

  private static MoveSettings settings(DemotionStrategy strategy) {
    return new MoveSettings(
        VerifyLevel.CONTENT,
        5,
        0.99,
        Duration.ofSeconds(2),
        Duration.ZERO,
        500,
        1,
        Placement.WITH_FALLBACK,
        strategy,
        Duration.ofSeconds(1),
        PATIENCE,
        WhenBusy.GIVE_UP,
        strategy == DemotionStrategy.FENCE
            ? new Fence.Webhook(URI.create("http://gateway.invalid/pause"), Duration.ofSeconds(1))
            : null,
        false,
        Duration.ofMinutes(1));
  }
}
