package io.tierkeeper.lab.faults;

import io.tierkeeper.audit.InMemoryAudit;
import io.tierkeeper.governance.decision.Direction;
import io.tierkeeper.lab.faults.inject.FaultInjector;
import io.tierkeeper.lab.faults.inject.FaultKind;
import io.tierkeeper.lab.faults.inject.ManualIntervention;
import io.tierkeeper.lab.faults.inject.Nemesis;
import io.tierkeeper.lab.faults.inject.PlannedFault;
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
import io.tierkeeper.qdrant.ShardKey;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * One seed: a tenant is promoted, and demoted, some of the moves taken back on the way, while clients write and read and
 * a nemesis injects faults; then the faults stop, the moves must end, and the run is checked.
 */
public final class SimulatedRun {

  /**
   * What became of a seed.
   *
   * @param virtual how long it took in its own time
   * @param deaths crashes of the move process
   * @param deeds faults that the nemesis injected
   * @param moves what they ended as
   * @param check what the checker says
   * @param decisions of a person who was asked
   * @param states in which moves were seen: the step, whether it is being reverted, and the fault at that time
   * @param faults what is wrong; empty where all is well
   */
  public record Report(
      long seed,
      Duration virtual,
      int deaths,
      List<String> deeds,
      List<String> moves,
      CheckReport check,
      int decisions,
      Set<String> states,
      List<String> faults) {}

  private static final String COLLECTION = "kb";
  private static final ShardKey ACME = ShardKey.of("acme");
  private static final ShardKey FALLBACK = ShardKey.of("default");
  private static final int TENANTS = 3;
  private static final int POINTS = 40;
  /** So few that several writers meet at the same ones. */
  private static final int FEW_POINTS = 18;

  private static final int SEVERAL = 3;
  /** So many that the largest tenant needs several pages. */
  private static final int MANY_POINTS = 640;
  /** Ids from here on are negative if they are compared as signed numbers. */
  private static final long FIRST_LARGE_ID = Long.MAX_VALUE - POINTS / 4;

  private static final int MOST_MOVES = 2;
  private static final Duration BUSY = Duration.ofMillis(150);
  private static final Duration HASTY = Duration.ofMillis(40);
  private static final Duration LESS_HASTY = Duration.ofMillis(60);
  private static final Duration SELDOM = Duration.ofMillis(700);
  private static final Duration UNHURRIED = Duration.ofMillis(400);
  private static final Duration QUIET = Duration.ofSeconds(4);
  private static final Duration STILL = Duration.ofHours(1);
  private static final Duration READING = Duration.ofMillis(200);
  private static final Duration STRUCK_FOR = Duration.ofSeconds(30);
  private static final Duration SETTLING = Duration.ofSeconds(30);
  /** Longer than a move settles, and over before it deletes where it retains the source for so long. */
  private static final Duration ASTRAY = Duration.ofSeconds(4);

  private static final Duration RETAINED = Duration.ofSeconds(3);

  private static final int MOST_ASTRAY = 5;
  private static final int MOST_DEATHS = 2;
  private static final int WRITES_BETWEEN = 14;
  private static final Duration PATIENCE = Duration.ofMinutes(20);

  private static final URI GATEWAY = URI.create("http://gateway.invalid/fence");
  private static final List<MoveStep> OF_A_PROMOTION =
      List.copyOf(EnumSet.range(MoveStep.PREFLIGHT, MoveStep.CLEAN_UP));
  private static final List<MoveStep> OF_A_DEMOTION =
      List.copyOf(EnumSet.range(MoveStep.REDUCE, MoveStep.REMOVE_COPIES));
  private static final Set<MoveStep> AROUND_THE_MERGE =
      EnumSet.of(MoveStep.FREEZE, MoveStep.THAW_COPY, MoveStep.MERGE);
  private static final Set<MoveStep> AFTER_A_FREEZE =
      EnumSet.of(MoveStep.REVIVE, MoveStep.GIVE_BACK, MoveStep.COPY, MoveStep.QUIET);

