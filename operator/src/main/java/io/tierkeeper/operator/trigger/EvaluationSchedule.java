package io.tierkeeper.operator.trigger;

import io.tierkeeper.evaluation.schedule.CronSchedule;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * When a collection is evaluated.
 *
 * @param evaluate the policy's schedule
 * @param every a fixed interval in addition to it; null for none
 * @param edges instants at which a window or pause begins or ends
 */
public record EvaluationSchedule(
    CronSchedule evaluate, @Nullable Duration every, List<Instant> edges) {

  public EvaluationSchedule {
    edges = List.copyOf(edges);
  }

  /** Whether both fire at the same instants. */
  public boolean sameAs(EvaluationSchedule other) {
    return evaluate.toString().equals(other.evaluate.toString())
        && Objects.equals(every, other.every)
        && edges.equals(other.edges);
  }

  /** The next instant strictly after this one; empty when there is none. */
  public Optional<Instant> next(Instant after) {
    return Stream.of(
            evaluate.next(after).stream(),
            every == null ? Stream.<Instant>empty() : Stream.of(after.plus(every)),
            edges.stream().filter(edge -> edge.isAfter(after)))
        .flatMap(instants -> instants)
        .min(Instant::compareTo);
  }
}
