package io.tierkeeper.lab.faults.operator;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.javaoperatorsdk.operator.processing.event.source.filter.OnUpdateFilter;
import io.tierkeeper.api.v1alpha1.Annotations;
import io.tierkeeper.api.v1alpha1.Reasons;
import io.tierkeeper.api.v1alpha1.TenantTier;
import io.tierkeeper.api.v1alpha1.TenantTierStatus;
import io.tierkeeper.api.v1alpha1.TierMove;
import io.tierkeeper.lab.faults.report.Evidence;
import io.tierkeeper.lab.faults.report.Verdict;
import io.tierkeeper.lab.qdrant.emulator.EmulatedQdrant;
import io.tierkeeper.lab.scene.Calls;
import io.tierkeeper.lab.scene.Layout;
import io.tierkeeper.lab.scene.SimulatedCluster;
import io.tierkeeper.lab.scene.VirtualQdrant;
import io.tierkeeper.lab.time.Scheduler;
import io.tierkeeper.lab.time.VirtualScheduler;
import io.tierkeeper.lab.workload.CheckReport;
import io.tierkeeper.lab.workload.SceneBuilder;
import io.tierkeeper.lab.workload.TenantPopulation;
import io.tierkeeper.lab.workload.Workload;
import io.tierkeeper.moves.MoveStep;
import io.tierkeeper.moves.observe.LayoutObserver;
import io.tierkeeper.operator.session.LeaderSession;
import io.tierkeeper.qdrant.ReservedNames;
import io.tierkeeper.qdrant.ShardKey;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One seed of the whole operator: two replicas with a lease, a Kubernetes API, a disk, clocks, Qdrant and clients. A
 * user pins tenants to a tier and changes the pins while a nemesis injects faults; then the faults stop, the operator must
 * reach the wanted state, must then make no further write, and the run is checked.
 */
public final class OperatorRun {

  /**
   * What became of a seed.
   *
   * @param virtual how long the run took in virtual time
   * @param sessions how often a replica began to lead
   * @param oldLists how many of the lists that they began with were seconds old
   * @param log faults that the nemesis injected, and actions of the user
   * @param moves how they ended
   * @param writes of each replica until all was settled, in order
   * @param injected faults injected at the writes that a fault case names
   * @param residual whether a fault met a freeze after which a deletion may be reverted
   */
  public record Report(
      Evidence evidence,
      Duration virtual,
      int sessions,
      int oldLists,
      List<String> log,
      List<String> moves,
      List<List<String>> writes,
      List<String> injected,
      boolean residual) {}

  static final String NAMESPACE = "default";
  static final String COLLECTION = "kb";
  private static final int TENANTS = 3;
  static final int POINTS = 36;
  private static final Duration FAULTS_LAST = Duration.ofSeconds(45);
  private static final Duration TIMEOUT = Duration.ofMinutes(15);
  private static final Duration POLL = Duration.ofSeconds(1);
  private static final Duration EVENT_TIMEOUT = Duration.ofSeconds(15);
  private static final Duration TIMERS_STOPPED = Duration.ofSeconds(40);
  private static final int QUIET_CYCLES = 10;
  private static final int MAX_CYCLES = 60;
  private static final int MAX_TRIES = 5;

  private final VirtualScheduler simulator;
  private final SplittableRandom random;
  private final EmulatedQdrant qdrant;
  private final SimulatedKubernetes kubernetes;
  private final KubernetesClient owner;
  private final List<ShardKey> busy;
  private final Workload workload;
  private final List<ReplicaProcess> replicas = new ArrayList<>();
  private final OperatorNemesis nemesis;
  private final Path trails;
  private final TrailForger forger = TrailForger.create();
  private final List<String> findings = new ArrayList<>();
  private final ObservedMoves moves;
  private final Administrator administrator;
  private boolean residual;

  /** The time in which a move had its source frozen. */
  private static final class Frozen {
    private final ShardKey tenant;
    private final long from;
    private long to;
    private boolean over;

    Frozen(ShardKey tenant, long from) {
      this.tenant = tenant;
      this.from = from;
    }
  }

