package io.tierkeeper.lab.benchmarks.search;

import io.qdrant.client.grpc.Points.SearchParams;
import io.tierkeeper.lab.benchmarks.search.SearchReport.Figures;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * Measures searches of one kind: recall in a first pass, which is not timed and warms caches up; latency one search at a time;
 * throughput with {@value #CLIENTS} searches at a time. No pass takes much longer than {@link #MAX_PASS_NANOS}.
 */
final class Measurement {
  static final int CLIENTS = 4;

  /** A slow server shortens passes, which then measure fewer searches. */
  private static final long MAX_PASS_NANOS = 10_000_000_000L;

  private static final long WARM_UP_NANOS = 1_000_000_000L;
  private static final int BUSY_CLIENTS = 2;
  private static final double NANOS = 1e9;

  /** Sends a search and returns the ids that were found. */
  @FunctionalInterface
  interface Search {
    List<Long> nearest(Question question, SearchParams params);
  }

  private final Search search;
  private final Supplier<Segments> segments;
  private final int rounds;
  private final boolean timed;

  /**
   * @param segments counts the searches that used a graph
   * @param timed whether latency and throughput are measured
   */
  Measurement(Search search, Supplier<Segments> segments, int rounds, boolean timed) {
    this.search = search;
    this.segments = segments;
    this.rounds = rounds;
    this.timed = timed;
  }

  /** Searches for a second, so that the first figures are not those of a JVM and a server that have just started. */
  void warmUp(List<Question> questions, SearchParams params) {
    if (timed) {
      long end = System.nanoTime() + WARM_UP_NANOS;
      while (System.nanoTime() < end) {
        perSecond(questions, params);
      }
    }
  }

  /** The figures of these searches. */
  Figures of(List<Question> questions, SearchParams params) {
    Segments before = segments.get();
    double recall = questions.stream()
        .mapToDouble(question -> question.recall(search.nearest(question, params)))
        .average()
        .orElseThrow();
    return new Figures(
        recall,
        timed ? latency(questions, params) : null,
        timed ? perSecond(questions, params) : null,
        segments.get().graphShareSince(before));
  }

  /**
   * The figures of these searches while {@value #BUSY_CLIENTS} clients search others without pause; which searches of segments used a
   * graph is not known then.
   */
  Figures whileBusy(
      List<Question> questions, SearchParams params, List<Question> others, SearchParams ofOthers) {
    AtomicBoolean over = new AtomicBoolean();
    try (ExecutorService threads = Executors.newFixedThreadPool(BUSY_CLIENTS)) {
      List<Future<?>> busy = IntStream.range(0, BUSY_CLIENTS)
          .<Future<?>>mapToObj(client -> threads.submit(() -> {
            for (int i = client; !over.get(); i += BUSY_CLIENTS) {
              search.nearest(others.get(i % others.size()), ofOthers);
            }
          }))
          .toList();
      Figures figures;
      try {
        figures = of(questions, params);
      } finally {
        over.set(true);
      }
      join(busy);
      return new Figures(figures.recall(), figures.latency(), figures.perSecond(), null);
    }
  }

  private Latency latency(List<Question> questions, SearchParams params) {
    long[] nanos = new long[rounds * questions.size()];
    int measured = 0;
    long end = System.nanoTime() + MAX_PASS_NANOS;
    while (measured < nanos.length && (measured == 0 || System.nanoTime() < end)) {
      long sent = System.nanoTime();
      search.nearest(questions.get(measured % questions.size()), params);
      nanos[measured++] = System.nanoTime() - sent;
    }
    return Latency.ofNanos(Arrays.copyOf(nanos, measured));
  }

  private double perSecond(List<Question> questions, SearchParams params) {
    int count = rounds * questions.size();
    AtomicInteger next = new AtomicInteger();
    AtomicInteger done = new AtomicInteger();
    long begin = System.nanoTime();
    try (ExecutorService threads = Executors.newFixedThreadPool(CLIENTS)) {
      List<Future<?>> clients = IntStream.range(0, CLIENTS)
          .<Future<?>>mapToObj(client -> threads.submit(() -> {
            for (int i = next.getAndIncrement();
                i < count && System.nanoTime() - begin < MAX_PASS_NANOS;
                i = next.getAndIncrement()) {
              search.nearest(questions.get(i % questions.size()), params);
              done.incrementAndGet();
            }
          }))
          .toList();
      join(clients);
    }
    return done.get() / ((System.nanoTime() - begin) / NANOS);
  }

  private static void join(List<Future<?>> threads) {
    try {
      for (Future<?> thread : threads) {
        thread.get();
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException("a search failed: " + e.getCause(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }
}
