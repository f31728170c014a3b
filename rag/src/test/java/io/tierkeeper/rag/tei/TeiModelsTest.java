package io.tierkeeper.rag.tei;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.exception.InternalServerException;
import dev.langchain4j.exception.InvalidRequestException;
import dev.langchain4j.exception.LangChain4jException;
import dev.langchain4j.exception.RateLimitException;
import dev.langchain4j.exception.RetriableException;
import dev.langchain4j.exception.TimeoutException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Both models against a server that answers as Text Embeddings Inference does, and as it should not. */
class TeiModelsTest {

  private static final Duration SHORT = Duration.ofMillis(300);

  private final TeiServer server = new TeiServer();

  @AfterEach
  void stop() {
    server.close();
  }

  private TeiEmbeddingModel.Builder embedder() {
    return TeiEmbeddingModel.builder(server.url())
        .backOff(Duration.ofMillis(1), Duration.ofMillis(5));
  }

  private TeiScoringModel.Builder reranker() {
    return TeiScoringModel.builder(server.url())
        .backOff(Duration.ofMillis(1), Duration.ofMillis(5));
  }

  private static List<TextSegment> segments(int number) {
    return IntStream.range(0, number)
        .mapToObj(i -> TextSegment.from("x".repeat(i + 1)))
        .toList();
  }

  // ---- what is sent and what is made of the answer

  @Test
  void embedsInBatchesAndKeepsTheOrder() {
    List<Embedding> embeddings = embedder().build().embedAll(segments(70)).content();
    assertThat(server.received).extracting(TeiServer.Received::path).containsOnly("/embed");
    assertThat(server.received)
        .extracting(request -> request.body().path("inputs").size())
        .containsExactly(32, 32, 6);
    assertThat(server.received.get(0).body().properties()).hasSize(1);
    assertThat(embeddings)
        .extracting(embedding -> (int) embedding.vector()[0])
        .isEqualTo(IntStream.rangeClosed(1, 70).boxed().toList());
    assertThat(embeddings.get(0).vector()).containsExactly(1f, 0.5f, -0.001f);
  }

  @Test
  void embedsOneText() {
    assertThat(embedder().build().embed("four").content().vector())
        .containsExactly(4f, 0.5f, -0.001f);
    assertThat(embedder().build().embedAll(List.of()).content()).isEmpty();
    assertThat(server.received).hasSize(1);
  }

  @Test
  void asksForTheDimensionOnceUnlessItIsKnown() {
    TeiEmbeddingModel asking = embedder().build();
    assertThat(asking.dimension()).isEqualTo(3);
    assertThat(asking.dimension()).isEqualTo(3);
    assertThat(server.received).hasSize(1);
    assertThat(embedder().dimension(1_024).build().dimension()).isEqualTo(1_024);
    assertThat(server.received).hasSize(1);
  }

  @Test
  void scoresInTheOrderOfTheSegments() {
    List<TextSegment> segments = segments(40);
    List<Double> scores = reranker().build().scoreAll(segments, "query").content();
    assertThat(server.received).extracting(TeiServer.Received::path).containsOnly("/rerank");
    assertThat(server.received)
        .extracting(request -> request.body().path("texts").size())
        .containsExactly(32, 8);
    assertThat(server.received.get(0).body().properties())
        .extracting(java.util.Map.Entry::getKey)
        .containsExactlyInAnyOrder("query", "texts");
    assertThat(scores)
        .isEqualTo(segments.stream()
            .map(segment -> TeiServer.score("query", segment.text()))
            .toList());
    assertThat(reranker().build().score("x", "query").content())
        .isEqualTo(TeiServer.score("query", "x"));
  }

  @Test
  void sendsKeyAndTruncation() {
    reranker().apiKey("secret").truncate(true).build().score("x", "query");
    embedder().truncate(false).build().embed("x");
    assertThat(server.received.get(0).headers().getFirst("Authorization"))
        .isEqualTo("Bearer secret");
    assertThat(server.received.get(0).body().path("truncate").asText()).isEqualTo("true");
    assertThat(server.received.get(1).headers().containsKey("Authorization")).isFalse();
    assertThat(server.received.get(1).body().path("truncate").asText()).isEqualTo("false");
  }

  @Test
  void keepsThePathOfAProxy() {
    TeiEmbeddingModel.builder(server.url() + "/models/e5/").build().embed("x");
    assertThat(server.received.get(0).path()).isEqualTo("/models/e5/embed");
  }

  // ---- refusals

  /** Both models have the same errors; each is made with both. */
  private <E extends LangChain4jException> E failure(
      Class<E> type, Consumer<TeiServer> plan, int calls) {
    plan.accept(server);
    E failure = catchThrowableOfType(type, () -> embedder().build().embed("x"));
    assertThat(failure).isExactlyInstanceOf(type);
    assertThat(server.received).hasSize(calls);
    plan.accept(server);
    assertThatExceptionOfType(type).isThrownBy(() -> reranker().build().score("x", "query"));
    assertThat(server.received).hasSize(2 * calls);
    return failure;
  }