  private OperatorRun(
      VirtualScheduler simulator,
      long seed,
      Path trails,
      OnUpdateFilter<HasMetadata> updateFilter) {
    this.simulator = simulator;
    this.random = simulator.random().split();
    this.trails = trails;
    boolean fenced = random.nextBoolean();
    this.qdrant = VirtualQdrant.drawn(simulator, seed, random);
    this.kubernetes = new SimulatedKubernetes(simulator);
    this.owner = kubernetes.undisturbed();
    JournalSightings sightings = new JournalSightings();
    for (String name : List.of("operator-a", "operator-b")) {
      replicas.add(new ReplicaProcess(
          name,
          simulator,
          kubernetes,
          qdrant,
          trails,
          forger.signing(),
          sightings,
          updateFilter,
          findings));
    }
    this.nemesis = new OperatorNemesis(simulator, qdrant, kubernetes, replicas);
    this.moves = new ObservedMoves(kubernetes);
    Layout layout = Layout.drawn(seed).unreplicated();
    TenantPopulation population = layout.population(TENANTS, POINTS);
    this.busy = population.tenants().subList(0, 2).stream()
        .map(TenantPopulation.Tenant::key)
        .toList();
    this.workload = layout
        .build(
            SceneBuilder.on(new SimulatedCluster(qdrant, simulator, Calls.UNDISTURBED), COLLECTION)
                .scheduler(simulator)
                .tenants(population)
                .clients(Set.copyOf(busy), 1)
                .seed(seed))
        .create();
    // A merge cannot tell that the vector of a point is older whose payload was replaced in a
    // freeze, see DESIGN.md.
    busy.forEach(tenant -> workload.clients(tenant).keepPayloads(!fenced));
    this.administrator = new Administrator(
        simulator,
        owner,
        moves,
        workload,
        nemesis,
        this::keys,
        layout,
        fenced,
        new SplittableRandom(seed));
  }

  /**
   * Runs a seed.
   *
   * @param injected whether faults are injected
   */
  public static Report play(long seed, boolean injected) {
    return play(seed, injected, null, LeaderSession.UPDATE_FILTER);
  }

  /** Runs the random seed of this number with faults; a run that does not end is a finding. */
  public static Verdict<Long, Report> numbered(long seed) {
    return Verdict.of(seed, () -> play(seed, true), report -> report.evidence().findings());
  }

  /** Runs a seed without faults, in which the leader sessions have another update filter. */
  public static Report play(long seed, OnUpdateFilter<HasMetadata> updateFilter) {
    return play(seed, false, null, updateFilter);
  }

  /** Runs a seed with a single fault, at one write. */
  public static Report play(OperatorFaultCase faultCase) {
    return play(faultCase.seed(), false, faultCase, LeaderSession.UPDATE_FILTER);
  }

  private static Report play(
      long seed,
      boolean injected,
      @Nullable OperatorFaultCase faultCase,
      OnUpdateFilter<HasMetadata> updateFilter) {
    Report[] report = new Report[1];
    try (TrailDirectory trails = TrailDirectory.create()) {
      VirtualScheduler.run(
          seed,
          simulator -> report[0] = new OperatorRun(simulator, seed, trails.path(), updateFilter)
              .run(injected, faultCase));
    }
    return report[0];
  }

  private Report run(boolean injected, @Nullable OperatorFaultCase faultCase)
      throws InterruptedException {
    workload.start(1, Administrator.BUSY, Administrator.READING);
    administrator.declare(busy);
    if (faultCase != null) {
      replicas.get(faultCase.replica()).injector().plan(List.of(faultCase.plannedFault()));
    }
    List<Scheduler.Handle> running = new ArrayList<>();
    for (ReplicaProcess replica : replicas) {
      running.add(simulator.fork(replica.name(), replica));
    }
    simulator.fork("administrator", administrator::attend);
    Scheduler.Handle injecting = injected ? simulator.fork("nemesis", nemesis) : null;
    List<Administrator.Pinned> pinned = administrator.tenants();
    changePins(pinned);
    if (injected) {
      nemesis.rest();
    }
    awaitSettled("after the last fault");
    List<List<String>> writes =
        replicas.stream().map(replica -> replica.injector().writes()).toList();
    replicas.forEach(ReplicaProcess::leaveAlone);
    if (injecting != null) {
      // The last outage of a peer ends with it.
      injecting.join();
    }
    changeWithoutTimers(pinned.getFirst());
    changeNothing(pinned.getFirst());
    busy.forEach(tenant -> workload.clients(tenant).pace(Administrator.QUIET, Administrator.QUIET));
    simulator.sleep(Administrator.QUIET);
    CheckReport check = finish();
    awaitNoWrites();
    replicas.forEach(ReplicaProcess::stop);
    for (Scheduler.Handle process : running) {
      process.join();
    }
    check(check);
    return new Report(
        new Evidence(
            check,
            replicas.stream().mapToInt(ReplicaProcess::deaths).sum(),
            administrator.decisions(),
            administrator.states(),
            findings),
        Duration.ofNanos(simulator.nanoTime()),
        sessions(),
        replicas.stream().mapToInt(ReplicaProcess::oldLists).sum(),
        nemesis.log(),
        moves.all().stream().map(ObservedMoves::describe).toList(),
        writes,
        replicas.stream()
            .flatMap(replica -> replica.injector().injected().stream())
            .toList(),
        residual);
  }

