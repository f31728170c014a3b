package io.tierkeeper.lab.faults;

import io.tierkeeper.audit.InMemoryAudit;
import io.tierkeeper.lab.faults.inject.FaultInjector;
import io.tierkeeper.lab.faults.inject.FaultKind;
import io.tierkeeper.lab.faults.inject.ManualIntervention;
import io.tierkeeper.lab.faults.inject.PlannedFault;
import io.tierkeeper.lab.qdrant.emulator.EmulatedPeer;
import io.tierkeeper.lab.qdrant.emulator.EmulatedQdrant;
import io.tierkeeper.lab.qdrant.emulator.EmulatorOptions;
import io.tierkeeper.lab.qdrant.emulator.cluster.TransferOptions;
import io.tierkeeper.lab.scene.Calls;
import io.tierkeeper.lab.scene.SimulatedCluster;
import io.tierkeeper.lab.time.VirtualScheduler;
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
import io.tierkeeper.qdrant.KeyTemplate;
import io.tierkeeper.qdrant.QdrantWrites;
import io.tierkeeper.qdrant.ReplicaState;
import io.tierkeeper.qdrant.ShardKey;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/** One move of one tenant under load with faults injected at chosen writes, run to its end and checked. */
public final class FaultCaseRun {

  /**
   * What became of it.
   *
   * @param writes all outbound writes, in order
   * @param injected the injected faults
   * @param end how the move ended
   * @param decisions of a person who was asked
   * @param deaths crashes of the move process
   * @param faults what is wrong; empty where all is well
   */
  record Outcome(
      List<String> writes,
      List<String> injected,
      MovePhase end,
      int decisions,
      int deaths,
      CheckReport check,
      List<String> faults) {}

  /** Every mover of this run is as old as its memory is good: whether its journal dies with it. */
  enum Journal {
    KEPT,
    LOST_AT_DEATH
  }

  private static final String COLLECTION = "kb";
  private static final ShardKey ACME = ShardKey.of("acme");
  private static final ShardKey FALLBACK = ShardKey.of("default");
  private static final int POINTS = 90;
  private static final Duration BUSY = Duration.ofMillis(150);
  private static final Duration HASTY = Duration.ofMillis(40);
  private static final Duration QUIET = Duration.ofSeconds(4);
  private static final Duration READING = Duration.ofMillis(400);
  private static final Set<MoveStep> AROUND_A_FREEZE =
      EnumSet.of(MoveStep.FREEZE, MoveStep.THAW_COPY, MoveStep.MERGE);

  private static final Duration OUTAGE = Duration.ofSeconds(12);
  private static final Duration CLOCK_JUMP = Duration.ofHours(1);
  private static final Duration PATIENCE = Duration.ofMinutes(30);

  private final VirtualScheduler simulator;
  private final MoveScenario scenario;
  private final EmulatedQdrant qdrant;
  private final InMemoryAudit audit = new InMemoryAudit();
  private final FaultInjector injector;
  private final MoveProcess mover;
  private final Workload workload;
  private final WriterGate gate;
  private final ManualIntervention person;
  private final SplittableRandom random;
  private final List<String> faults = new ArrayList<>();
  private Duration clockOffset = Duration.ZERO;

  private FaultCaseRun(VirtualScheduler simulator, long seed, MoveScenario scenario) {
    this.simulator = simulator;
    this.scenario = scenario;
    this.random = simulator.random().split();
    this.qdrant = EmulatedQdrant.withoutPorts(
        EmulatorOptions.defaults()
            .withSeed(seed)
            .withConsensusLag(Duration.ofMillis(1 + random.nextInt(40)))
            .withTransfers(TransferOptions.defaults()
                .withPreparation(Duration.ofMillis(50 + random.nextInt(200)))
                .withPointsPerSecond(100 + random.nextInt(400))),
        simulator,
        SimulatedCluster.DEADLINE);
    SimulatedCluster connected = new SimulatedCluster(qdrant, simulator, Calls.UNDISTURBED);
    this.workload = new Workload(
        simulator, connected, COLLECTION, FALLBACK, new CheckedPoints("group_id", 4), seed);
    this.gate = new WriterGate(workload, ACME);
    this.injector = new FaultInjector(simulator, simulator.random().split(), this::inject);
    this.mover = new MoveProcess(
        simulator,
        calls -> new SimulatedCluster(qdrant, simulator, calls),
        audit,
        gate,
        gate::closed,
        () -> simulator.clock().instant().plus(clockOffset),
        injector,
        new SimulatedLease(simulator, random.split()));
    this.person =
        new ManualIntervention(connected, workload, COLLECTION, "group_id", ACME, FALLBACK, POINTS);
  }

  /**
   * Runs a scenario.
   *
   * @param seed same seed, scenario, faults and journal: same run
   * @param plannedFaults the first counts from the first write of the move process
   */
  static Outcome play(
      MoveScenario scenario, long seed, List<PlannedFault> plannedFaults, Journal journal) {
    Outcome[] outcome = new Outcome[1];
    VirtualScheduler.run(
        seed,
        simulator ->
            outcome[0] = new FaultCaseRun(simulator, seed, scenario).play(plannedFaults, journal));
    return outcome[0];
  }

