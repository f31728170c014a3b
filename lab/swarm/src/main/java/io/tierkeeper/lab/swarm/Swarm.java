package io.tierkeeper.lab.swarm;

import io.tierkeeper.governance.decision.Direction;
import io.tierkeeper.lab.swarm.SwarmReport.GroupMove;
import io.tierkeeper.lab.workload.HistoryChecker;
import io.tierkeeper.lab.workload.SceneBuilder;
import io.tierkeeper.lab.workload.TieredScene;
import io.tierkeeper.qdrant.QdrantCluster;
import io.tierkeeper.qdrant.QdrantException;
import io.tierkeeper.qdrant.ShardKey;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A swarm of agents that share results. In the first part they arrive, one after another in each group: an agent queries
 * the packets of its group about its problem, and deposits its own result. In the steady part all of them work
 * concurrently, while groups may be moved between the tiers and a peer may be killed.
 */
public final class Swarm {

  private static final int WORKERS = 8;
  private static final int TOP = 5;
  private static final double MIN_SIMILARITY = 0.35;
  private static final double MIN_CONFIDENCE = 0.2;
  private static final Duration LONG_TTL = Duration.ofHours(1);
  private static final Duration SHORT_TTL = Duration.ofMillis(800);
  private static final int COUNT_EVERY = 16;
  private static final int DEPOSIT_EVERY = 3;
  private static final int MOVED_GROUPS = 2;

  /** When a peer is killed, as a share of the steady time. */
  private static final double KILL_AT = 0.5;

  /** The peer that is killed: it holds a replica of the fallback and answers calls. */
  private static final int KILLED_PEER = 1;

  private final SceneBuilder builder;
  private final TieredScene scene;
  private final SwarmOptions options;
  private final Clock clock;
  private final Memory memory;
  private final ProblemDomain domain;
  private final GroupGates gates = new GroupGates();
  private final SwarmLog log = new SwarmLog();
  private final Map<Long, Integer> kinds = new ConcurrentHashMap<>();
  private final Queue<Timed> steadyReads = new ConcurrentLinkedQueue<>();
  private final Queue<Timed> steadyWrites = new ConcurrentLinkedQueue<>();
  private final Queue<Instant> ends = new ConcurrentLinkedQueue<>();
  private final AtomicLong readsFailed = new AtomicLong();
  private final AtomicLong expiredReturned = new AtomicLong();
  private final AtomicBoolean over = new AtomicBoolean();
  private volatile Synthesis synthesis = Synthesis.NOTHING;

  /** A call of the steady part; times in nanoseconds. */
  private record Timed(long from, long to, boolean answered) {}

  /** A swarm on a collection that {@link #run} creates. */
  public Swarm(QdrantCluster cluster, Embedder embedder, SwarmOptions options, Clock clock) {
    this.options = options;
    this.clock = clock;
    builder = SceneBuilder.on(cluster, options.collection())
        .points(Memory.GROUP, embedder.dimensions())
        .fallbackReplicas(replicas());
    scene = builder.scene();
    memory = new Memory(scene, embedder, clock);
    domain = new ProblemDomain(options.seed());
  }

  /** Number of agents that will arrive. */
  public int arrivals() {
    return options.agents();
  }

  /** Everything is stored twice when a peer is killed. */
  private int replicas() {
    return options.kill() == null ? 1 : 2;
  }

  /**
   * Creates the collection, runs the swarm and checks its history; the collection remains.
   *
   * @param arrived receives the number of agents that have arrived
   * @param worked receives the milliseconds of the steady part that have passed
   */
  public SwarmReport run(LongConsumer arrived, LongConsumer worked) throws InterruptedException {
    builder.create();
    ColdStart coldStart = arrive(arrived);
    long began = System.nanoTime();
    Background background = new Background(began);
    if (!options.steady().isZero()) {
      work(began, background, worked);
    }
    double seconds = (System.nanoTime() - began) / 1e9;
    return new SwarmReport(
        options.agents(),
        options.groups(),
        coldStart,
        new SwarmReport.Calls(
            latencies(steadyReads, seconds),
            latencies(steadyWrites, seconds),
            readsFailed.get(),
            memory.retries()),
        new SwarmReport.Expiry(
            ends.stream().filter(end -> !clock.instant().isBefore(end)).count(),
            expiredReturned.get()),
        background.killedAt,
        List.copyOf(background.moves),
        seconds(began, seconds),
        HistoryChecker.check(log.history(), finalState()),
        synthesis.toString());
  }

  /** Deletes the collection. */
  public void cleanUp() {
    memory.drop();
  }

  /** Stops the steady part early. */
  public void stop() {
    over.set(true);
  }

