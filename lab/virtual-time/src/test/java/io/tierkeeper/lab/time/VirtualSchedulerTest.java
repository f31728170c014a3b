package io.tierkeeper.lab.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class VirtualSchedulerTest {

  @Test
  void theSameSeedGivesTheSameOrderAndOthersGiveOthers() {
    assertThat(orders(5)).isEqualTo(orders(5));
    assertThat(LongStream.range(0, 20)
            .mapToObj(VirtualSchedulerTest::orders)
            .distinct()
            .count())
        .isGreaterThan(10);
  }

  /** Three processes that each take four steps of no length. */
  private static List<String> orders(long seed) {
    List<String> order = new ArrayList<>();
    VirtualScheduler.run(seed, scheduler -> {
      List<Scheduler.Handle> handles = new ArrayList<>();
      for (String name : List.of("a", "b", "c")) {
        handles.add(scheduler.fork(name, () -> {
          for (int step = 0; step < 4; step++) {
            order.add(name + step);
            scheduler.sleep(Duration.ZERO);
          }
        }));
      }
      for (Scheduler.Handle handle : handles) {
        handle.join();
      }
    });
    assertThat(order).hasSize(12);
    return order;
  }

  @Test
  void anHourPassesWhileAllWaitAndTheShorterWaitEndsFirst() {
    List<String> ended = new ArrayList<>();
    VirtualScheduler.run(1, scheduler -> {
      Instant start = scheduler.clock().instant();
      scheduler.fork("short", () -> {
        scheduler.sleep(Duration.ofMinutes(59));
        ended.add("short");
      });
      scheduler.sleep(Duration.ofHours(1));
      ended.add("long");
      assertThat(Duration.between(start, scheduler.clock().instant()))
          .isEqualTo(Duration.ofHours(1));
      assertThat(scheduler.nanoTime()).isEqualTo(Duration.ofHours(1).toNanos());
    });
    assertThat(ended).containsExactly("short", "long");
  }

  @Test
  void aMonitorIsHeldByOneAtATimeAndSignalsWakeTheWaiting() {
    for (long seed = 0; seed < 50; seed++) {
      List<Integer> inside = new ArrayList<>();
      int[] count = {0};
      VirtualScheduler.run(seed, scheduler -> {
        Scheduler.Monitor monitor = scheduler.monitor();
        for (int i = 0; i < 5; i++) {
          scheduler.fork("worker " + i, () -> {
            monitor.lock();
            monitor.lock();
            inside.add(1);
            scheduler.sleep(Duration.ofSeconds(1));
            assertThat(inside).hasSize(1);
            inside.clear();
            monitor.unlock();
            count[0]++;
            monitor.signalAll();
            monitor.unlock();
          });
        }
        monitor.lock();
        while (count[0] < 5) {
          monitor.awaitNanos(Long.MAX_VALUE);
        }
        monitor.unlock();
      });
      assertThat(count[0]).isEqualTo(5);
    }
  }

  @Test
  void aWaitEndsWithItsTimeWithoutASignal() {
    VirtualScheduler.run(3, scheduler -> {
      Scheduler.Monitor monitor = scheduler.monitor();
      monitor.lock();
      assertThat(monitor.awaitNanos(5_000)).isLessThanOrEqualTo(0);
      monitor.unlock();
      assertThat(scheduler.nanoTime()).isEqualTo(5_000);
    });
  }

  @Test
  void processesThatWaitForEverAreNamed() {
    assertThatIllegalStateException()
        .isThrownBy(() -> VirtualScheduler.run(9, scheduler -> {
          Scheduler.Monitor monitor = scheduler.monitor();
          monitor.lock();
          monitor.awaitNanos(Long.MAX_VALUE);
        }))
        .withMessageContaining("seed 9")
        .withMessageContaining("wait for ever: [first]");
  }

  @Test
  void theFailureOfAnyProcessEndsTheRun() {
    assertThatIllegalStateException()
        .isThrownBy(() -> VirtualScheduler.run(4, scheduler -> {
          scheduler.fork("bad", () -> {
            throw new IllegalArgumentException("wrong");
          });
          scheduler.sleep(Duration.ofDays(1));
        }))
        .withMessageContaining("seed 4")
        .withMessageContaining("wrong");
  }

  @Test
  void whatStillWaitsAtTheEndIsStopped() {
    List<String> seen = new ArrayList<>();
    VirtualScheduler.run(4, scheduler -> {
      scheduler.fork("endless", () -> {
        try {
          scheduler.sleep(Duration.ofDays(1));
          seen.add("continued");
        } finally {
          seen.add("stopped");
        }
      });
      scheduler.sleep(Duration.ofSeconds(1));
    });
    assertThat(seen).containsExactly("stopped");
  }
}
