package io.tierkeeper.lab.scene;

import io.tierkeeper.governance.decision.Direction;
import io.tierkeeper.lab.time.Scheduler;
import io.tierkeeper.lab.workload.CheckReport;
import io.tierkeeper.lab.workload.CheckedPoints;
import io.tierkeeper.lab.workload.TenantPopulation;
import io.tierkeeper.lab.workload.Workload;
import io.tierkeeper.moves.MovePhase;
import io.tierkeeper.moves.Progress;
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

/**
 * Moves that the real engine makes, one after the other, in a collection whose tenants follow the sizes of the trace. Each
 * tenant has a writer and a reader: seldom at work, except while it is moved. One move in ten meets a tenant that writes
 * without a pause that a freeze could use, so that its demotion is given up.
 */
public final class EngineMoves implements TenantMoves {
  private static final String COLLECTION = "kb";
  private static final ShardKey FALLBACK = ShardKey.of("default");
  private static final ShardKey REST = ShardKey.of("everybody-else");

  /** Everybody else is there to be left alone; more of them would only make every look longer. */
  private static final int MOST_OF_THE_REST = 200;

  /** A change that is smaller is not followed, or tenants would do nothing else. */
  private static final double FOLLOWED = 0.1;

  /** One move in so many meets a busy tenant. */
  private static final int BUSY_EVERY = 10;

  private static final int POLLS_AT_THE_END = 720;
  private static final Duration IDLE = Duration.ofHours(12);
  private static final Duration BUSY = Duration.ofSeconds(2);
  private static final Duration CALM = Duration.ofSeconds(45);
  private static final Duration READING = Duration.ofSeconds(5);
  private static final Duration LONGEST_MOVE = Duration.ofHours(6);

  private record Job(int tenant, Direction direction) {}

  private final Scheduler processes;
  private final Trace trace;
  private final double scale;
  private final Runnable step;
  private final Workload workload;
  private final TenantMover mover;
  private final List<ShardKey> keys;
  private final int[] aims;
  private final SplittableRandom random;
  private final Scheduler.Monitor monitor;
  private final Deque<Job> waiting = new ArrayDeque<>();
  private final List<Ended> ended = new ArrayList<>();
  private final List<Double> seconds = new ArrayList<>();
  private boolean working;
  private boolean loaded;
  private long began;
  private int aborted;
  private long points;

  /**
   * A collection that is not there yet.
   *
   * @param clients connections of the tenants' applications
   * @param engine connections of the process that moves
   * @param scale points there for each point of the trace
   * @param step is called in each step of the trace
   */
  public EngineMoves(
      Scheduler processes,
      QdrantCluster clients,
      QdrantCluster engine,
      Trace trace,
      double scale,
      long seed,
      Runnable step) {
    this.processes = processes;
    this.trace = trace;
    this.scale = scale;
    this.step = step;
    CheckedPoints checked = new CheckedPoints("group_id", 4);
    workload = new Workload(processes, clients, COLLECTION, FALLBACK, checked, seed);
    mover = new TenantMover(processes, engine, workload, COLLECTION, FALLBACK);
    keys = trace.tenants().stream().map(ShardKey::of).toList();
    aims = new int[keys.size()];
    random = new SplittableRandom(seed);
    monitor = processes.monitor();
  }

  @Override
  public boolean prompt() {
    return false;
  }

  @Override
  public List<Ended> until(Instant now) {
    step.run();
    if (!loaded) {
      return List.of();
    }
    long target = began + Duration.between(trace.timeline().at(0), now).toNanos();
    if (target > processes.nanoTime()) {
      processes.sleep(Duration.ofNanos(target - processes.nanoTime()));
    }
    List<Ended> since = List.copyOf(ended);
    ended.clear();
    return since;
  }

  @Override
  public void sized(double[] sizes) {
    if (!loaded) {
      load(sizes);
      return;
    }
    for (int i = 0; i < aims.length; i++) {
      int wanted = points(sizes[i]);
      if (Math.abs(wanted - aims[i]) > Math.max(1, FOLLOWED * aims[i])) {
        aims[i] = wanted;
        workload.resize(keys.get(i), wanted);
        workload.wake(keys.get(i));
      }
    }
  }

  private int points(double size) {
    return (int) Math.max(1, Math.round(size * scale));
  }

  private void load(double[] sizes) {
    List<TenantPopulation.Tenant> population = new ArrayList<>();
    for (int i = 0; i < aims.length; i++) {
      aims[i] = points(sizes[i]);
      population.add(new TenantPopulation.Tenant(keys.get(i), aims[i]));
    }
    population.add(
        new TenantPopulation.Tenant(REST, Math.min(MOST_OF_THE_REST, points(sizes[aims.length]))));
    workload.create();
    workload.load(new TenantPopulation(population), new LinkedHashSet<>(keys), 1, done -> {});
    workload.start(1, IDLE, IDLE);
    for (int i = 0; i < aims.length; i++) {
      if (trace.startsDedicated(i)) {
        mover.move(keys.get(i), Direction.PROMOTE, LONGEST_MOVE);
      }
    }
    began = processes.nanoTime();
    loaded = true;
    processes.fork("mover", this::work);
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

  private void work() {
    while (true) {
      make(next());
      working = false;
    }
  }

  private Job next() {
    monitor.lock();
    try {
      while (waiting.isEmpty()) {
        monitor.awaitNanos(Long.MAX_VALUE);
      }
      working = true;
      return waiting.remove();
    } catch (InterruptedException e) {
      throw new IllegalStateException("virtual time is not interrupted", e);
    } finally {
      monitor.unlock();
    }
  }

  private void make(Job job) {
    ShardKey key = keys.get(job.tenant());
    workload.pace(key, random.nextInt(BUSY_EVERY) == 0 ? BUSY : CALM, READING);
    workload.wake(key);
    Progress.Finished end = mover.move(key, job.direction(), LONGEST_MOVE);
    boolean succeeded = end.phase() == MovePhase.SUCCEEDED;
    if (succeeded) {
      seconds.add(end.report().duration().toMillis() / 1000.0);
      points += end.report().points();
    } else {
      aborted++;
    }
    workload.pace(key, IDLE, IDLE);
    ended.add(new Ended(job.tenant(), succeeded, end.report().duration()));
  }

  /**
   * Lets the move that is at work come to its end, stops the tenants, and says what became of it all.
   *
   * @param breaches calls that must never be made, asked for at the end
   */
  public MadeMoves finish(Supplier<List<String>> breaches) {
    int underWay = waiting.size() + (working ? 1 : 0);
    int back = aborted;
    long carried = points;
    List<Double> told = List.copyOf(seconds);
    waiting.clear();
    while (working) {
      processes.sleep(IDLE.dividedBy(POLLS_AT_THE_END));
    }
    try {
      CheckReport check = workload.finish();
      return new MadeMoves(
          told.size(),
          back,
          underWay,
          told,
          carried,
          new MadeMoves.Check(
              check.operations(), check.lost(), check.phantom(), check.doubled(), check.leaked()),
          breaches.get());
    } catch (InterruptedException e) {
      throw new IllegalStateException("virtual time is not interrupted", e);
    }
  }
}
