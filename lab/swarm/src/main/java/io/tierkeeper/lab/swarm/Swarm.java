package io.tierkeeper.lab.swarm;

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
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A swarm of agents that share results. In the first part they arrive, one after another in each group: an agent deposits
 * its own result, and queries the packets of the other agents of its group about its problem. In the steady part all of
 * them work concurrently, while groups may be moved between the tiers and a peer may be killed; packets that have expired
 * are deleted each second.
 */
public final class Swarm {

  private static final int MAX_WORKERS = 8;
  private static final int TOP = 5;
  private static final double MIN_SIMILARITY = 0.35;
  private static final double MIN_CONFIDENCE = 0.2;
  private static final Duration SHORT_TTL = Duration.ofSeconds(1);
  private static final Duration DELETE_EVERY = Duration.ofSeconds(1);
  private static final int COUNT_EVERY = 16;
  private static final int DEPOSIT_EVERY = 3;
  private static final int MOVED_GROUPS = 2;

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
  private final Queue<Integer> sizes = new ConcurrentLinkedQueue<>();
  private final ExpiredPackets expired;
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
        .fallbackReplicas(options.replicas());
    scene = builder.scene();
    memory = new Memory(scene, embedder, clock);
    domain = new ProblemDomain(options.seed());
    expired = new ExpiredPackets(memory, gates, log, clock);
  }

  /** The number of agents that work at the same time. */
  private int workers() {
    return Math.min(MAX_WORKERS, options.agents());
  }

  /** Number of agents that will arrive. */
  public int arrivals() {
    return options.agents();
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
    SwarmEvents events = events(began);
    if (!options.steady().isZero()) {
      work(began, events, worked);
    }
    double seconds = (System.nanoTime() - began) / 1e9;
    expired.delete();
    HistoryChecker.FinalState end = finalState();
    return new SwarmReport(
        options.agents(),
        options.groups(),
        new SwarmReport.Pairs(options.pairs(), options.pairsWithinGroups()),
        coldStart,
        new SwarmReport.Calls(
            latencies(steadyReads, seconds),
            latencies(steadyWrites, seconds),
            readsFailed.get(),
            memory.retries()),
        new SwarmReport.Packets(
            end.versions().size(),
            memory.indexed(),
            expired.expired(),
            expiredReturned.get(),
            expired.deleted(end.versions().keySet()),
            SwarmReport.Bytes.of(sizes)),
        events.death(),
        events.moves(),
        seconds(began, seconds),
        HistoryChecker.check(log.history(), end),
        synthesis.toString());
  }

  private SwarmEvents events(long began) {
    SwarmOptions.Kill kill = options.kill();
    PeerDeath death = kill == null ? null : new PeerDeath(kill, options.seed(), began);
    GroupMoves mover = new GroupMoves(scene, gates, clock, options.replicas(), began, death);
    int moved = options.govern() ? Math.min(MOVED_GROUPS, options.groups()) : 0;
    return new SwarmEvents(
        options,
        mover,
        IntStream.range(0, moved).mapToObj(Swarm::key).toList(),
        death,
        over::get,
        began);
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
    List<List<ColdStart.Arrival>> arrivals = new ArrayList<>();
    AtomicLong done = new AtomicLong();
    try (ExecutorService workers = Executors.newFixedThreadPool(workers())) {
      for (int first = 0; first < options.agents(); first += options.groups()) {
        List<Future<ColdStart.Arrival>> found = new ArrayList<>();
        int end = Math.min(first + options.groups(), options.agents());
        for (int agent = first; agent < end; agent++) {
          int its = agent;
          found.add(workers.submit(() -> {
            ColdStart.Arrival arrival = arrive(its);
            arrived.accept(done.incrementAndGet());
            return arrival;
          }));
        }
        List<ColdStart.Arrival> rank = new ArrayList<>();
        for (Future<ColdStart.Arrival> one : found) {
          rank.add(result(one));
        }
        arrivals.add(rank);
      }
    }
    return ColdStart.of(arrivals);
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

  /** One agent's first problem: it deposits its result, asks, and then asks about each kind of problem of its group. */
  private ColdStart.Arrival arrive(int agent) {
    int group = agent % options.groups();
    SplittableRandom random =
        new SplittableRandom(options.seed() * 1_000_003 + group * 4099L + agent / options.groups());
    ProblemDomain.Problem problem = domain.next(group, random);
    deposit(agent, problem, Synthesis.NOTHING, random, OutcomePacket.DEFAULT_TTL, true);
    List<Match> matches = query(agent, agent, problem, null, true);
    synthesize(matches);
    int kinds = 0;
    for (int kind = 0; kind < ProblemDomain.KINDS; kind++) {
      ProblemDomain.Problem probe = domain.of(group, kind, random);
      kinds += relevant(probe, query(agent, agent, probe, null, true)) > 0 ? 1 : 0;
    }
    return new ColdStart.Arrival(relevant(problem, matches), kinds);
  }

  private int relevant(ProblemDomain.Problem problem, List<Match> matches) {
    return (int) matches.stream()
        .filter(match -> Integer.valueOf(problem.kind()).equals(kinds.get(match.id())))
        .count();
  }

  private Synthesis synthesize(List<Match> matches) {
    Synthesis found = Synthesis.of(matches);
    if (!matches.isEmpty()) {
      synthesis = found;
    }
    return found;
  }

  // ---- steady part

  private void work(long began, SwarmEvents planned, LongConsumer worked)
      throws InterruptedException {
    Thread events = Thread.ofPlatform().name("swarm-events").start(planned);
    long earliestEnd = began + options.steady().toNanos();
    try (ExecutorService workers = Executors.newFixedThreadPool(workers());
        ScheduledExecutorService cleaner = Executors.newSingleThreadScheduledExecutor()) {
      Future<?> deletions = cleaner.scheduleWithFixedDelay(
          expired::delete, DELETE_EVERY.toMillis(), DELETE_EVERY.toMillis(), TimeUnit.MILLISECONDS);
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < workers(); i++) {
        SplittableRandom random = new SplittableRandom(options.seed() * 7919 + i);
        int worker = i;
        all.add(workers.submit(() -> {
          Map<String, Synthesis> known = new HashMap<>();
          for (int round = 0; !over.get(); round++) {
            round(worker, round, random, known);
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
      deletions.cancel(false);
      cleaner.shutdown();
      if (deletions.state() == Future.State.FAILED) {
        result(deletions);
      }
    }
    events.join();
    planned.join();
  }

  /** @param known what the agents of this worker have learned, by the tag of a problem and its group */
  private void round(int worker, int round, SplittableRandom random, Map<String, Synthesis> known) {
    int agent = random.nextInt(options.agents());
    int group = agent % options.groups();
    ProblemDomain.Problem problem = domain.next(group, random);
    String learned = group + " " + tag(problem);
    String tag = random.nextBoolean() ? null : tag(problem);
    if (round % DEPOSIT_EVERY == 0) {
      boolean brief = random.nextInt(4) == 0;
      deposit(
          agent,
          problem,
          known.getOrDefault(learned, Synthesis.NOTHING),
          random,
          brief ? SHORT_TTL : OutcomePacket.DEFAULT_TTL,
          false);
    }
    known.put(learned, synthesize(query(agent, options.agents() + worker, problem, tag, false)));
    if (round % COUNT_EVERY == 0) {
      count(key(group));
    }
  }

  private void count(ShardKey group) {
    long acknowledged = log.acknowledged(group);
    long deleted = log.deletionsAcknowledged(group);
    long from = System.nanoTime();
    try {
      long size = memory.count(group);
      log.counted(
          group,
          size,
          acknowledged - log.deletionsInvoked(group),
          log.invoked(group) - deleted,
          from,
          System.nanoTime());
    } catch (QdrantException e) {
      readsFailed.incrementAndGet();
      log.notAnswered(group, -1, from, System.nanoTime());
    }
  }

  private List<Match> query(
      int agent, int reader, ProblemDomain.Problem problem, @Nullable String tag, boolean first) {
    ShardKey key = key(agent % options.groups());
    Instant asked = clock.instant();
    long from = System.nanoTime();
    try {
      List<Match> matches = memory.query(
          key, new Question(problem.text(), tag, MIN_CONFIDENCE, MIN_SIMILARITY, TOP, name(agent)));
      long to = System.nanoTime();
      log.found(key, reader, matches, from, to);
      expiredReturned.addAndGet(
          matches.stream().filter(match -> match.packet().expired(asked)).count());
      if (!first) {
        steadyReads.add(new Timed(from, to, true));
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
      int agent,
      ProblemDomain.Problem problem,
      Synthesis known,
      SplittableRandom random,
      Duration ttl,
      boolean first) {
    ShardKey key = key(agent % options.groups());
    Outcome outcome = Outcome.values()[random.nextInt(known.packets() > 0 ? 2 : 4)];
    String summary = ProblemDomain.summary(problem, random);
    double confidence = Math.round((0.3 + 0.7 * random.nextDouble()) * 100) / 100.0;
    gates.pass(key, () -> {
      // Dated when it can be deposited, not when a fence was raised.
      OutcomePacket packet = new OutcomePacket(
          problem.text(),
          outcome,
          confidence,
          known.packets() > 0 ? "after " + known.packets() + " packets, " + summary : summary,
          List.of(tag(problem)),
          clock.instant(),
          name(agent),
          ttl);
      long id = packet.id();
      kinds.put(id, problem.kind());
      log.depositing(key, id);
      expired.depositing(key, packet);
      long from = System.nanoTime();
      boolean done = true;
      try {
        memory.deposit(key, packet);
        sizes.add(packet.bytes());
      } catch (QdrantException e) {
        done = false;
      }
      long to = System.nanoTime();
      log.deposited(key, id, from, to, done);
      expired.deposited(key, id, done);
      if (!first) {
        steadyWrites.add(new Timed(from, to, done));
      }
    });
  }

  private static String tag(ProblemDomain.Problem problem) {
    return "kind-" + problem.kind();
  }

  private static String name(int agent) {
    return "agent-" + agent;
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
}
