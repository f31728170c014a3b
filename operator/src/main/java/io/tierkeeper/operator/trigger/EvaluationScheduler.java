package io.tierkeeper.operator.trigger;

import io.tierkeeper.api.v1alpha1.TieredCollection;
import io.tierkeeper.evaluation.policy.Policy;
import io.tierkeeper.governance.decision.Direction;
import io.tierkeeper.governance.decision.WindowState;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Schedules the evaluations of collections by policy, windows and pauses. */
public final class EvaluationScheduler {

  private final EvaluationTimer timer;
  private final ReconcileTrigger<TieredCollection> collections;
  private final InstantSource clock;
  private final @Nullable Duration every;

  /** @param every a fixed interval in addition to the schedules of policies; null for none */
  public EvaluationScheduler(
      EvaluationTimer timer,
      ReconcileTrigger<TieredCollection> collections,
      InstantSource clock,
      @Nullable Duration every) {
    this.timer = timer;
    this.collections = collections;
    this.clock = clock;
    this.every = every;
  }

  /**
   * Schedules the next evaluation of a collection.
   *
   * @param edges instants at which something opens or ends, in addition to the policy's windows
   */
  public void schedule(String namespace, String name, Policy rules, List<Instant> edges) {
    Instant now = clock.instant();
    List<Instant> all = new ArrayList<>(edges);
    for (Direction direction : Direction.values()) {
      WindowState window = rules.window(now, direction);
      if (window.nextEdge() != null) {
        all.add(window.nextEdge());
      }
    }
    timer.schedule(
        namespace + "/" + name,
        new EvaluationSchedule(rules.schedule(), every, all),
        () -> collections.request(namespace, name));
  }

  /** Ends the evaluations of a collection. */
  public void cancel(String namespace, String name) {
    timer.cancel(namespace + "/" + name);
  }
}
