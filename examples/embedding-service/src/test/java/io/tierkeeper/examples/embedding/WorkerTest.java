package io.tierkeeper.examples.embedding;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.tierkeeper.client.VectorData;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Retries, order of jobs, leases; on an embedding server that answers as a test says. */
class WorkerTest {

  private static final String VECTOR = "[[0.6,0.8]]";

  /** A server of embeddings that gives the answers of a list, and then vectors. */
  private static final class EmbeddingServer implements AutoCloseable {
    private final Deque<String> answers = new ArrayDeque<>();
    private final AtomicInteger calls = new AtomicInteger();
    private final HttpServer server;

    EmbeddingServer(String... answers) throws IOException {
      this.answers.addAll(List.of(answers));
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.createContext("/embed", exchange -> {
        calls.incrementAndGet();
        exchange.getRequestBody().readAllBytes();
        String answer = this.answers.isEmpty() ? "200 " + VECTOR : this.answers.remove();
        byte[] body = answer.substring(4).getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(Integer.parseInt(answer.substring(0, 3)), body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
      });
      server.start();
    }

    String model() {
      return "model=2@http://127.0.0.1:" + server.getAddress().getPort();
    }

    @Override
    public void close() {
      server.stop(0);
    }
  }

  @Test
  void repeatsWhatMayHelpAndStoresTheVectorOfTheServer() throws Exception {
    try (EmbeddingServer server = new EmbeddingServer("503 busy", "429 too many", "424 failed");
        Rig rig = Rig.start("EMBEDDING_MODELS", server.model())) {
      JobStore.Accepted accepted = rig.submit("acme", Kind.EMBED, "a", "some text");
      rig.worker().runOne();
      Job job = rig.job(accepted);
      assertThat(job.state()).isEqualTo(JobState.QUEUED);
      assertThat(job.error()).contains("503").contains("busy");
      rig.letTimePass();
      rig.worker().runOne();
      rig.letTimePass();
      rig.worker().runOne();
      rig.letTimePass();
      rig.worker().runOne();
      job = rig.job(accepted);
      assertThat(job.state()).isEqualTo(JobState.SUCCEEDED);
      assertThat(job.attempts()).isEqualTo(4);
      assertThat(job.error()).isNull();
      VectorData vector = rig.points("acme", "embed", "a").getFirst().vectors().get("model");
      assertThat(((VectorData.Dense) Objects.requireNonNull(vector)).values())
          .containsExactly(0.6f, 0.8f);
    }
  }

  @Test
  void givesUpAtOnceWhatARepetitionDoesNotHelp() throws Exception {
    try (EmbeddingServer server = new EmbeddingServer("413 the text is too long");
        Rig rig = Rig.start("EMBEDDING_MODELS", server.model())) {
      JobStore.Accepted accepted = rig.submit("acme", Kind.EMBED, "a", "some text");
      rig.drain();
      Job job = rig.job(accepted);
      assertThat(job.state()).isEqualTo(JobState.FAILED);
      assertThat(job.error()).contains("413: the text is too long");
      assertThat(server.calls).hasValue(1);

      // The same request queues the same job again.
      JobStore.Accepted again = rig.submit("acme", Kind.EMBED, "a", "some text");
      assertThat(again.created()).isTrue();
      assertThat(again.job().id()).isEqualTo(job.id());
      rig.drain();
      assertThat(rig.job(again).state()).isEqualTo(JobState.SUCCEEDED);
    }
  }

  @Test
  void givesUpAfterTheLastAttempt() throws Exception {
    try (EmbeddingServer server = new EmbeddingServer("500 a", "500 b", "500 c");
        Rig rig = Rig.start("EMBEDDING_MODELS", server.model(), "MAX_ATTEMPTS", "3")) {
      JobStore.Accepted accepted = rig.submit("acme", Kind.EMBED, "a", "some text");
      for (int i = 0; i < 5; i++) {
        rig.letTimePass();
        rig.worker().runOne();
      }
      assertThat(rig.job(accepted).state()).isEqualTo(JobState.FAILED);
      assertThat(server.calls).hasValue(3);
    }
  }

