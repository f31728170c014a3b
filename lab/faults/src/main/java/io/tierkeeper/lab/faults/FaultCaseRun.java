package io.tierkeeper.lab.faults;

import io.tierkeeper.audit.InMemoryAudit;
import io.tierkeeper.lab.faults.inject.FaultInjector;
import io.tierkeeper.lab.faults.inject.FaultKind;
import io.tierkeeper.lab.faults.inject.PlannedFault;
import io.tierkeeper.lab.faults.report.Evidence;
import io.tierkeeper.lab.qdrant.emulator.EmulatedPeer;
import io.tierkeeper.lab.qdrant.emulator.EmulatedQdrant;
import io.tierkeeper.lab.qdrant.emulator.EmulatorOptions;
import io.tierkeeper.lab.qdrant.emulator.cluster.TransferOptions;
import io.tierkeeper.lab.scene.Calls;
import io.tierkeeper.lab.scene.Layout;
import io.tierkeeper.lab.scene.SceneMoves;
import io.tierkeeper.lab.scene.SimulatedCluster;
import io.tierkeeper.lab.time.VirtualScheduler;
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
import io.tierkeeper.qdrant.ShardKey;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashSet;
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
   */
  record Outcome(Evidence evidence, List<String> writes, List<String> injected, MovePhase end) {}

  /** Whether the journal survives a crash of the move process. */
  enum Journal {
    KEPT,
    LOST_AT_DEATH
  }

  private static final String COLLECTION = "kb";
  private static final int POINTS = 90;
  private static final long LARGE_PRIME = 1_000_003;
  private static final Duration BUSY = Duration.ofMillis(150);
  private static final Duration FAST = Duration.ofMillis(40);
  private static final Duration QUIET = Duration.ofSeconds(4);
  private static final Duration READING = Duration.ofMillis(400);
  private static final Set<MoveStep> AROUND_A_FREEZE =
      EnumSet.of(MoveStep.FREEZE, MoveStep.THAW_COPY, MoveStep.MERGE);

  private static final Duration OUTAGE = Duration.ofSeconds(12);
  private static final Duration CLOCK_JUMP = Duration.ofHours(1);
  private static final Duration TIMEOUT = Duration.ofMinutes(30);

  private final VirtualScheduler simulator;
  private final MoveScenario scenario;
  private final EmulatedQdrant qdrant;
  private final InMemoryAudit audit = new InMemoryAudit();
  private final FaultInjector injector;
  private final Workload workload;
  private final MovedTenant tenant;
  private final SplittableRandom random;
  private final Set<EmulatedPeer> out = new HashSet<>();
  private Duration clockOffset = Duration.ZERO;

  private FaultCaseRun(
      VirtualScheduler simulator,
      long seed,
      MoveScenario scenario,
      Journal journal,
      Layout layout) {
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
    this.injector = new FaultInjector(simulator, simulator.random().split(), this::inject);
    SimulatedLease lease = new SimulatedLease(simulator, random.split());
    TenantPopulation population = layout.population(2, POINTS);
    ShardKey key = population.tenants().getFirst().key();
    SceneBuilder scene = layout.build(
        SceneBuilder.on(new SimulatedCluster(qdrant, simulator, Calls.UNDISTURBED), COLLECTION)
            .scheduler(simulator)
            .tenants(population)
            .clients(Set.of(key), 1)
            .seed(seed));
    boolean startsDedicated = !scenario.dedicatedAfter(MovePhase.SUCCEEDED);
    this.workload = (startsDedicated ? scene.dedicated(key) : scene).create();
    this.tenant = new MovedTenant(
        "sim",
        workload,
        key,
        POINTS,
        gate -> new MoveProcess(
            simulator,
            calls -> new SimulatedCluster(qdrant, simulator, calls),
            audit,
            gate,
            gate::closed,
            () -> simulator.clock().instant().plus(clockOffset),
            injector,
            lease,
            journal,
            TenantReads.PAGE));
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
        simulator -> outcome[0] = new FaultCaseRun(
                simulator, seed, scenario, journal, layout(seed, scenario, plannedFaults))
            .run(plannedFaults));
    return outcome[0];
  }

  /** Drawn for each case, but for what changes the number of writes: replicas and pages are those of the scenario without faults. */
  private static Layout layout(long seed, MoveScenario scenario, List<PlannedFault> plannedFaults) {
    long drawn = seed * MoveScenario.values().length + scenario.ordinal();
    for (PlannedFault fault : plannedFaults) {
      drawn = drawn * LARGE_PRIME
          + fault.in() * FaultKind.values().length
          + fault.kind().ordinal();
    }
    return Layout.drawn(drawn).unreplicated();
  }

  private Outcome run(List<PlannedFault> plannedFaults) throws InterruptedException {
    workload.start(1, scenario.frozen() ? QUIET : BUSY, READING);
    injector.plan(plannedFaults);
    Progress.Finished end = move(plannedFaults.stream()
        .anyMatch(fault ->
            fault.kind() == FaultKind.PEER_KILLED || fault.kind() == FaultKind.PEER_PAUSED));
    injector.plan(List.of());
    audit.fail(false);
    simulator.sleep(Duration.ofMinutes(1));
    CheckReport check = workload.finish();
    List<String> findings =
        tenant.findings(check, check.anomalies().total(), scenario.dedicatedAfter(end.phase()));
    qdrant.violations().forEach(violation -> findings.add(violation.toString()));
    return new Outcome(
        new Evidence(check, tenant.deaths(), tenant.decisions(), Set.of(), findings),
        injector.writes(),
        injector.injected(),
        end.phase());
  }

  /** @param divided whether peers may disagree about a freeze for seconds, see docs/moves.md */
  private Progress.Finished move(boolean divided) {
    boolean[] abort = {false};
    long[] frozen = {0, 0};
    long[] previous = {simulator.nanoTime(), simulator.nanoTime()};
    Progress.Finished end = tenant.move(
        scenario.direction(),
        settings(),
        step -> {
          abort[0] |= scenario.abortsAt(step);
          if (step == MoveStep.FREEZE && frozen[0] == 0) {
            // With the last copy scan, which may have taken its time: what it has not seen is new.
            frozen[0] = previous[0];
          }
          frozen[1] = simulator.nanoTime();
          previous[0] = previous[1];
          previous[1] = frozen[1];
          tenant.spare(step, scenario.demotion() == DemotionStrategy.FENCE);
          workload.clients(tenant.key()).changeOnce(divided && step == MoveStep.FREEZE);
          if (scenario.frozen()) {
            // What a freeze, a merge and a write-back are for happens only where clients write
            // meanwhile.
            tenant.pace(AROUND_A_FREEZE.contains(step) ? FAST : QUIET, READING);
          }
          MoveSignals signals = MoveSignals.none("simulated");
          if (!abort[0]) {
            return signals;
          }
          if (!scenario.fenced() && !scenario.frozen()) {
            // Where the switch was quicker than the abort, the tenant returns by a freeze, which
            // waits for quiet.
            tenant.pace(QUIET, READING);
          }
          return scenario == MoveScenario.PROMOTION_UNDONE ? signals.undo() : signals.abort();
        },
        TIMEOUT);
    tenant.spare(MoveStep.DONE, false);
    if (frozen[0] != 0) {
      tenant.announceStaleReads(frozen[0], frozen[1], end);
    }
    return end;
  }

  private void inject(FaultKind kind) {
    switch (kind) {
      case PEER_KILLED -> {
        EmulatedPeer peer = takeOut();
        peer.kill();
        later(() -> {
          peer.restart();
          out.remove(peer);
        });
      }
      case PEER_PAUSED -> {
        EmulatedPeer peer = takeOut();
        peer.pause();
        later(() -> {
          peer.resume();
          out.remove(peer);
        });
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
          STANDSTILL ->
        throw new IllegalArgumentException(kind + " is not a fault of the environment");
    }
  }

  private void later(Runnable repair) {
    simulator.fork("repair", () -> {
      simulator.sleep(OUTAGE);
      repair.run();
    });
  }

  /** A second fault may come while the peer of the first one is still out. */
  private EmulatedPeer takeOut() {
    List<EmulatedPeer> running =
        qdrant.peers().stream().filter(peer -> !out.contains(peer)).toList();
    EmulatedPeer peer = running.get(random.nextInt(running.size()));
    out.add(peer);
    return peer;
  }

  private MoveSettings settings() {
    boolean fence = scenario.demotion() == DemotionStrategy.FENCE;
    return SceneMoves.quick(scenario.demotion(), 1, Duration.ofMinutes(10))
        .with(settings -> settings
            .verification(settings.verification().withSearchProbes(1))
            .settle(Duration.ofSeconds(2))
            .retainSource(
                scenario == MoveScenario.PROMOTION_UNDONE ? Duration.ofHours(2) : Duration.ZERO)
            .deleteBatch(40)
            .demotion(settings.demotion().withFence(fence ? WriterGate.WEBHOOK : null)));
  }
}