  private final VirtualScheduler simulator;
  private final SplittableRandom random;
  private final EmulatedQdrant qdrant;
  private final InMemoryAudit audit = new InMemoryAudit();
  private final MoveProcess mover;
  private final SimulatedLease lease;
  private final FaultInjector injector;
  private final Nemesis nemesis;
  private final Workload workload;
  private final ManualIntervention person;
  private final List<String> ended = new ArrayList<>();
  private final List<String> faults = new ArrayList<>();
  private final Set<String> states = new LinkedHashSet<>();
  private final int points;
  private final FaultProfile trouble;
  private final boolean straying;
  private final boolean contended;
  private boolean held;
  private boolean gatewayFails;

  private SimulatedRun(VirtualScheduler simulator, long seed, FaultProfile trouble) {
    this.simulator = simulator;
    this.random = simulator.random().split();
    this.trouble = trouble;
    this.straying = trouble == FaultProfile.STRAGGLERS;
    this.contended = trouble == FaultProfile.CONTENTION;
    this.points = contended ? FEW_POINTS : hasManyPoints(seed) ? MANY_POINTS : POINTS;
    this.qdrant = EmulatedQdrant.withoutPorts(
        EmulatorOptions.defaults()
            .withSeed(seed)
            .withConsensusLag(Duration.ofMillis(1 + random.nextInt(60)))
            .withTransfers(TransferOptions.defaults()
                .withPreparation(Duration.ofMillis(20 + random.nextInt(400)))
                .withPointsPerSecond(100 + random.nextInt(20_000))),
        simulator,
        SimulatedCluster.DEADLINE);
    this.injector = new FaultInjector(simulator, new SplittableRandom(seed), kind -> {
      throw new IllegalStateException(kind + " is not of this nemesis");
    });
    this.lease = new SimulatedLease(simulator, simulator.random().split());
    this.mover = new MoveProcess(
        simulator,
        calls -> new SimulatedCluster(
            qdrant,
            simulator,
            calls,
            contended || simulator.random().nextInt(3) == 0
                ? SimulatedCluster.MAX_REMOTE_LATENCY
                : SimulatedCluster.MAX_LATENCY),
        audit,
        this::gateway,
        () -> held,
        simulator.clock(),
        injector,
        lease);
    this.nemesis = new Nemesis(simulator, qdrant, injector);
    SimulatedCluster connected = new SimulatedCluster(qdrant, simulator, Calls.UNDISTURBED);
    this.workload = new Workload(
        simulator, connected, COLLECTION, FALLBACK, new CheckedPoints("group_id", 4), seed);
    this.person =
        new ManualIntervention(connected, workload, COLLECTION, "group_id", ACME, FALLBACK, points);
  }

  /** Whether the tenants of this seed have more points than a page, unless it is one of contention. */
  static boolean hasManyPoints(long seed) {
    return seed % 16 == 0;
  }

  /** Plays a seed. */
  static Report play(long seed, FaultProfile trouble) {
    Report[] report = new Report[1];
    VirtualScheduler.run(
        seed, simulator -> report[0] = new SimulatedRun(simulator, seed, trouble).run(seed));
    return report[0];
  }

