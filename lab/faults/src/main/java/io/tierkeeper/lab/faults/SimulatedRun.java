package io.tierkeeper.lab.faults;

import io.tierkeeper.audit.InMemoryAudit;
import io.tierkeeper.governance.decision.Direction;
import io.tierkeeper.lab.faults.inject.FaultInjector;
import io.tierkeeper.lab.faults.inject.FaultKind;
import io.tierkeeper.lab.faults.inject.KeyOutage;
import io.tierkeeper.lab.faults.inject.MoveForgotten;
import io.tierkeeper.lab.faults.inject.Nemesis;
import io.tierkeeper.lab.faults.inject.PlannedFault;
import io.tierkeeper.lab.faults.report.Evidence;
import io.tierkeeper.lab.faults.report.Verdict;
import io.tierkeeper.lab.faults.report.WriteCoverage;
import io.tierkeeper.lab.qdrant.emulator.EmulatedQdrant;
import io.tierkeeper.lab.scene.Calls;
import io.tierkeeper.lab.scene.Layout;
import io.tierkeeper.lab.scene.SceneMoves;
import io.tierkeeper.lab.scene.SimulatedCluster;
import io.tierkeeper.lab.scene.VirtualQdrant;
import io.tierkeeper.lab.time.VirtualScheduler;
import io.tierkeeper.lab.workload.CheckReport;
import io.tierkeeper.lab.workload.SceneBuilder;
import io.tierkeeper.lab.workload.TenantPopulation;
import io.tierkeeper.lab.workload.Workload;
import io.tierkeeper.moves.DemotionStrategy;
import io.tierkeeper.moves.Fence;
import io.tierkeeper.moves.MovePhase;
import io.tierkeeper.moves.MoveSettings;
import io.tierkeeper.moves.MoveSignals;
import io.tierkeeper.moves.MoveStep;
import io.tierkeeper.moves.Progress;
import io.tierkeeper.moves.WhenBusy;
import io.tierkeeper.qdrant.ShardKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * One seed: a tenant is promoted and demoted, some of the moves are aborted, while clients write and read and a nemesis
 * injects faults; then the faults stop, the moves must end, and the run is checked.
 */
public final class SimulatedRun {

  /**
   * What became of a seed.
   *
   * @param virtual how long the run took in virtual time
   * @param injected the faults that the nemesis injected
   * @param moves how they ended
   * @param coverage the writes of the moved tenant's clients
   */
  public record Report(
      Evidence evidence,
      Duration virtual,
      List<String> injected,
      List<String> moves,
      WriteCoverage coverage) {}

  private static final String COLLECTION = "kb";
  private static final int TENANTS = 3;
  private static final int POINTS = 40;
  /** So few that several writers meet at the same ones. */
  private static final int FEW_POINTS = 18;

  private static final int SEVERAL = 3;
  /** So many that the largest tenant needs several pages. */
  private static final int MANY_POINTS = 640;
  /** Ids from here on are negative if they are compared as signed numbers. */
  private static final long FIRST_LARGE_ID = Long.MAX_VALUE - POINTS / 4;

  private static final int MAX_MOVES = 2;
  private static final Duration BUSY = Duration.ofMillis(150);
  private static final Duration FAST = Duration.ofMillis(40);
  private static final Duration LESS_FAST = Duration.ofMillis(60);
  private static final Duration SELDOM = Duration.ofMillis(700);
  private static final Duration SLOW = Duration.ofMillis(400);
  private static final Duration QUIET = Duration.ofSeconds(4);
  private static final Duration UNDER_WAY = Duration.ofMillis(500);
  private static final Duration LOSING = Duration.ofSeconds(1);
  private static final Duration ON_ITS_WAY = Duration.ofMillis(5);
  private static final Duration LATE = Duration.ofMillis(500);
  private static final Duration STILL = Duration.ofHours(1);
  private static final Duration READING = Duration.ofMillis(200);
  private static final Duration FAULTS_LAST = Duration.ofSeconds(30);
  private static final Duration SETTLING = Duration.ofSeconds(30);
  /** Longer than a move settles, and over before it deletes where it retains the source for so long. */
  private static final Duration WRITE_DELAY = Duration.ofSeconds(4);

