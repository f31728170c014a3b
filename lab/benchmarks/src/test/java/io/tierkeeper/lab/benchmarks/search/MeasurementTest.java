package io.tierkeeper.lab.benchmarks.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.qdrant.client.grpc.Points.SearchParams;
import io.tierkeeper.lab.benchmarks.search.SearchReport.Figures;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class MeasurementTest {
  private static final SearchParams PARAMS = SearchParams.getDefaultInstance();
  private static final List<Question> QUESTIONS =
      List.of(question(Set.of(1L, 2L)), question(Set.of(3L, 4L)));

  private final AtomicInteger searches = new AtomicInteger();

  @Test
  void percentilesAreInterpolated() {
    long[] nanos =
        LongStream.rangeClosed(1, 101).map(i -> (102 - i) * 1_000_000).toArray();
    Latency latency = Latency.ofNanos(nanos);
    assertThat(latency.searches()).isEqualTo(101);
    assertThat(latency.p50()).isCloseTo(51, within(1e-9));
    assertThat(latency.p95()).isCloseTo(96, within(1e-9));
    assertThat(latency.p99()).isCloseTo(100, within(1e-9));
    assertThat(Latency.ofNanos(new long[] {1_000_000, 2_000_000}).p50())
        .isCloseTo(1.5, within(1e-9));
  }

  @Test
  void averagesTheRecallAndCountsSearches() {
    Figures figures = measurement(3, true, 4).of(QUESTIONS, PARAMS);
    assertThat(figures.recall()).isEqualTo(0.75);
    assertThat(Objects.requireNonNull(figures.latency()).searches()).isEqualTo(6);
    assertThat(figures.perSecond()).isPositive();
    assertThat(figures.graphShare()).isEqualTo(0.25);
    // A pass for the recall, then three rounds of latency and three of throughput.
    assertThat(searches).hasValue(2 + 6 + 6);
  }

  @Test
  void timesNothingOnTheEmulator() {
    Figures figures = measurement(3, false, 4).of(QUESTIONS, PARAMS);
    assertThat(figures.latency()).isNull();
    assertThat(figures.perSecond()).isNull();
    assertThat(searches).hasValue(2);
  }

  @Test
  void searchesOthersMeanwhile() {
    Question other = question(Set.of(9L));
    CountDownLatch busy = new CountDownLatch(2);
    Measurement measurement = new Measurement(
        (question, params) -> {
          if (question.equals(other)) {
            busy.countDown();
          } else {
            await(busy);
          }
          return List.copyOf(question.nearest());
        },
        () -> segments(0, 0),
        1,
        true);
    Figures figures = measurement.whileBusy(QUESTIONS, PARAMS, List.of(other), PARAMS);
    assertThat(figures.recall()).isEqualTo(1);
    assertThat(figures.graphShare()).isNull();
  }

  @Test
  void aFailedSearchEndsTheRun() {
    AtomicInteger calls = new AtomicInteger();
    Measurement measurement = new Measurement(
        (question, params) -> {
          if (calls.incrementAndGet() > 5) {
            throw new IllegalStateException("no answer");
          }
          return List.of();
        },
        () -> segments(0, 0),
        1,
        true);
    assertThatThrownBy(() -> measurement.of(QUESTIONS, PARAMS)).hasMessageContaining("no answer");
  }

  private Measurement measurement(int rounds, boolean timed, int every) {
    return new Measurement(
        (question, params) -> {
          searches.incrementAndGet();
          return List.of(1L, 2L, 3L);
        },
        // As if each search had searched so many segments, one of them by its graph.
        () -> segments(searches.get(), (long) searches.get() * every),
        rounds,
        timed);
  }

  private static Segments segments(long graph, long all) {
    return new Segments(List.of(), graph, all);
  }

  private static Question question(Set<Long> nearest) {
    return new Question(Corpus.BIG, new float[] {1}, Map.of(), nearest);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