  @Test
  void aVectorOfAnotherSizeIsRefused() throws Exception {
    try (EmbeddingServer server = new EmbeddingServer("200 [[1,0,0]]");
        Rig rig = Rig.start("EMBEDDING_MODELS", server.model())) {
      JobStore.Accepted accepted = rig.submit("acme", Kind.EMBED, "a", "some text");
      rig.drain();
      assertThat(rig.job(accepted).state()).isEqualTo(JobState.FAILED);
      assertThat(rig.job(accepted).error()).contains("size 3").contains("EMBEDDING_MODELS has 2");
      assertThat(rig.points("acme", "embed", "a")).isEmpty();
    }
  }

  @Test
  void aJobThatEndsItsProcessIsGivenUp() throws SQLException {
    try (Rig rig = Rig.start("MAX_ATTEMPTS", "2")) {
      JobStore.Accepted accepted = rig.submit("acme", Kind.EMBED, "a", "some text");
      rig.parts().jobs().claim(rig.settings().lease());
      rig.letTimePass();
      rig.parts().jobs().claim(rig.settings().lease());
      rig.letTimePass();
      rig.worker().runOne();
      assertThat(rig.job(accepted).state()).isEqualTo(JobState.FAILED);
      assertThat(rig.job(accepted).error()).contains("given up after 2 attempts");
    }
  }

  @Test
  void aQdrantThatIsDownIsWaitedFor() throws SQLException {
    try (Rig rig = Rig.start()) {
      JobStore.Accepted accepted = rig.submit("acme", Kind.EMBED, "a", "some text");
      rig.qdrant().close();
      Thread.currentThread().interrupt();
      // The client's own retries are ended by the interrupt, so that the test does not wait for
      // them.
      rig.worker().runOne();
      assertThat(Thread.interrupted()).isTrue();
      assertThat(rig.job(accepted).state()).isEqualTo(JobState.QUEUED);
      assertThat(rig.count("SELECT COUNT(*) FROM outbox")).isEqualTo(1);
    }
  }

  /** The worker is suspended after it has embedded; meanwhile its lease ends, and its job and a later one of the asset are done. */
  @Test
  void aWorkerThatHasLostItsLeaseWritesNothing() throws SQLException {
    try (Rig rig = Rig.start()) {
      rig.submit("acme", Kind.EMBED, "a", Rig.text("old", 3));
      rig.at(step -> {
        if (step.equals("worker.embedded")) {
          rig.at(Failpoint.NONE);
          meanwhile(rig);
        }
      });
      rig.worker().runOne();
      assertThat(rig.points("acme", "embed", "a")).hasSize(1);
      assertThat(rig.points("acme", "embed", "a").getFirst().payload().get("text"))
          .isEqualTo("new text");
      assertThat(rig.count("SELECT COUNT(*) FROM job WHERE state = 'Succeeded'"))
          .isEqualTo(2);
    }
  }

  private static void meanwhile(Rig rig) {
    try {
      rig.letTimePass();
      rig.submit("acme", Kind.EMBED, "a", "new text");
      rig.drain();
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void mockAssetsAreApartFromOthers() throws SQLException {
    try (Rig rig = Rig.start()) {
      rig.submit("acme", Kind.EMBED, "a", "one text");
      rig.submit("acme", Kind.MOCK, "a", "another text");
      rig.drain();
      assertThat(rig.points("acme", "embed", "a").getFirst().vectors()).containsOnlyKeys("hash-a");
      assertThat(rig.points("acme", "mock", "a").getFirst().vectors()).containsOnlyKeys("mock");
      assertThat(rig.search("acme", "another text")).containsExactly("a");
      float[] vector = rig.parts().models().embedder("mock").embed(List.of("x")).getFirst();
      assertThat(rig.parts().index().search("acme", "mock", vector, 10))
          .extracting(SegmentIndex.Found::text)
          .containsExactly("another text");
    }
  }
}