  private static final int MAX_CRASHES = 2;
  /** The rule against key operations while a transfer is listed. */
  private static final int NO_TRANSFER = 9;

  private static final int WRITES_BETWEEN = 14;
  private static final Duration TIMEOUT = Duration.ofMinutes(20);
  /** A stream of its own, so that the rest of a seed does not depend on it. */
  private static final long RETENTIONS = 0x5DEECE66DL;

  private static final List<MoveStep> OF_A_PROMOTION =
      List.copyOf(EnumSet.range(MoveStep.PREFLIGHT, MoveStep.CLEAN_UP));
  private static final List<MoveStep> OF_A_DEMOTION =
      List.copyOf(EnumSet.range(MoveStep.REDUCE, MoveStep.REMOVE_COPIES));
  private final VirtualScheduler simulator;
  private final SplittableRandom random;
  private final EmulatedQdrant qdrant;
  private final SimulatedLease lease;
  private final FaultInjector injector;
  private final Nemesis nemesis;
  private final Workload workload;
  private final ShardKey key;
  private final ShardKey other;
  private final MovedTenant tenant;
  private final List<String> ended = new ArrayList<>();
  private final List<String> findings = new ArrayList<>();
  private final Set<String> states = new LinkedHashSet<>();
  private final FaultProfile profile;
  private final boolean lateWrites;
  private final boolean contended;
  private final boolean manyPoints;
  private final NavigableMap<Long, String> phases = new TreeMap<>();
  private final Layout layout;
  private final Surroundings surroundings;
  private final Bystanders bystanders;
  private final UnreliableGateway gateway;

  private SimulatedRun(VirtualScheduler simulator, long seed, FaultProfile profile) {
    this.simulator = simulator;
    this.random = simulator.random().split();
    this.profile = profile;
    this.lateWrites = profile == FaultProfile.LATE_WRITES;
    this.contended = profile == FaultProfile.CONTENTION;
    this.layout = Layout.drawn(seed);
    this.qdrant = VirtualQdrant.drawn(simulator, seed, random, layout.fallback());
    this.injector = new FaultInjector(simulator, new SplittableRandom(seed), kind -> {
      throw new IllegalStateException(kind + " is not injected by this nemesis");
    });
    this.gateway = new UnreliableGateway(random);
    this.lease = new SimulatedLease(simulator, simulator.random().split());
    this.nemesis = new Nemesis(simulator, qdrant, injector);
    // The collection is created and loaded without faults.
    this.manyPoints = !contended && hasManyPoints(seed);
    int points = contended ? FEW_POINTS : manyPoints ? MANY_POINTS : POINTS;
    TenantPopulation population = layout.population(TENANTS, points);
    this.key = population.tenants().getFirst().key();
    this.other = population.tenants().get(1).key();
    SceneBuilder scene = layout.build(
        SceneBuilder.on(new SimulatedCluster(qdrant, simulator, Calls.UNDISTURBED), COLLECTION)
            .scheduler(simulator)
            .tenants(population)
            .clients(Set.of(key, other), contended ? SEVERAL : 1)
            .seed(seed));
    this.workload = (seed % 2 == 0 ? scene.firstId(FIRST_LARGE_ID) : scene).create();
    this.tenant = new MovedTenant(
        "sim",
        workload,
        key,
        points,
        gate -> new MoveProcess(
            simulator,
            this::connect,
            new InMemoryAudit(),
            gateway.of(gate),
            gate::closed,
            simulator.clock(),
            injector,
            lease,
            FaultCaseRun.Journal.KEPT,
            layout.page()));
    this.bystanders = new Bystanders(
        workload, layout.others(), key, population.tenants().getLast().key());
    this.surroundings = new Surroundings(
        simulator,
        random.split(),
        new SplittableRandom(seed ^ RETENTIONS),
        profile,
        workload,
        tenant,
        new KeyOutage(qdrant, workload.scene(), key),
        !layout.replicated() && layout.dedicatedReplicas() > 1);
  }