  private Outcome play(List<PlannedFault> plannedFaults, Journal journal)
      throws InterruptedException {
    workload.create();
    if (!scenario.dedicatedAfter(MovePhase.SUCCEEDED)) {
      QdrantWrites port = looking().peers().getFirst();
      port.createShardKey(
          COLLECTION, new KeyTemplate(ACME, port.status().peerId(), ReplicaState.ACTIVE));
    }
    workload.load(
        TenantPopulation.zipf(ACME.toString(), 2, POINTS, 1.0), Set.of(ACME), 1, done -> {});
    workload.start(1, scenario.frozen() ? QUIET : BUSY, READING);
    if (journal == Journal.LOST_AT_DEATH) {
      mover.forgetAtDeath();
    }
    injector.plan(plannedFaults);
    Progress.Finished end = move();
    injector.plan(List.of());
    audit.fail(false);
    simulator.sleep(Duration.ofMinutes(1));
    CheckReport check = workload.finish();
    judge(end, check);
    return new Outcome(
        injector.writes(),
        injector.injected(),
        end.phase(),
        person.decisions(),
        mover.deaths(),
        check,
        faults);
  }

  private Progress.Finished move() {
    Move move = move(scenario);
    boolean[] back = {false};
    long[] frozen = {0, 0};
    Progress.Finished end = mover.move(
        move,
        step -> {
          back[0] |= scenario.turnsBackAt(step);
          if (step == MoveStep.FREEZE && frozen[0] == 0) {
            frozen[0] = simulator.nanoTime();
          }
          frozen[1] = simulator.nanoTime();
          if (scenario.frozen()) {
            // What a freeze, a merge and a way back are for happens only where clients write
            // meanwhile.
            workload.pace(ACME, AROUND_A_FREEZE.contains(step) ? HASTY : QUIET, READING);
          }
          MoveSignals signals = MoveSignals.none("simulated");
          if (!back[0]) {
            return signals;
          }
          if (!scenario.fenced() && !scenario.frozen()) {
            // Where the switch was quicker than the abort, the way back is a freeze, which waits
            // for rest.
            workload.pace(ACME, QUIET, READING);
          }
          return scenario == MoveScenario.PROMOTION_UNDONE ? signals.undo() : signals.abort();
        },
        person::decide,
        PATIENCE);
    if (frozen[0] != 0) {
      workload.staleBetween(ACME, frozen[0], frozen[1], MoveProcess.readStale(end));
    }
    return end;
  }

  private void inject(FaultKind kind) {
    switch (kind) {
      case PEER_KILLED -> {
        EmulatedPeer peer = peer();
        peer.kill();
        later(peer::restart);
      }
      case PEER_PAUSED -> {
        EmulatedPeer peer = peer();
        peer.pause();
        later(peer::resume);
      }
      case DISK_FULL -> {
        audit.fail(true);
        later(() -> audit.fail(false));
      }
      case CLOCK_AHEAD -> clockOffset = clockOffset.plus(CLOCK_JUMP);
      case CLOCK_BACK -> clockOffset = clockOffset.minus(CLOCK_JUMP);
      case DEATH_BEFORE_SENDING,
          DEATH_AFTER_SENDING,
          DEATH_AFTER_THE_ANSWER,
          ANSWER_LOST,
          LATE,
          CALL_LOST,
          REFUSED,
          DOUBLED,
          SLOW,
          STANDSTILL -> throw new IllegalArgumentException(kind + " is a fault of one write");
    }
  }

  private void later(Runnable mend) {
    simulator.fork("mends", () -> {
      simulator.sleep(OUTAGE);
      mend.run();
    });
  }

  private EmulatedPeer peer() {
    return qdrant.peers().get(random.nextInt(qdrant.peers().size()));
  }

  private void judge(Progress.Finished end, CheckReport check) {
    if (check.anomalies().total() > 0) {
      faults.add(check.toString());
    }
    if (check.staleness().unannounced() > 0) {
      faults.add("stale reads outside of a freeze: " + check);
    }
    if (gate.closed()) {
      faults.add("the tenant's writers are still paused");
    }
    qdrant.violations().forEach(breach -> faults.add(breach.toString()));
    faults.addAll(mover.faults());
    try (SimulatedCluster cluster = looking()) {
      faults.addAll(Leftovers.find(
          cluster.peers().getFirst(),
          COLLECTION,
          "group_id",
          ACME,
          FALLBACK,
          scenario.dedicatedAfter(end.phase())));
    }
  }

  private SimulatedCluster looking() {
    return new SimulatedCluster(qdrant, simulator, Calls.UNDISTURBED);
  }

  private static Move move(MoveScenario scenario) {
    return new Move(
        "sim-acme",
        COLLECTION + "-acme",
        "/namespaces/sim/tieredcollections/" + COLLECTION,
        COLLECTION,
        "group_id",
        ACME,
        FALLBACK,
        scenario.direction(),
        new MoveSettings(
            VerifyLevel.CONTENT,
            1,
            0.99,
            Duration.ofSeconds(2),
            scenario == MoveScenario.PROMOTION_UNDONE ? Duration.ofHours(2) : Duration.ZERO,
            40,
            1,
            Placement.WITH_FALLBACK,
            scenario.demotion(),
            Duration.ofSeconds(1),
            Duration.ofMinutes(10),
            WhenBusy.GIVE_UP,
            scenario.demotion() == DemotionStrategy.FENCE
                ? new Fence.Webhook(
                    URI.create("http://gateway.invalid/pause"), Duration.ofSeconds(1))
                : null,
            false,
            Duration.ofMinutes(1)));
  }
}
