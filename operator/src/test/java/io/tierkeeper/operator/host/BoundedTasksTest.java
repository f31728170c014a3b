package io.tierkeeper.operator.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BoundedTasksTest {

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final BoundedTasks bounded = new BoundedTasks(threads, 4);

  @AfterEach
  void end() {
    threads.close();
  }

  @Test
  void runsEachTaskOnceAndFourAtATime() {
    AtomicInteger running = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    AtomicInteger runs = new AtomicInteger();
    // Each waits for three others, so fewer at a time would not end.
    CyclicBarrier four = new CyclicBarrier(4);
    bounded.runAll(Collections.nCopies(40, () -> {
      most.accumulateAndGet(running.incrementAndGet(), Math::max);
      try {
        four.await(10, TimeUnit.SECONDS);
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
      runs.incrementAndGet();
      running.decrementAndGet();
    }));
    assertThat(runs).hasValue(40);
    assertThat(most).hasValue(4);
  }

  @Test
  void afterAFailureNoOtherTaskBegins() {
    AtomicInteger begun = new AtomicInteger();
    List<Runnable> tasks = IntStream.range(0, 1_000)
        .<Runnable>mapToObj(task -> () -> {
          begun.incrementAndGet();
          throw new IllegalStateException("the server refuses task");
        })
        .toList();
    assertThatThrownBy(() -> bounded.runAll(tasks)).hasMessage("the server refuses task");
    assertThat(begun.get()).isBetween(1, 4);
  }

  @Test
  void nothingToDoIsDoneAtOnce() {
    bounded.runAll(List.of());
  }
}