  private void changePins(List<Administrator.Pinned> pinned) {
    long until = simulator.nanoTime() + FAULTS_LAST.toNanos();
    while (simulator.nanoTime() < until) {
      simulator.sleep(Duration.ofMillis(3_000 + random.nextInt(25_000)));
      Administrator.Pinned tenant = pinned.get(random.nextInt(3) == 0 ? 1 : 0);
      int times = 1 + random.nextInt(3);
      for (int time = 0; time < times; time++) {
        administrator.pin(tenant, Administrator.other(tenant.wanted));
        simulator.sleep(Duration.ofMillis(random.nextInt(800)));
      }
    }
  }

  /** Changes a pin and restores it between two evaluations: no move may follow. A replica that becomes the leader in between evaluates. */
  private void changeNothing(Administrator.Pinned tenant) {
    int sessions;
    int tries = 0;
    do {
      if (++tries > MAX_TRIES) {
        throw new AssertionError("another replica leads each time, after the last fault");
      }
      sessions = awaitLeader();
      int before = moves.all().size();
      replicas.forEach(replica -> replica.cutWatches(Duration.ofSeconds(4)));
      String tier = tenant.wanted;
      administrator.pin(tenant, Administrator.other(tier));
      simulator.sleep(Duration.ofMillis(500));
      administrator.pin(tenant, tier);
      simulator.sleep(Duration.ofSeconds(12));
      if (moves.all().size() != before && sessions == sessions()) {
        findings.add("a pin that was restored before an evaluation made a move: " + moves.all());
      }
    } while (sessions != sessions());
    // A move of a new leader, which has seen the change, ends too.
    awaitSettled("after a restored pin");
  }

  /** With the timers stopped, events alone must have a requested evaluation and a changed pin evaluated. */
  private void changeWithoutTimers(Administrator.Pinned tenant) {
    int sessions = awaitLeader();
    replicas.forEach(replica -> replica.stopTimer(TIMERS_STOPPED));
    simulator.sleep(Administrator.QUIET);
    String token = "run-" + sessions;
    owner
        .resources(TenantTier.class)
        .inNamespace(NAMESPACE)
        .withName(tenant.key.toString())
        .patch(
            PatchContext.of(PatchType.JSON_MERGE),
            "{\"metadata\":{\"annotations\":{\"" + Annotations.REQUESTED_AT + "\":\"" + token
                + "\"}}}");
    boolean handled = within(EVENT_TIMEOUT, () -> token.equals(handledRequest(tenant)));
    int before = moves.all().size();
    administrator.pin(tenant, Administrator.other(tenant.wanted));
    boolean planned = within(EVENT_TIMEOUT, () -> moves.all().size() > before);
    // A replica that begins to lead evaluates without a request.
    if (sessions == sessions()) {
      if (!handled) {
        findings.add("a requested evaluation was not made within " + EVENT_TIMEOUT
            + " while the timers were stopped");
      }
      if (!planned) {
        findings.add("a changed pin was not evaluated within " + EVENT_TIMEOUT
            + " while the timers were stopped");
      }
    }
    awaitSettled("after changes without timers");
  }

  private @Nullable String handledRequest(Administrator.Pinned tenant) {
    TenantTierStatus status = owner
        .resources(TenantTier.class)
        .inNamespace(NAMESPACE)
        .withName(tenant.key.toString())
        .get()
        .getStatus();
    return status == null ? null : status.lastHandledRequest();
  }

  private boolean within(Duration timeout, BooleanSupplier condition) {
    long until = simulator.nanoTime() + timeout.toNanos();
    while (!condition.getAsBoolean()) {
      if (simulator.nanoTime() > until) {
        return false;
      }
      simulator.sleep(POLL);
    }
    return true;
  }

  /** Waits until a replica leads, and returns the number of leader sessions so far. */
  private int awaitLeader() {
    if (!within(TIMEOUT, () -> replicas.stream().anyMatch(ReplicaProcess::leads))) {
      throw new AssertionError("no replica leads " + TIMEOUT + " after the last fault");
    }
    return sessions();
  }

  private int sessions() {
    return replicas.stream().mapToInt(ReplicaProcess::sessions).sum();
  }

