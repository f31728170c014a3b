package io.tierkeeper.lab.faults.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.tierkeeper.api.v1alpha1.TierPolicy;
import io.tierkeeper.lab.time.VirtualScheduler;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Under fault injection a leader begins with empty caches, and each kind is listed at a time of its own. */
class EmptyViewTest {

  @Test
  void aViewIsEmptyUntilItsFirstList() {
    VirtualScheduler.run(1, simulator -> {
      LateView<TierPolicy> view = new LateView<>(
          TierPolicy.class,
          List.of(),
          simulator,
          Duration.ofSeconds(2),
          Duration.ZERO,
          Duration.ofMillis(1),
          (before, after, last) -> {});
      view.observe();
      assertThat(view.listed()).isFalse();
      simulator.sleep(Duration.ofSeconds(2));
      view.observe();
      assertThat(view.listed()).isTrue();
    });
  }
}