  private Report run(long seed) throws InterruptedException {
    // The collection is made and loaded in peace.
    TenantPopulation population = TenantPopulation.zipf(ACME.toString(), TENANTS, points, 1.0);
    ShardKey other = population.tenants().get(1).key();
    workload.create();
    if (seed % 2 == 0) {
      workload.idsFrom(FIRST_LARGE_ID);
    }
    workload.load(population, Set.of(ACME, other), contended ? SEVERAL : 1, done -> {});
    workload.start(1, BUSY, READING);
    if (straying) {
      qdrant.delayWrites(ASTRAY);
      injector.plan(deaths());
    }
    if (trouble == FaultProfile.NEMESIS) {
      gatewayFails = true;
      simulator.fork("nemesis", nemesis);
      simulator.fork("lease", lease);
      simulator.fork("end of misfortune", () -> {
        simulator.sleep(STRUCK_FOR);
        nemesis.rest();
        gatewayFails = false;
        lease.rest();
      });
    }
    boolean dedicated = false;
    int moves = straying ? 1 : contended ? 2 : 1 + random.nextInt(MOST_MOVES);
    for (int number = 1; number <= moves; number++) {
      dedicated ^= move(number, dedicated ? Direction.DEMOTE : Direction.PROMOTE);
    }
    nemesis.rest();
    // Replicas that were left behind recover; the clients need not look so often meanwhile.
    workload.pace(ACME, contended ? STILL : QUIET, QUIET);
    workload.pace(other, QUIET, QUIET);
    simulator.sleep(SETTLING);
    CheckReport check = workload.finish();
    judge(check);
    leftovers(dedicated);
    return new Report(
        seed,
        Duration.ofNanos(simulator.nanoTime()),
        mover.deaths(),
        nemesis.injected(),
        ended,
        check,
        person.decisions(),
        states,
        faults);
  }

  /** The move process crashes a few times, or not at all, so that it may come late to what it has switched. */
  private List<PlannedFault> deaths() {
    List<FaultKind> deadly =
        Stream.of(FaultKind.values()).filter(FaultKind::deadly).toList();
    return random
        .ints(random.nextInt(MOST_DEATHS + 1), 1, WRITES_BETWEEN)
        .mapToObj(in -> new PlannedFault(in, deadly.get(random.nextInt(deadly.size()))))
        .toList();
  }

  /** Whether the tenant lives elsewhere afterwards. */
  private boolean move(int number, Direction direction) {
    boolean fence = !contended && random.nextBoolean();
    boolean byHand = random.nextBoolean();
    List<MoveStep> steps = direction == Direction.PROMOTE ? OF_A_PROMOTION : OF_A_DEMOTION;
    MoveStep turnBack = !straying && !contended && random.nextInt(4) == 0
        ? steps.get(random.nextInt(steps.size()))
        : null;
    // Taken back, it can lose a change where clients hurry, which DESIGN.md tells.
    boolean hurried = !fence && turnBack == null;
    boolean proceeds = hurried && (contended || random.nextBoolean());
    Move move = new Move(
        "sim-acme-" + number,
        COLLECTION + "-" + number,
        "/namespaces/sim/tieredcollections/" + COLLECTION,
        COLLECTION,
        "group_id",
        ACME,
        FALLBACK,
        direction,
        settings(fence, byHand, proceeds));
    if (direction == Direction.DEMOTE) {
      workload.pace(ACME, fence || proceeds ? BUSY : QUIET, READING);
      if (contended && random.nextBoolean()) {
        // Then all of it is about changes that meet.
        workload.updateOnly(ACME);
      }
    }
    // Fewer writes leave a change of the payload alone, more meet at one point.
    Duration meanwhile = List.of(LESS_HASTY, BUSY, UNHURRIED).get(random.nextInt(3));
    boolean seldom = random.nextBoolean();
    long[] switched = {0};
    long[] frozen = {0, 0};
    long[] turn = {simulator.nanoTime()};
    boolean[] back = {false};
    Progress.Finished end = mover.move(
        move,
        step -> {
          back[0] |= step == turnBack;
          states.add(direction + (fence ? " by fence " : " ") + step + (back[0] ? " back" : "")
              + (held ? " held" : "") + " " + nemesis.now());
          if (step == MoveStep.FREEZE && frozen[0] == 0) {
            // It began in the turn before, which may have taken long.
            frozen[0] = turn[0];
          }
          turn[0] = simulator.nanoTime();
          frozen[1] = turn[0];
          if (step == MoveStep.REPLICATE && switched[0] == 0) {
            switched[0] = simulator.nanoTime();
          }
          if (contended && step == MoveStep.DELETE_DEDICATED) {
            // What a merge did wrong is not to be written over.
            workload.pace(ACME, STILL, READING);
          } else if (contended && step == MoveStep.MERGE && seldom) {
            workload.pace(ACME, SELDOM, READING);
          } else if (contended && step == MoveStep.QUIET) {
            workload.pace(ACME, LESS_HASTY, READING);
          } else if (hurried && AROUND_THE_MERGE.contains(step)) {
            workload.pace(ACME, contended ? meanwhile : HASTY, READING);
          } else if (hurried && AFTER_A_FREEZE.contains(step)) {
            workload.pace(ACME, proceeds ? BUSY : QUIET, READING);
          }
          if (back[0] && !fence) {
            workload.pace(ACME, QUIET, READING);
          }
          return signals(fence && byHand, step, back[0]);
        },
        person::decide,
        PATIENCE);
    if (held && !byHand) {
      faults.add("move " + number + " has ended and its fence is up");
    }
    if (held) {
      workload.release(ACME);
      held = false;
    }
    if (straying && switched[0] != 0) {
      // What went astray is in the fallback only until it is brought over.
      workload.staleBetween(ACME, switched[0], simulator.nanoTime(), MOST_ASTRAY);
    }
    workload.pace(ACME, contended && direction == Direction.DEMOTE ? STILL : BUSY, READING);
    if (frozen[0] != 0) {
      workload.staleBetween(ACME, frozen[0], frozen[1], MoveProcess.readStale(end));
    }
    ended.add(direction + (fence && direction == Direction.DEMOTE ? " by fence" : "") + " "
        + end.phase() + " " + end.reason()
        + (frozen[0] == 0 ? "" : ", difference " + end.report().difference()));
    return end.phase() == MovePhase.SUCCEEDED;
  }