  @Test
  void repeatsWhileTheServerIsOverloaded() {
    server.planError(429, "Model is overloaded", "overloaded").plan(503, "");
    assertThat(embedder().build().embed("four").content().vector()[0]).isEqualTo(4);
    assertThat(server.received).hasSize(3);
    server.planReset().planError(429, "Model is overloaded", "overloaded");
    assertThat(reranker().build().score("x", "query").content()).isPositive();
    assertThat(server.received).hasSize(6);
  }

  @Test
  void givesUpOnAnOverloadedServerAfterAllAttempts() {
    RateLimitException failure = failure(
        RateLimitException.class,
        planned -> {
          for (int i = 0; i < TeiBuilder.DEFAULT_MAX_ATTEMPTS; i++) {
            planned.planError(429, "Model is overloaded", "overloaded");
          }
        },
        TeiBuilder.DEFAULT_MAX_ATTEMPTS);
    assertThat(failure)
        .hasMessageContaining(server.url() + "/embed answers 429: Model is overloaded");
  }

  @Test
  void waitsAsLongAsTheServerAsks() {
    server.plan(exchange -> {
      exchange.getResponseHeaders().set("Retry-After", "1");
      TeiServer.send(exchange, 429, "{}");
    });
    long began = System.nanoTime();
    embedder().build().embed("x");
    assertThat(Duration.ofNanos(System.nanoTime() - began))
        .isGreaterThanOrEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void doesNotWaitLongerThanItsTime() {
    server.plan(exchange -> {
      exchange.getResponseHeaders().set("Retry-After", "3600");
      TeiServer.send(exchange, 429, "{}");
    });
    assertThatExceptionOfType(RateLimitException.class)
        .isThrownBy(() -> embedder().build().embed("x"));
    assertThat(server.received).hasSize(1);
  }

  @Test
  void namesTheSizeOfTheBatchThatIsTooLarge() {
    assertThatExceptionOfType(InvalidRequestException.class)
        .isThrownBy(() -> embedder().batchSize(64).build().embedAll(segments(40)))
        .withMessageContaining("answers 413: batch size 40 > maximum allowed batch size 32")
        .withMessageContaining(
            "batchSize is 64, allowed: at most the server's --max-client-batch-size");
    assertThat(server.received).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({
    "400, dev.langchain4j.exception.InvalidRequestException",
    "401, dev.langchain4j.exception.AuthenticationException",
    "403, dev.langchain4j.exception.AuthenticationException",
    "404, dev.langchain4j.exception.ModelNotFoundException",
    "413, dev.langchain4j.exception.InvalidRequestException",
    "422, dev.langchain4j.exception.InvalidRequestException",
    "424, dev.langchain4j.exception.InternalServerException",
    "500, dev.langchain4j.exception.InternalServerException",
    "301, io.tierkeeper.rag.tei.TeiAnswerException",
    "204, io.tierkeeper.rag.tei.TeiAnswerException",
  })
  void doesNotRepeatWhatTheServerRefuses(int status, Class<? extends LangChain4jException> type) {
    LangChain4jException failure = failure(
        type, planned -> planned.plan(status, status == 204 ? "" : "{\"error\":\"no\"}"), 1);
    assertThat(failure)
        .hasMessageStartingWith(
            server.url() + "/embed answers " + status + (status == 204 ? ": no body" : ": no"));
  }

  @Test
  void showsAnErrorThatIsNotTheServersOwnAndIsLong() {
    InternalServerException failure = failure(
        InternalServerException.class,
        planned -> planned.plan(500, "<html>" + "x".repeat(10_000)),
        1);
    assertThat(failure.getMessage()).contains("<html>xxx").hasSizeLessThan(500).endsWith("…");
  }

  @Test
  void failsWithoutAServer() throws Exception {
    int free;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      free = socket.getLocalPort();
    }
    assertThatExceptionOfType(TeiUnreachableException.class)
        .isThrownBy(() -> TeiEmbeddingModel.builder("http://localhost:" + free)
            .backOff(Duration.ofMillis(1), Duration.ofMillis(1))
            .build()
            .embed("x"))
        .withMessageContaining("cannot be reached in 3 attempts");
  }

  // ---- answers that are none

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[]",
        "[[1,2,3],[1,2,3]]",
        "{\"error\":\"?\"}",
        "[1]",
        "[[]]",
        "[[1,null,3]]",
        "[[1,\"2\",3]]",
        "[[1,2]]",
        "[[1,2,1e300]]",
        "null",
        "[[1,2,3]",
        "",
      })
  void refusesEmbeddingsThatAreNone(String answer) {
    server.plan(200, answer);
    assertThatExceptionOfType(TeiAnswerException.class)
        .isThrownBy(() -> embedder().dimension(3).build().embed("x"))
        .withMessageStartingWith(server.url() + "/embed answers ");
    assertThat(server.received).hasSize(1);
  }

  @Test
  void refusesEmbeddingsOfSeveralSizes() {
    server.plan(200, "[[1,2,3],[1,2]]");
    assertThatExceptionOfType(TeiAnswerException.class)
        .isThrownBy(() -> embedder().build().embedAll(segments(2)))
        .withMessageContaining("a vector of 2 dimensions instead of 3");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[]",
        "[{\"index\":0,\"score\":0.5}]",
        "[{\"index\":0,\"score\":0.5},{\"index\":0,\"score\":0.4}]",
        "[{\"index\":0,\"score\":0.5},{\"index\":2,\"score\":0.4}]",
        "[{\"index\":0,\"score\":0.5},{\"index\":-1,\"score\":0.4}]",
        "[{\"index\":0,\"score\":0.5},{\"index\":1}]",
        "[{\"index\":0,\"score\":0.5},{\"score\":0.4}]",
        "[{\"index\":0,\"score\":0.5},{\"index\":1,\"score\":\"NaN\"}]",
        "{\"indices\":[0,1]}",
        "no",
      })
  void refusesScoresThatAreNone(String answer) {
    server.plan(200, answer);
    assertThatExceptionOfType(TeiAnswerException.class)
        .isThrownBy(() -> reranker().build().scoreAll(segments(2), "query"));
    assertThat(server.received).hasSize(1);
  }

  // ---- time

  @Test
  void endsWhenTheTimeIsOver() {
    server.planSilence();
    assertThatExceptionOfType(TimeoutException.class)
        .isThrownBy(() -> embedder().timeout(SHORT).build().embed("x"))
        .withMessageContaining("has not answered within PT0.3S; set timeout");
    Awaitility.await().until(() -> server.received.size() == 1);
  }

  @Test
  void endsWhenTheTimeIsOverInTheMiddleOfAnAnswer() {
    server.planHalfAnAnswer();
    assertThatExceptionOfType(TimeoutException.class)
        .isThrownBy(() -> reranker().timeout(SHORT).build().score("x", "query"));
    Awaitility.await().until(() -> server.received.size() == 1);
  }

  @Test
  void endsWhenItsThreadIsInterrupted() throws Exception {
    server.planSilence();
    AtomicReference<Throwable> failure = new AtomicReference<>();
    CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
    Thread caller = new Thread(() -> {
      try {
        embedder().build().embed("x");
      } catch (RuntimeException e) {
        failure.set(e);
      }
      interrupted.complete(Thread.currentThread().isInterrupted());
    });
    caller.start();
    Awaitility.await().until(() -> server.received.size() == 1);
    caller.interrupt();
    assertThat(interrupted.get()).isTrue();
    assertThat(failure.get())
        .isInstanceOf(RetriableException.class)
        .hasMessageContaining("interrupted");
  }

  @Test
  void doesNotNeedTheCommonPool() throws Exception {
    CountDownLatch blocked = new CountDownLatch(ForkJoinPool.getCommonPoolParallelism());
    CountDownLatch released = new CountDownLatch(1);
    for (int i = 0; i < ForkJoinPool.getCommonPoolParallelism(); i++) {
      ForkJoinPool.commonPool().execute(() -> {
        blocked.countDown();
        try {
          released.await();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
      });
    }
    blocked.await();
    try {
      assertThat(embedder()
              .timeout(Duration.ofSeconds(10))
              .build()
              .embed("four")
              .content()
              .vector())
          .contains(4f);
    } finally {
      released.countDown();
    }
  }

  // ---- values

  @Test
  void refusesHalfOfASurrogatePair() {
    assertThatExceptionOfType(InvalidRequestException.class)
        .isThrownBy(() -> embedder().build().embed("\uD800"))
        .withMessageContaining("half of a surrogate pair");
    assertThat(server.received).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost:8080",
        "ftp://host",
        "http://",
        "http://host?x=1",
        "http://host#x",
        "",
        "a b"
      })
  void refusesUrls(String url) {
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(() -> TeiEmbeddingModel.builder(url))
        .withMessageStartingWith("url is ");
  }

  @Test
  void doesNotShowThePasswordOfAUrl() {
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(() -> TeiScoringModel.builder("http://user:secret@host"))
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("secret"));
  }

  @Test
  void refusesValuesOutOfRange() {
    refuses(() -> embedder().timeout(Duration.ZERO), "timeout is PT0S, allowed: more than zero");
    refuses(() -> embedder().batchSize(0), "batchSize is 0, allowed: 1 to 10000");
    refuses(() -> embedder().batchSize(10_001), "batchSize is 10001, allowed: 1 to 10000");
    refuses(() -> reranker().maxAttempts(0), "maxAttempts is 0, allowed: 1 to 20");
    refuses(() -> reranker().maxAttempts(21), "maxAttempts is 21, allowed: 1 to 20");
    refuses(
        () -> reranker().backOff(Duration.ofMillis(-1), SHORT),
        "firstBackOff is PT-0.001S, allowed: more than zero");
    refuses(
        () -> reranker().backOff(SHORT, Duration.ZERO),
        "maxBackOff is PT0S, allowed: more than zero");
    refuses(() -> embedder().dimension(0), "dimension is 0, allowed: 1 and more");
    refuses(
        () -> embedder().apiKey("a\nb"),
        "apiKey is blank or has a control character; allowed: a text without them");
  }

  private static void refuses(Runnable call, String message) {
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(call::run)
        .withMessage(message);
  }
}
