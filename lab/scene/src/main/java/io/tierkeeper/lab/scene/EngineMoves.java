package io.tierkeeper.lab.scene;

import io.tierkeeper.audit.InMemoryAudit;
import io.tierkeeper.governance.decision.Direction;
import io.tierkeeper.lab.time.Scheduler;
import io.tierkeeper.lab.workload.CheckReport;
import io.tierkeeper.lab.workload.SceneBuilder;
import io.tierkeeper.lab.workload.TenantPopulation;
import io.tierkeeper.lab.workload.Workload;
import io.tierkeeper.moves.DemotionStrategy;
import io.tierkeeper.moves.Leadership;
import io.tierkeeper.moves.MovePhase;
import io.tierkeeper.moves.MoveSettings;
import io.tierkeeper.moves.Placement;
import io.tierkeeper.moves.Progress;
import io.tierkeeper.moves.VerifyLevel;
import io.tierkeeper.moves.WhenBusy;
import io.tierkeeper.moves.engine.MoveEngine;
import io.tierkeeper.qdrant.QdrantCluster;
import io.tierkeeper.qdrant.ShardKey;
import io.tierkeeper.simulation.quality.MadeMoves;
import io.tierkeeper.simulation.quality.TenantMoves;
import io.tierkeeper.simulation.trace.Trace;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Executes the moves of a simulation one after the other with the real engine, in a collection whose tenants follow the
 * sizes of the trace. Each tenant has a writer and a reader, which are nearly idle except while the tenant is moved. One
 * move in ten finds a tenant that writes without pause, so that a demotion by freeze is given up.
 */
public final class EngineMoves implements TenantMoves {
  private static final String COLLECTION = "kb";

  /** Stands for all tenants that are not in the trace. */
  private static final ShardKey OTHERS = ShardKey.of("other-tenants");

  /** Points of the other tenants; more would only make every scan longer. */
  private static final int MAX_OTHER_POINTS = 200;

  /** Smaller relative changes of a size are not followed, so that tenants are not always resizing. */
  private static final double MIN_CHANGE = 0.1;

  /** One move in so many finds a busy tenant. */
  private static final int BUSY_EVERY = 10;

  private static final Duration IDLE = Duration.ofHours(12);
  private static final Duration BUSY = Duration.ofSeconds(2);
  private static final Duration CALM = Duration.ofSeconds(45);
  private static final Duration READING = Duration.ofSeconds(5);
  private static final Duration END_POLL = Duration.ofMinutes(1);
  private static final Duration MOVE_TIMEOUT = Duration.ofHours(6);

  /** Waits are shorter than the defaults of a policy, so that the duration of a move depends on its points. */
  private static final MoveSettings SETTINGS = new MoveSettings(
      new MoveSettings.Verification(VerifyLevel.CONTENT, 2, 0.99),
      Duration.ofSeconds(5),
      Duration.ZERO,
      1000,
      1,
      Placement.WITH_FALLBACK,
      new MoveSettings.Demotion(
          DemotionStrategy.FREEZE,
          Duration.ofSeconds(10),
          Duration.ofMinutes(2),
          WhenBusy.GIVE_UP,
          null),
      Duration.ofMinutes(10),
      MoveSettings.Snapshots.NONE);

  private record Job(int tenant, Direction direction) {}

  /**
   * The loaded collection.
   *
   * @param startedAt nanoseconds of the scheduler at the first step of the trace
   */
  private record Loaded(Workload workload, SceneMoves moves, long startedAt) {}

  private final Scheduler scheduler;
  private final QdrantCluster clients;
  private final MoveEngine engine;
  private final Trace trace;
  private final double scale;
  private final long seed;
  private final Runnable onStep;
  private final List<ShardKey> tenants;
  private final int[] targets;
  private final SplittableRandom random;
  private final Scheduler.Monitor monitor;
  private final Deque<Job> waiting = new ArrayDeque<>();
  private final List<Ended> ended = new ArrayList<>();
  private final List<Double> seconds = new ArrayList<>();
  private @Nullable Loaded loaded;
  private boolean moving;
  private int aborted;
  private long points;

  /**
   * Moves in a collection that the first sizes create.
   *
   * @param clients connections of the tenants' applications
   * @param connections of the move engine
   * @param scale points in the collection for each point of the trace
   * @param onStep called in each step of the trace
   */
  public EngineMoves(
      Scheduler scheduler,
      QdrantCluster clients,
      QdrantCluster connections,
      Trace trace,
      double scale,
      long seed,
      Runnable onStep) {
    this.scheduler = scheduler;
    this.clients = clients;
    this.engine =
        new MoveEngine(connections, new InMemoryAudit(), scheduler.clock(), Leadership.always());
    this.trace = trace;
    this.scale = scale;
    this.seed = seed;
    this.onStep = onStep;
    tenants = trace.tenants().stream().map(ShardKey::of).toList();
    targets = new int[tenants.size()];
    random = new SplittableRandom(seed);
    monitor = scheduler.monitor();
  }

  @Override
  public boolean prompt() {
    return false;
  }

  @Override
  public List<Ended> until(Instant now) {
    onStep.run();
    if (loaded == null) {
      return List.of();
    }
    long target =
        loaded.startedAt() + Duration.between(trace.timeline().at(0), now).toNanos();
    if (target > scheduler.nanoTime()) {
      scheduler.sleep(Duration.ofNanos(target - scheduler.nanoTime()));
    }
    List<Ended> since = List.copyOf(ended);
    ended.clear();
    return since;
  }