  // ---- first part: arrival

  private ColdStart arrive(LongConsumer arrived) throws InterruptedException {
    List<List<Integer>> relevant = new ArrayList<>();
    AtomicLong done = new AtomicLong();
    try (ExecutorService workers = Executors.newFixedThreadPool(WORKERS)) {
      for (int first = 0; first < options.agents(); first += options.groups()) {
        int rank = relevant.size();
        List<Future<Integer>> found = new ArrayList<>();
        for (int group = 0; group < options.groups() && first + group < options.agents(); group++) {
          int its = group;
          found.add(workers.submit(() -> {
            int matches = agent(its, rank);
            arrived.accept(done.incrementAndGet());
            return matches;
          }));
        }
        List<Integer> step = new ArrayList<>();
        for (Future<Integer> one : found) {
          step.add(result(one));
        }
        relevant.add(step);
      }
    }
    return ColdStart.of(relevant);
  }

  private static <T> T result(Future<T> future) throws InterruptedException {
    try {
      return future.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException thrown) {
        throw thrown;
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  /** One agent's first problem; returns the number of relevant packets that it found. */
  private int agent(int group, int rank) {
    SplittableRandom random =
        new SplittableRandom(options.seed() * 1_000_003 + group * 4099L + rank);
    ProblemDomain.Problem problem = domain.next(group, random);
    List<Match> matches = query(group, rank, problem, null, true);
    deposit(group, rank, problem, matches, random, LONG_TTL, true);
    return (int) matches.stream()
        .filter(match -> Integer.valueOf(problem.kind()).equals(kinds.get(match.id())))
        .count();
  }

  // ---- steady part

  private void work(long began, Background background, LongConsumer worked)
      throws InterruptedException {
    Thread events = Thread.ofPlatform().name("swarm-background").start(background);
    long earliestEnd = began + options.steady().toNanos();
    try (ExecutorService workers = Executors.newFixedThreadPool(WORKERS)) {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < WORKERS; i++) {
        SplittableRandom random = new SplittableRandom(options.seed() * 7919 + i);
        int worker = i;
        all.add(workers.submit(() -> {
          for (int round = 0; !over.get(); round++) {
            round(worker, round, random);
          }
        }));
      }
      while (!over.get() && (System.nanoTime() < earliestEnd || events.isAlive())) {
        LockSupport.parkNanos(100_000_000L);
        worked.accept((System.nanoTime() - began) / 1_000_000);
      }
      over.set(true);
      for (Future<?> one : all) {
        result(one);
      }
    }
    events.join();
  }

  private void round(int worker, int round, SplittableRandom random) {
    int group = random.nextInt(options.groups());
    ProblemDomain.Problem problem = domain.next(group, random);
    String tag = random.nextBoolean() ? null : tag(problem);
    List<Match> matches = query(group, options.agents() + worker, problem, tag, false);
    if (round % DEPOSIT_EVERY == 0) {
      boolean brief = random.nextInt(4) == 0;
      deposit(
          group,
          options.agents() + worker * 1_000_000 + round,
          problem,
          matches,
          random,
          brief ? SHORT_TTL : LONG_TTL,
          false);
    }
    if (round % COUNT_EVERY == 0) {
      count(key(group));
    }
  }

  private void count(ShardKey group) {
    long least = log.acknowledged(group);
    long from = System.nanoTime();
    try {
      long size = memory.count(group);
      log.counted(group, size, least, log.invoked(group), from, System.nanoTime());
    } catch (QdrantException e) {
      readsFailed.incrementAndGet();
      log.notAnswered(group, -1, from, System.nanoTime());
    }
  }

  private List<Match> query(
      int group, int reader, ProblemDomain.Problem problem, @Nullable String tag, boolean first) {
    ShardKey key = key(group);
    Instant asked = clock.instant();
    long from = System.nanoTime();
    try {
      List<Match> matches =
          memory.query(key, new Question(problem.text(), tag, MIN_CONFIDENCE, MIN_SIMILARITY, TOP));
      long to = System.nanoTime();
      log.found(key, reader, matches, from, to);
      expiredReturned.addAndGet(
          matches.stream().filter(match -> match.packet().expired(asked)).count());
      if (!first) {
        steadyReads.add(new Timed(from, to, true));
      }
      if (!matches.isEmpty()) {
        synthesis = Synthesis.of(matches);
      }
      return matches;
    } catch (QdrantException e) {
      long to = System.nanoTime();
      readsFailed.incrementAndGet();
      log.notAnswered(key, reader, from, to);
      if (!first) {
        steadyReads.add(new Timed(from, to, false));
      }
      return List.of();
    }
  }

  private void deposit(
      int group,
      int agent,
      ProblemDomain.Problem problem,
      List<Match> matches,
      SplittableRandom random,
      Duration ttl,
      boolean first) {
    ShardKey key = key(group);
    Synthesis known = Synthesis.of(matches);
    Outcome outcome = Outcome.values()[random.nextInt(known.packets() > 0 ? 2 : 4)];
    gates.pass(key, () -> {
      // Dated when it can be deposited, not when a fence was raised.
      OutcomePacket packet = new OutcomePacket(
          problem.text(),
          outcome,
          Math.round((0.3 + 0.7 * random.nextDouble()) * 100) / 100.0,
          "after " + known.packets() + " packets: attempt " + random.nextInt(1000),
          List.of(tag(problem)),
          clock.instant(),
          "agent-" + agent,
          ttl);
      long id = packet.id();
      kinds.put(id, problem.kind());
      log.depositing(key, id);
      long from = System.nanoTime();
      boolean done = true;
      try {
        memory.deposit(key, packet);
        ends.add(packet.expires());
      } catch (QdrantException e) {
        done = false;
      }
      long to = System.nanoTime();
      log.deposited(key, id, from, to, done);
      if (!first) {
        steadyWrites.add(new Timed(from, to, done));
      }
    });
  }

  private static String tag(ProblemDomain.Problem problem) {
    return "kind-" + problem.kind();
  }

  private static ShardKey key(int group) {
    return ShardKey.of(String.format(Locale.ROOT, "group-%03d", group));
  }

  // ---- check

  private HistoryChecker.FinalState finalState() {
    Map<Long, Long> versions = new HashMap<>();
    long inBoth = 0;
    for (int group = 0; group < options.groups(); group++) {
      memory.ids(key(group)).forEach(id -> versions.put(id, SwarmLog.version()));
      inBoth += memory.inBoth(key(group));
    }
    return new HistoryChecker.FinalState(versions, inBoth, 0);
  }

  private static Latencies latencies(Queue<Timed> calls, double seconds) {
    return Latencies.of(
        calls.stream()
            .filter(Timed::answered)
            .map(call -> call.to() - call.from())
            .toList(),
        seconds);
  }

  /** Complete seconds only: an incomplete one would look like a drop. */
  private List<SwarmReport.Second> seconds(long began, double elapsed) {
    Map<Integer, List<Timed>> bySecond = new TreeMap<>();
    steadyReads.forEach(call -> bySecond
        .computeIfAbsent((int) ((call.to() - began) / 1_000_000_000L), at -> new ArrayList<>())
        .add(call));
    List<SwarmReport.Second> seconds = new ArrayList<>();
    bySecond.forEach((at, calls) -> {
      if (at + 1 > elapsed) {
        return;
      }
      List<Long> answered = calls.stream()
          .filter(Timed::answered)
          .map(call -> call.to() - call.from())
          .toList();
      seconds.add(new SwarmReport.Second(
          at,
          answered.size(),
          calls.size() - answered.size(),
          Latencies.of(answered, 1).p99Millis()));
    });
    return List.copyOf(seconds);
  }

  /** What happens to the collection in the steady part: moves first, then the kill. */
  private final class Background implements Runnable {
    private final long began;
    private final Queue<GroupMove> moves = new ConcurrentLinkedQueue<>();
    private volatile @Nullable Double killedAt;

    Background(long began) {
      this.began = began;
    }

    @Override
    public void run() {
      if (options.govern()) {
        move();
      }
      SwarmOptions.Kill kill = options.kill();
      if (kill != null) {
        long middle = began + (long) (options.steady().toNanos() * KILL_AT);
        while (System.nanoTime() < middle && !over.get()) {
          LockSupport.parkNanos(middle - System.nanoTime());
        }
        killedAt = (System.nanoTime() - began) / 1e9;
        kill.peer(KILLED_PEER);
        // As long without the peer as with it.
        long enough = System.nanoTime() + (long) (options.steady().toNanos() * (1 - KILL_AT));
        while (System.nanoTime() < enough && !over.get()) {
          LockSupport.parkNanos(100_000_000L);
        }
      }
    }

    private void move() {
      GroupMoves mover = new GroupMoves(scene, gates, clock, replicas(), began);
      int moved = Math.min(MOVED_GROUPS, options.groups());
      for (int group = 0; group < moved && !over.get(); group++) {
        moves.add(mover.move(key(group), Direction.PROMOTE));
      }
      for (int group = 0; group < moved && !over.get(); group++) {
        moves.add(mover.move(key(group), Direction.DEMOTE));
      }
    }
  }
}