  private SimulatedCluster connect(Calls calls) {
    boolean remote = contended || simulator.random().nextInt(3) == 0;
    return new SimulatedCluster(
        qdrant,
        simulator,
        calls,
        remote ? SimulatedCluster.MAX_REMOTE_LATENCY : SimulatedCluster.MAX_LATENCY);
  }

  /** Whether the tenants of this seed have more points than a page, unless it is one of contention. */
  static boolean hasManyPoints(long seed) {
    return seed % 16 == 0;
  }

  /** Runs the random seed of this number, which also draws its profile. */
  static Verdict<Long, Report> numbered(long seed) {
    return verdict(seed, FaultProfile.of(seed));
  }

  /** Runs a seed; a run that does not end is a finding. */
  static Verdict<Long, Report> verdict(long seed, FaultProfile profile) {
    return Verdict.of(
        seed, () -> play(seed, profile), report -> report.evidence().findings());
  }

  /**
   * Runs a seed.
   *
   * @throws IllegalStateException if the run does not end
   */
  static Report play(long seed, FaultProfile profile) {
    Report[] report = new Report[1];
    VirtualScheduler.run(
        seed, simulator -> report[0] = new SimulatedRun(simulator, seed, profile).run());
    return report[0];
  }

  private Report run() throws InterruptedException {
    bystanders.write();
    workload.start(1, BUSY, READING);
    if (profile == FaultProfile.OUTAGE && random.nextBoolean()) {
      injector.plan(crashes());
    }
    if (lateWrites) {
      qdrant.delayWrites(WRITE_DELAY);
      injector.plan(crashes());
    }
    if (profile == FaultProfile.NEMESIS) {
      gateway.fails(true);
      simulator.fork("nemesis", nemesis);
      simulator.fork("lease", lease);
      simulator.fork("end of the faults", () -> {
        simulator.sleep(FAULTS_LAST);
        nemesis.rest();
        gateway.fails(false);
        lease.rest();
      });
    }
    if (losing()) {
      loseWrites();
    }
    boolean dedicated = false;
    int moves = lateWrites
        ? 1
        : profile == FaultProfile.NEMESIS || profile == FaultProfile.NONE
            ? 1 + random.nextInt(MAX_MOVES)
            : MAX_MOVES;
    for (int number = 1; number <= moves; number++) {
      if (dedicated) {
        bystanders.stray(simulator, profile == FaultProfile.NEMESIS);
      }
      try {
        dedicated ^= move(number, dedicated ? Direction.DEMOTE : Direction.PROMOTE);
      } catch (MoveForgotten e) {
        phases.put(simulator.nanoTime(), WriteCoverage.AT_REST);
        surroundings.afterForgotten();
        surroundings.await();
        workload.clients(key).keepPayloads(false);
        ended.add("deleted by force");
        // Another one follows.
        moves++;
      }
    }
    findings.addAll(surroundings.findings());
    nemesis.rest();
    // Replicas that were left behind recover; the clients need not read so often meanwhile.
    tenant.pace(contended ? STILL : QUIET, QUIET);
    workload.clients(other).pace(QUIET, QUIET);
    simulator.sleep(SETTLING);
    CheckReport check = workload.finish();
    qdrant.violations().stream()
        .filter(violation -> !(behind() && violation.rule() == NO_TRANSFER))
        .forEach(violation -> findings.add(violation.toString()));
    findings.addAll(bystanders.findings(dedicated));
    findings.addAll(tenant.findings(check, behind(), dedicated));
    return new Report(
        new Evidence(check, tenant.deaths(), tenant.decisions(), states, findings),
        Duration.ofNanos(simulator.nanoTime()),
        nemesis.injected(),
        ended,
        coverage());
  }

  /** Whether a peer loses writes; while others are killed that would be the last copy. */
  private boolean losing() {
    return layout.losing() && profile != FaultProfile.NEMESIS;
  }

  /** The peer of the fallback's last replica loses what it takes now, as one does that crashes before that is on disk. */
  private void loseWrites() {
    long peer = qdrant.peers().get(layout.fallback().replicas() - 1).peerId();
    // What is removed on the other replicas only comes back.
    workload.clients(key).remove(false);
    workload.clients(key).insertOnly(random.nextBoolean());
    simulator.sleep(UNDER_WAY);
    qdrant.loseWrites(peer, true);
    simulator.sleep(LOSING);
    qdrant.loseWrites(peer, false);
    workload.clients(key).insertOnly(false);
    workload.clients(key).remove(true);
  }

