package io.tierkeeper.lab.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class SimulatorTest {

  @Test
  void theSameSeedGivesTheSameOrderAndOthersGiveOthers() {
    assertThat(orders(5)).isEqualTo(orders(5));
    assertThat(
            LongStream.range(0, 20).mapToObj(SimulatorTest::orders).distinct().count())
        .isGreaterThan(10);
  }

  /** Three processes that each take four steps of no length. */
  private static List<String> orders(long seed) {
    List<String> order = new ArrayList<>();
    Simulator.run(seed, simulator -> {
      List<Processes.Handle> handles = new ArrayList<>();
      for (String name : List.of("a", "b", "c")) {
        handles.add(simulator.fork(name, () -> {
          for (int step = 0; step < 4; step++) {
            order.add(name + step);
            simulator.sleep(Duration.ZERO);
          }
        }));
      }
      for (Processes.Handle handle : handles) {
        handle.join();
      }
    });
    assertThat(order).hasSize(12);
    return order;
  }

  @Test
  void anHourPassesWhileEverybodyWaitsAndTheShorterWaitEndsFirst() {
    List<String> ended = new ArrayList<>();
    Simulator.run(1, simulator -> {
      Instant start = simulator.clock().instant();
      simulator.fork("short", () -> {
        simulator.sleep(Duration.ofMinutes(59));
        ended.add("short");
      });
      simulator.sleep(Duration.ofHours(1));
      ended.add("long");
      assertThat(Duration.between(start, simulator.clock().instant()))
          .isEqualTo(Duration.ofHours(1));
      assertThat(simulator.nanoTime()).isEqualTo(Duration.ofHours(1).toNanos());
    });
    assertThat(ended).containsExactly("short", "long");
  }

  @Test
  void aMonitorIsHeldByOneAtATimeAndSignalsWakeWhoWaits() {
    for (long seed = 0; seed < 50; seed++) {
      List<Integer> inside = new ArrayList<>();
      int[] count = {0};
      Simulator.run(seed, simulator -> {
        Processes.Monitor monitor = simulator.monitor();
        for (int i = 0; i < 5; i++) {
          simulator.fork("worker " + i, () -> {
            monitor.lock();
            monitor.lock();
            inside.add(1);
            simulator.sleep(Duration.ofSeconds(1));
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
  void aWaitEndsWithItsTimeWhereNobodySignals() {
    Simulator.run(3, simulator -> {
      Processes.Monitor monitor = simulator.monitor();
      monitor.lock();
      assertThat(monitor.awaitNanos(5_000)).isLessThanOrEqualTo(0);
      monitor.unlock();
      assertThat(simulator.nanoTime()).isEqualTo(5_000);
    });
  }

  @Test
  void processesThatWaitForEverAreNamed() {
    assertThatIllegalStateException()
        .isThrownBy(() -> Simulator.run(9, simulator -> {
          Processes.Monitor monitor = simulator.monitor();
          monitor.lock();
          monitor.awaitNanos(Long.MAX_VALUE);
        }))
        .withMessageContaining("seed 9")
        .withMessageContaining("wait for ever: [first]");
  }

  @Test
  void theFailureOfAnyProcessEndsTheRun() {
    assertThatIllegalStateException()
        .isThrownBy(() -> Simulator.run(4, simulator -> {
          simulator.fork("bad", () -> {
            throw new IllegalArgumentException("wrong");
          });
          simulator.sleep(Duration.ofDays(1));
        }))
        .withMessageContaining("seed 4")
        .withMessageContaining("wrong");
  }

  @Test
  void whatStillWaitsAtTheEndIsStopped() {
    List<String> seen = new ArrayList<>();
    Simulator.run(4, simulator -> {
      simulator.fork("endless", () -> {
        try {
          simulator.sleep(Duration.ofDays(1));
          seen.add("went on");
        } finally {
          seen.add("stopped");
        }
      });
      simulator.sleep(Duration.ofSeconds(1));
    });
    assertThat(seen).containsExactly("stopped");
  }
}