  @Override
  public void sized(double[] sizes) {
    if (loaded == null) {
      load(sizes);
      return;
    }
    for (int i = 0; i < targets.length; i++) {
      int wanted = points(sizes[i]);
      if (Math.abs(wanted - targets[i]) > Math.max(1, MIN_CHANGE * targets[i])) {
        targets[i] = wanted;
        loaded.workload().clients(tenants.get(i)).resize(wanted);
        loaded.workload().clients(tenants.get(i)).wake();
      }
    }
  }

  private int points(double size) {
    return (int) Math.max(1, Math.round(size * scale));
  }

  private void load(double[] sizes) {
    List<TenantPopulation.Tenant> population = new ArrayList<>();
    for (int i = 0; i < targets.length; i++) {
      targets[i] = points(sizes[i]);
      population.add(new TenantPopulation.Tenant(tenants.get(i), targets[i]));
    }
    population.add(new TenantPopulation.Tenant(
        OTHERS, Math.min(MAX_OTHER_POINTS, points(sizes[targets.length]))));
    Workload workload = SceneBuilder.on(clients, COLLECTION)
        .scheduler(scheduler)
        .fallbackReplicas(1)
        .tenants(new TenantPopulation(population))
        .clients(new LinkedHashSet<>(tenants), 1)
        .seed(seed)
        .create();
    workload.start(1, IDLE, IDLE);
    SceneMoves moves = new SceneMoves("play", workload.scene());
    for (int i = 0; i < targets.length; i++) {
      if (trace.startsDedicated(i)) {
        run(workload, moves, tenants.get(i), Direction.PROMOTE);
      }
    }
    Loaded now = new Loaded(workload, moves, scheduler.nanoTime());
    loaded = now;
    scheduler.fork("mover", () -> work(now));
  }

  @Override
  public void begin(int tenant, Direction direction, Instant now) {
    monitor.lock();
    try {
      waiting.add(new Job(tenant, direction));
      monitor.signalAll();
    } finally {
      monitor.unlock();
    }
  }

  private void work(Loaded collection) {
    while (true) {
      execute(next(), collection);
      moving = false;
    }
  }

  private Job next() {
    monitor.lock();
    try {
      while (waiting.isEmpty()) {
        monitor.awaitNanos(Long.MAX_VALUE);
      }
      moving = true;
      return waiting.remove();
    } catch (InterruptedException e) {
      throw new IllegalStateException("virtual time is not interrupted", e);
    } finally {
      monitor.unlock();
    }
  }

  private void execute(Job job, Loaded collection) {
    ShardKey tenant = tenants.get(job.tenant());
    Workload workload = collection.workload();
    workload.clients(tenant).pace(random.nextInt(BUSY_EVERY) == 0 ? BUSY : CALM, READING);
    workload.clients(tenant).wake();
    Progress.Finished end = run(workload, collection.moves(), tenant, job.direction());
    boolean succeeded = end.phase() == MovePhase.SUCCEEDED;
    if (succeeded) {
      seconds.add(end.report().duration().toMillis() / 1000.0);
      points += end.report().points();
    } else {
      aborted++;
    }
    workload.clients(tenant).pace(IDLE, IDLE);
    ended.add(new Ended(job.tenant(), succeeded, end.report().duration()));
  }

  /** Runs a move to its end, and announces the stale reads of a freeze to the checker. */
  private Progress.Finished run(
      Workload workload, SceneMoves moves, ShardKey tenant, Direction direction) {
    FreezeWindow freeze = new FreezeWindow();
    Progress.Finished end = MoveDriver.on(scheduler, engine)
        .listener(freeze)
        .onStalled(stalled -> {
          throw new IllegalStateException(direction.label() + " of tenant " + tenant
              + " requires manual intervention: " + stalled.message());
        })
        .timeout(MOVE_TIMEOUT)
        .build()
        .run(moves.next(tenant, direction, SETTINGS));
    if (freeze.happened()) {
      workload.staleBetween(
          tenant, freeze.earliest(), freeze.ended(), FreezeWindow.stalePoints(end));
    }
    return end;
  }

  /**
   * Waits for the end of the current move, stops the tenants, and checks their history.
   *
   * @param breaches supplies, at the end, the calls that must never be made
   */
  public MadeMoves finish(Supplier<List<String>> breaches) {
    int underWay = waiting.size() + (moving ? 1 : 0);
    int reverted = aborted;
    long moved = points;
    List<Double> durations = List.copyOf(seconds);
    waiting.clear();
    while (moving) {
      scheduler.sleep(END_POLL);
    }
    if (loaded == null) {
      throw new IllegalStateException("no sizes were given; the collection does not exist");
    }
    try {
      CheckReport check = loaded.workload().finish();
      CheckReport.Anomalies anomalies = check.anomalies();
      return new MadeMoves(
          durations.size(),
          reverted,
          underWay,
          durations,
          moved,
          new MadeMoves.Check(
              check.traffic().operations(),
              anomalies.lost(),
              anomalies.phantom(),
              anomalies.doubled(),
              anomalies.leaked()),
          breaches.get());
    } catch (InterruptedException e) {
      throw new IllegalStateException("virtual time is not interrupted", e);
    }
  }
}