  /** Whether a killed peer may serve from a replica that was left behind, and Qdrant copy it between a look and a call. */
  private boolean behind() {
    return profile == FaultProfile.NEMESIS
        && (layout.replicated() || layout.dedicatedReplicas() > 1);
  }

  private WriteCoverage coverage() {
    Map<WriteCoverage.Cell, Long> writes = new TreeMap<>();
    workload.eachWrite(key, (operation, at) -> {
      Map.Entry<Long, String> phase = phases.floorEntry(at);
      String during = phase == null ? WriteCoverage.AT_REST : phase.getValue();
      for (String word : layout.words()) {
        writes.merge(new WriteCoverage.Cell(operation, during, word), 1L, Long::sum);
      }
    });
    return new WriteCoverage(writes);
  }

  /** The move process crashes a few times, or not at all, so that it may come late to what it has switched. */
  private List<PlannedFault> crashes() {
    List<FaultKind> deadly =
        Stream.of(FaultKind.values()).filter(FaultKind::deadly).toList();
    return random
        .ints(random.nextInt(MAX_CRASHES + 1), 1, WRITES_BETWEEN)
        .mapToObj(in -> new PlannedFault(in, deadly.get(random.nextInt(deadly.size()))))
        .toList();
  }

  /** Whether the move has succeeded. */
  private boolean move(int number, Direction direction) throws InterruptedException {
    boolean fence = profile.drawsFence(random);
    boolean byHand = random.nextBoolean();
    List<MoveStep> steps = direction == Direction.PROMOTE ? OF_A_PROMOTION : OF_A_DEMOTION;
    MoveStep drawn =
        profile.aborts() && random.nextInt(4) == 0 ? steps.get(random.nextInt(steps.size())) : null;
    // An aborted freeze can lose a change of clients that write fast, see DESIGN.md.
    boolean proceeding = !fence && drawn == null && (contended || random.nextBoolean());
    surroundings.draw(
        direction,
        steps,
        fence,
        byHand,
        fence || (proceeding && direction == Direction.DEMOTE) ? BUSY : QUIET);
    MoveStep abortAt = drawn == null ? surroundings.abortAt() : drawn;
    boolean hurried = !fence && abortAt == null;
    boolean proceeds = proceeding && hurried;
    if (direction == Direction.DEMOTE) {
      tenant.pace(fence || proceeds ? BUSY : QUIET, READING);
      if (contended && random.nextBoolean()) {
        // Then all of it is about changes that meet.
        workload.clients(key).updateOnly();
      }
    }
    // A write on its way from replica to replica may reach the source of a promotion after the
    // switch.
    workload
        .clients(key)
        .lateAfter(layout.replicated() && direction == Direction.PROMOTE ? ON_ITS_WAY : LATE);
    // Fewer writes leave a change of the payload alone, more meet at one point.
    Duration meanwhile = List.of(LESS_FAST, BUSY, SLOW).get(random.nextInt(3));
    boolean seldom = random.nextBoolean();
    WriterGate gate = tenant.gate();
    int decisions = tenant.decisions();
    long[] switched = {0};
    long[] frozen = {0, 0};
    long[] previous = {simulator.nanoTime()};
    boolean[] abort = {false};
    Progress.Finished end = tenant.move(
        direction,
        settings(fence, byHand, proceeds),
        step -> {
          surroundings.at(step);
          abort[0] |= step == abortAt || surroundings.aborts();
          phases.put(simulator.nanoTime(), direction + " " + step.phase().apiName());
          states.add(direction + (fence ? " by fence " : " ") + step + (abort[0] ? " back" : "")
              + (gate.closed() ? " held" : "") + " " + nemesis.now());
          if (step == MoveStep.FREEZE && frozen[0] == 0) {
            // It began in the step before, which may have taken long.
            frozen[0] = previous[0];
          }
          // A merge cannot tell yet that the vector of such a point is older, see DESIGN.md.
          tenant.spare(step, fence);
          previous[0] = simulator.nanoTime();
          frozen[1] = previous[0];
          if (step == MoveStep.REPLICATE && switched[0] == 0) {
            switched[0] = simulator.nanoTime();
          }
          if (contended && step == MoveStep.DELETE_DEDICATED) {
            // A wrong merge must not be overwritten.
            tenant.pace(STILL, READING);
          } else if (contended && step == MoveStep.MERGE && seldom) {
            tenant.pace(SELDOM, READING);
          } else if (contended && step == MoveStep.QUIET) {
            tenant.pace(LESS_FAST, READING);
          } else if (hurried && MovedTenant.AROUND_THE_MERGE.contains(step)) {
            tenant.pace(contended ? meanwhile : FAST, READING);
          } else if (hurried && MovedTenant.AFTER_A_FREEZE.contains(step)) {
            tenant.pace(proceeds ? BUSY : QUIET, READING);
          }
          if (abort[0] && !fence && !surroundings.out()) {
            tenant.pace(frozen[0] == 0 && direction == Direction.DEMOTE ? BUSY : QUIET, READING);
          }
          return signals(fence && byHand, step, abort[0]);
        },
        TIMEOUT);
    phases.put(simulator.nanoTime(), WriteCoverage.AT_REST);
    surroundings.await();
    if (surroundings.staleFrom() != 0) {
      workload.staleBetween(key, surroundings.staleFrom(), simulator.nanoTime(), Long.MAX_VALUE);
    }
    if (gate.closed() && !byHand) {
      findings.add("move " + number + " has ended and its fence is up");
    }
    gate.set(false);
    workload.clients(key).keepPayloads(false);
    boolean late = lateWrites || layout.replicated() || tenant.decisions() > decisions;
    if (late && switched[0] != 0) {
      // A late write is in the fallback only, until it is copied or the tenant has decided what it
      // is.
      long batch = manyPoints ? Workload.LARGEST_BATCH : 0;
      workload.staleBetween(
          key, switched[0], simulator.nanoTime(), Math.max(batch, layout.mostLate()));
    }
    tenant.pace(contended && direction == Direction.DEMOTE ? STILL : BUSY, READING);
    if (frozen[0] != 0) {
      tenant.announceStaleReads(frozen[0], frozen[1], end);
    }
    ended.add(direction + (fence && direction == Direction.DEMOTE ? " by fence" : "") + " "
        + end.phase() + " " + end.reason()
        + (frozen[0] == 0 ? "" : ", difference " + end.report().difference()));
    return end.phase() == MovePhase.SUCCEEDED;
  }

