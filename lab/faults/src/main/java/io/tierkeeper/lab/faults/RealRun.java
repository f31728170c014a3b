package io.tierkeeper.lab.faults;

import io.tierkeeper.audit.InMemoryAudit;
import io.tierkeeper.governance.decision.Direction;
import io.tierkeeper.lab.faults.inject.FaultInjector;
import io.tierkeeper.lab.faults.inject.FaultKind;
import io.tierkeeper.lab.faults.inject.PlannedFault;
import io.tierkeeper.lab.faults.report.Evidence;
import io.tierkeeper.lab.qdrant.local.LocalQdrant;
import io.tierkeeper.lab.scene.SceneMoves;
import io.tierkeeper.lab.time.Scheduler;
import io.tierkeeper.lab.workload.CheckReport;
import io.tierkeeper.lab.workload.SceneBuilder;
import io.tierkeeper.lab.workload.TenantPopulation;
import io.tierkeeper.lab.workload.Workload;
import io.tierkeeper.moves.DemotionStrategy;
import io.tierkeeper.moves.MovePhase;
import io.tierkeeper.moves.MoveSettings;
import io.tierkeeper.moves.MoveSignals;
import io.tierkeeper.moves.MoveStep;
import io.tierkeeper.moves.Progress;
import io.tierkeeper.moves.scan.TenantReads;
import io.tierkeeper.qdrant.QdrantCluster;
import io.tierkeeper.qdrant.QdrantEndpoints;
import io.tierkeeper.qdrant.grpc.GrpcQdrant;
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
 * is killed or paused, while the move process crashes at writes that the seed draws.
 */
final class RealRun {

  /**
   * What became of it.
   *
   * @param server which Qdrant
   * @param moves number of moves
   * @param kills of peers
   * @param pauses of peers
   * @param rounds one for each round
   */
  record Report(String server, int moves, int kills, int pauses, List<Evidence> rounds) {}

  private static final int TENANTS = 10;
  private static final int POINTS = 3_000;
  private static final int DIMENSIONS = 8;
  private static final Duration BUSY = Duration.ofMillis(20);
  private static final Duration QUIET = Duration.ofSeconds(4);
  private static final Duration READING = Duration.ofMillis(50);
  private static final Duration MAX_REST = Duration.ofSeconds(6);
  private static final Duration MAX_OUTAGE = Duration.ofSeconds(4);
  private static final Duration DEADLINE = Duration.ofSeconds(20);
  private static final Duration TIMEOUT = Duration.ofMinutes(10);
  private static final int MAX_WRITE = 25;

  private final Scheduler processes = Scheduler.realTime();
  private final LocalQdrant qdrant;
  private final SplittableRandom random;
  private final Workload workload;
  private final FaultInjector injector;
  private final MovedTenant tenant;
  private final List<String> findings = new CopyOnWriteArrayList<>();
  private final AtomicBoolean over = new AtomicBoolean();

  /** Held while a peer is down or paused, and by a move that must run without faults. */
  private final ReentrantLock faults = new ReentrantLock(true);

  private int moves;
  private int kills;
  private int pauses;

  private RealRun(LocalQdrant qdrant, QdrantCluster cluster, long seed) {
    this.qdrant = qdrant;
    this.random = new SplittableRandom(seed);
    this.injector = new FaultInjector(processes, random.split(), kind -> {
      throw new IllegalArgumentException(kind + " is not injected into a real server");
    });
    SimulatedLease lease = new SimulatedLease(processes, random.split());
    TenantPopulation population =
        TenantPopulation.zipf(MovedTenant.ACME.toString(), TENANTS, POINTS, 1.0);
    this.workload = SceneBuilder.on(cluster, "proof-" + seed)
        .scheduler(processes)
        .points(SceneBuilder.TENANT_FIELD, DIMENSIONS)
        .tenants(population)
        .clients(Set.of(MovedTenant.ACME, population.tenants().get(1).key()), 2)
        .seed(seed)
        .create();
    this.tenant = new MovedTenant(
        "proof",
        workload,
        MovedTenant.ACME,
        POINTS,
        gate -> new MoveProcess(
            processes,
            calls -> new InterceptedCluster(cluster, calls),
            new InMemoryAudit(),
            gate,
            gate::closed,
            processes.clock(),
            injector,
            lease,
            FaultCaseRun.Journal.KEPT,
            TenantReads.PAGE));
  }

