package io.tierkeeper.load.write;

import static org.assertj.core.api.Assertions.assertThat;

import io.tierkeeper.qdrant.CollectionDescription.UpdateQueue;
import io.tierkeeper.qdrant.QdrantException.OutcomeUnknown;
import io.tierkeeper.qdrant.QdrantException.RateLimited;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class WindowTest {
  private static final long FAST = 1_000_000;

  private final Window window = new Window(4, 8, System::nanoTime);

  private void answers(int count, long nanos) throws InterruptedException {
    for (int i = 0; i < count; i++) {
      window.enter();
      window.succeeded(nanos);
    }
  }

  @Test
  void opensByOneAfterAsManyGoodAnswersAsItAllows() throws InterruptedException {
    assertThat(window.allowed()).isEqualTo(4);
    answers(3, FAST);
    assertThat(window.allowed()).isEqualTo(4);
    answers(1, FAST);
    assertThat(window.allowed()).isEqualTo(5);
    answers(100, FAST);
    assertThat(window.allowed()).isEqualTo(8);
  }

  @Test
  void closesByOneWhileAnswersTakeMuchLongerThanTheFastest() throws InterruptedException {
    answers(50, FAST);
    answers(200, FAST * 10);
    assertThat(window.allowed()).isEqualTo(1);
    answers(200, FAST * 2);
    assertThat(window.allowed()).isEqualTo(8);
  }

  @Test
  void aServerThatIsSlowFromTheBeginningIsNoReasonToClose() throws InterruptedException {
    answers(100, FAST * 1000);
    assertThat(window.allowed()).isEqualTo(8);
  }

  @Test
  void closesToHalfAndForAWhileWhereTheServerRefuses() throws InterruptedException {
    answers(100, FAST);
    Duration pause = Duration.ofMillis(80);
    window.enter();
    long begin = System.nanoTime();
    window.overloaded(pause);
    assertThat(window.allowed()).isEqualTo(4);
    window.enter();
    assertThat(System.nanoTime() - begin).isGreaterThanOrEqualTo(pause.toNanos());
    for (int i = 0; i < 5; i++) {
      window.overloaded(Duration.ZERO);
      window.enter();
    }
    assertThat(window.allowed()).isEqualTo(1);
  }

  @Test
  void allowsOneWriteWhileTheQueueOfTheEngineIsLong() {
    window.queue(new UpdateQueue(Window.MAX_QUEUED, 0));
    assertThat(window.allowed()).isEqualTo(4);
    window.queue(new UpdateQueue(Window.MAX_QUEUED + 1, 0));
    assertThat(window.allowed()).isEqualTo(1);
    window.queue(new UpdateQueue(Window.MAX_QUEUED / 2 + 1, 0));
    assertThat(window.allowed()).isEqualTo(1);
    window.queue(new UpdateQueue(Window.MAX_QUEUED / 2, 0));
    assertThat(window.allowed()).isEqualTo(4);
    window.queue(new UpdateQueue(0, Window.MAX_DEFERRED + 1));
    assertThat(window.allowed()).isEqualTo(1);
    window.queue(UpdateQueue.NONE);
    assertThat(window.allowed()).isEqualTo(4);
  }

  @Test
  void holdsTheNextWriteUntilOneEnds() throws InterruptedException {
    for (int i = 0; i < 4; i++) {
      window.enter();
    }
    AtomicBoolean entered = new AtomicBoolean();
    CountDownLatch done = new CountDownLatch(1);
    Thread fifth = Thread.ofVirtual().start(() -> {
      try {
        window.enter();
        entered.set(true);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } finally {
        done.countDown();
      }
    });
    assertThat(done.await(50, TimeUnit.MILLISECONDS)).isFalse();
    window.ended();
    fifth.join();
    assertThat(entered).isTrue();
  }

  @Test
  void waitsAsLongAsTheServerSaysAndElseTwiceAsLongEachTime() {
    Retries retries = new Retries(Duration.ofMinutes(1));
    assertThat(retries.pause(1, new RateLimited("r", Duration.ofSeconds(3))))
        .isEqualTo(Duration.ofSeconds(3));
    assertThat(retries.pause(1, new RateLimited("r", Duration.ofDays(1))))
        .isEqualTo(Duration.ofMinutes(1));
    assertThat(retries.pause(1, new RateLimited("r", null)))
        .isBetween(Duration.ofMillis(50), Duration.ofMillis(100));
    assertThat(retries.pause(4, new OutcomeUnknown("o", null)))
        .isBetween(Duration.ofMillis(400), Duration.ofMillis(800));
    assertThat(retries.pause(1000, new OutcomeUnknown("o", null)))
        .isBetween(Duration.ofSeconds(5), Duration.ofSeconds(10));
  }
}