  private MoveSignals signals(boolean fence, MoveStep step, boolean abort) {
    MoveSignals signals = MoveSignals.none("simulated");
    boolean withdrawn = surroundings.withdrawn();
    if (fence && step == MoveStep.FENCE && !withdrawn) {
      try {
        tenant.gate().set(true);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
    if (fence && tenant.gate().closed() && !withdrawn) {
      signals = signals.withFence();
    }
    Instant retainUntil = surroundings.retainUntil();
    if (retainUntil != null) {
      signals = signals.retainUntil(retainUntil);
    }
    return abort ? signals.abort() : signals;
  }

  private MoveSettings settings(boolean fence, boolean byHand, boolean proceeds) {
    return SceneMoves.quick(
            fence ? DemotionStrategy.FENCE : DemotionStrategy.FREEZE,
            // An outage is one of the only replica.
            profile == FaultProfile.OUTAGE ? 1 : layout.dedicatedReplicas(),
            proceeds ? Duration.ofSeconds(5) : Duration.ofMinutes(5))
        .with(settings -> settings
            .verification(settings.verification().withSearchProbes(2))
            .settle(Duration.ofSeconds(2))
            .retainSource(profile.retention())
            .deleteBatch(20)
            .demotion(settings
                .demotion()
                .with(demotion -> demotion
                    .whenBusy(proceeds ? WhenBusy.PROCEED : WhenBusy.GIVE_UP)
                    .fence(
                        !fence
                            ? null
                            : byHand
                                ? new Fence.Manual()
                                : new Fence.Webhook(UnreliableGateway.URL, BUSY)))));
  }
}