  private List<ShardKey> keys() {
    try (SimulatedCluster cluster = new SimulatedCluster(qdrant, simulator, Calls.UNDISTURBED)) {
      return new LayoutObserver(cluster)
          .observe(COLLECTION).keys().stream()
              .sorted(Comparator.comparing(ShardKey::toString))
              .toList();
    }
  }

  private boolean settled() {
    if (!moves.allFinished()) {
      return false;
    }
    List<ShardKey> keys = keys();
    return keys.stream().noneMatch(ReservedNames::isWorkingKey)
        && administrator.tenants().stream()
            .allMatch(tenant ->
                keys.contains(tenant.key) == tenant.wanted.equals(Administrator.DEDICATED_TIER));
  }

  private void awaitSettled(String when) {
    if (!within(TIMEOUT, this::settled)) {
      throw new AssertionError("not settled " + TIMEOUT + " " + when + ": wanted "
          + administrator.tenants().stream()
              .map(tenant -> tenant.key + "=" + tenant.wanted)
              .toList()
          + ", there are " + keys() + ", "
          + moves.all().stream().map(ObservedMoves::describe).toList()
          + ", tenants "
          + kubernetes.changes("tenanttiers").stream()
              .map(change -> change.name() + " " + change.object())
              .reduce((one, other) -> other)
              .orElse("")
          + ", collection "
          + kubernetes.changes("tieredcollections").stream()
              .map(change -> String.valueOf(change.object()))
              .reduce((one, other) -> other)
              .orElse("")
          + ", errors " + replicas.stream().map(ReplicaProcess::lastError).toList()
          + ", findings " + findings + ", " + nemesis.log());
    }
  }

  private void awaitNoWrites() {
    int still = 0;
    int from = kubernetes.writes();
    int calls = qdrant.calls().size();
    long lines = TrailDirectory.size(trails);
    for (int cycles = 0; still < QUIET_CYCLES; cycles++) {
      if (cycles == MAX_CYCLES) {
        findings.add("writes do not stop: " + kubernetes.writesFrom(from));
        return;
      }
      int before = kubernetes.writes();
      simulator.sleep(ReplicaIncarnation.CYCLE);
      boolean quiet = kubernetes.writes() == before
          && qdrant.calls().size() == calls
          && TrailDirectory.size(trails) == lines;
      still = quiet ? still + 1 : 0;
      if (!quiet) {
        from = before;
      }
      calls = qdrant.calls().size();
      lines = TrailDirectory.size(trails);
    }
  }

  // ---- checks

  private CheckReport finish() throws InterruptedException {
    Map<String, Frozen> freezes = new LinkedHashMap<>();
    for (SimulatedKubernetes.Change change : kubernetes.changes("tiermoves")) {
      TierMove move = Serialization.jsonMapper().convertValue(change.last(), TierMove.class);
      if (ObservedMoves.step(move).filter(MoveStep.FREEZE::equals).isPresent()) {
        freezes.putIfAbsent(change.name(), new Frozen(ObservedMoves.tenant(move), change.at()));
      }
      Frozen freeze = freezes.get(change.name());
      if (freeze != null && !freeze.over) {
        freeze.to = change.at();
        freeze.over = move.getStatus() != null && move.getStatus().finishedAt() != null;
      }
    }
    for (Frozen freeze : freezes.values()) {
      workload.staleBetween(freeze.tenant, freeze.from, freeze.to, Long.MAX_VALUE);
      // The last scan of the copy is lost with the journal.
      residual |= nemesis.journalsLost();
    }
    return workload.finish();
  }

  private void check(CheckReport check) {
    // A deletion can be reverted when the journal of a freeze is lost.
    long reverted = residual
        ? 0
        : check.anomalies().phantom()
            + check.anomalies().partial()
            + check.staleness().unannounced();
    if (check.anomalies().lost()
            + reverted
            + check.anomalies().doubled()
            + check.anomalies().leaked()
        > 0) {
      findings.add(check.toString());
    }
    qdrant.violations().forEach(breach -> findings.add(breach.toString()));
    // Only the operator deletes shard keys here.
    kubernetes.changes("tenanttiers").stream()
        .map(SimulatedKubernetes.Change::object)
        .filter(Objects::nonNull)
        .filter(tenant -> tenant.at("/status/conditions").findValuesAsText("reason").stream()
            .anyMatch(Reasons.DEDICATED_KEY_VANISHED::equals))
        .findFirst()
        .ifPresent(tenant -> findings.add("reported as vanished: " + tenant));
    boolean clocksRight =
        nemesis.log().stream().noneMatch(fault -> fault.contains(OperatorNemesis.WRONG_CLOCK));
    findings.addAll(forger.findings(trails, random, clocksRight));
  }
}