  /**
   * Runs rounds of a promotion, a demotion by freeze, a promotion and a demotion by fence.
   *
   * @param done called after each round
   */
  static Report play(Path binary, int rounds, Runnable done) throws InterruptedException {
    List<Evidence> evidence = new ArrayList<>();
    int moves = 0;
    int kills = 0;
    int pauses = 0;
    try (LocalQdrant qdrant = LocalQdrant.start(binary);
        QdrantCluster cluster = GrpcQdrant.connect(
            QdrantEndpoints.plain(qdrant.endpoints(), qdrant.restPorts()).deadline(DEADLINE))) {
      for (int round = 1; round <= rounds; round++) {
        RealRun run = new RealRun(qdrant, cluster, round);
        evidence.add(run.run("round " + round + " on " + qdrant.description() + ": "));
        moves += run.moves;
        kills += run.kills;
        pauses += run.pauses;
        done.run();
      }
      return new Report(qdrant.description(), moves, kills, pauses, evidence);
    }
  }

  private Evidence run(String name) throws InterruptedException {
    workload.start(1, BUSY, READING);
    Scheduler.Handle nemesis = processes.fork("nemesis", this::injectFaults);
    try {
      move(Direction.PROMOTE, DemotionStrategy.FREEZE);
      move(Direction.DEMOTE, DemotionStrategy.FREEZE);
      move(Direction.PROMOTE, DemotionStrategy.FREEZE);
      move(Direction.DEMOTE, DemotionStrategy.FENCE);
    } finally {
      over.set(true);
      nemesis.join();
    }
    CheckReport check = workload.finish();
    CheckReport.Anomalies anomalies = check.anomalies();
    findings.addAll(tenant.findings(check, anomalies.total() - anomalies.partial(), false));
    workload.scene().drop();
    return new Evidence(
        check,
        tenant.deaths(),
        tenant.decisions(),
        Set.of(),
        findings.stream().map(finding -> name + finding).toList());
  }

  /**
   * A move with injected faults may be aborted; it is then repeated, and must succeed where no peer has a fault.
   */
  private void move(Direction direction, DemotionStrategy strategy) {
    Progress.Finished end = attempt(direction, strategy);
    if (end.phase() == MovePhase.ABORTED) {
      faults.lock();
      try {
        end = attempt(direction, strategy);
      } finally {
        faults.unlock();
      }
    }
    if (end.phase() != MovePhase.SUCCEEDED) {
      findings.add(direction.label() + " ended as " + end.phase() + ": " + end.message());
    }
  }

  private Progress.Finished attempt(Direction direction, DemotionStrategy strategy) {
    injector.plan(List.of(new PlannedFault(
        1 + random.nextInt(MAX_WRITE),
        random.nextBoolean() ? FaultKind.DEATH_BEFORE_SENDING : FaultKind.DEATH_AFTER_THE_ANSWER)));
    boolean freezes = direction == Direction.DEMOTE && strategy == DemotionStrategy.FREEZE;
    tenant.pace(freezes ? QUIET : BUSY, READING);
    long[] frozen = {0};
    MoveSettings settings = SceneMoves.quick(strategy, 1, TIMEOUT)
        .with(quick -> quick
            .settle(Duration.ofSeconds(2))
            .deleteBatch(500)
            .demotion(quick
                .demotion()
                .withFence(strategy == DemotionStrategy.FENCE ? WriterGate.WEBHOOK : null)));
    Progress.Finished end = tenant.move(
        direction,
        settings,
        step -> {
          if (step == MoveStep.FREEZE && frozen[0] == 0) {
            frozen[0] = processes.nanoTime();
          }
          return MoveSignals.none("proof");
        },
        TIMEOUT);
    if (frozen[0] != 0) {
      tenant.announceStaleReads(frozen[0], processes.nanoTime(), end);
    }
    moves++;
    return end;
  }

  private void injectFaults() {
    try {
      injectUntilOver();
    } catch (RuntimeException e) {
      findings.add(
          "a fault could not be injected into a peer, or the peer did not come back: " + e);
    }
  }

  /** One peer at a time, so that two of three can always agree. */
  private void injectUntilOver() {
    SplittableRandom chance = random.split();
    while (!over.get()) {
      rest(chance, MAX_REST);
      if (over.get()) {
        return;
      }
      faults.lock();
      try {
        injectFault(chance.nextInt(qdrant.size()), chance);
      } finally {
        faults.unlock();
      }
    }
  }

  private void injectFault(int peer, SplittableRandom chance) {
    if (chance.nextBoolean()) {
      kills++;
      qdrant.kill(peer);
      rest(chance, MAX_OUTAGE);
      qdrant.restart(peer);
    } else {
      pauses++;
      qdrant.pause(peer);
      rest(chance, MAX_OUTAGE);
      qdrant.resume(peer);
    }
  }

  private void rest(SplittableRandom chance, Duration longest) {
    processes.sleep(Duration.ofNanos(chance.nextLong(longest.toNanos())));
  }
}