  /** Pauses the tenant's writers and lets them go on; it is out of order now and then. */
  private int gateway(URI url, Duration timeout, String body)
      throws IOException, InterruptedException {
    boolean fails = gatewayFails && random.nextInt(3) == 0;
    if (fails && random.nextBoolean()) {
      throw new IOException(url + " does not answer");
    }
    boolean raise = body.contains("\"Fence\"");
    if (raise && !held) {
      workload.hold(ACME);
    } else if (!raise && held) {
      workload.release(ACME);
    }
    held = raise;
    if (fails) {
      throw new IOException(url + " does not answer");
    }
    return 200;
  }

  private MoveSignals signals(boolean fence, MoveStep step, boolean back) {
    MoveSignals signals = MoveSignals.none("simulated");
    if (fence && step == MoveStep.FENCE && !held) {
      try {
        workload.hold(ACME);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      held = true;
    }
    if (held && fence) {
      signals = signals.withFence();
    }
    return back ? signals.abort() : signals;
  }

  private void judge(CheckReport check) {
    if (check.anomalies().total() > 0) {
      faults.add(check.toString());
    }
    if (check.staleness().unannounced() > 0) {
      faults.add("stale reads outside of a freeze: " + check);
    }
    qdrant.violations().forEach(breach -> faults.add(breach.toString()));
  }

  private void leftovers(boolean dedicated) {
    try (SimulatedCluster cluster = new SimulatedCluster(qdrant, simulator, Calls.UNDISTURBED)) {
      faults.addAll(Leftovers.find(
          cluster.peers().getFirst(), COLLECTION, "group_id", ACME, FALLBACK, dedicated));
    }
    faults.addAll(mover.faults());
  }

  private MoveSettings settings(boolean fence, boolean byHand, boolean proceeds) {
    return new MoveSettings(
        VerifyLevel.CONTENT,
        2,
        0.99,
        Duration.ofSeconds(2),
        straying ? RETAINED : Duration.ZERO,
        20,
        1,
        Placement.WITH_FALLBACK,
        fence ? DemotionStrategy.FENCE : DemotionStrategy.FREEZE,
        Duration.ofSeconds(1),
        proceeds ? Duration.ofSeconds(5) : Duration.ofMinutes(5),
        proceeds ? WhenBusy.PROCEED : WhenBusy.GIVE_UP,
        !fence ? null : byHand ? new Fence.Manual() : new Fence.Webhook(GATEWAY, BUSY),
        false,
        Duration.ofMinutes(1));
  }
}
