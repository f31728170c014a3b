package io.tierkeeper.examples.embedding;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/** The metrics. None has the tenant as a label: there may be millions of them. */
final class Meters {

  private static final String OUTCOME = "outcome";

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final MultiGauge jobs = MultiGauge.builder("embedding.jobs")
      .description("Jobs in the database by state")
      .register(registry);
  private final AtomicLong queueAge = new AtomicLong();
  private final AtomicLong lacking = new AtomicLong();

  Meters() {
    Gauge.builder("embedding.queue.age", queueAge, age -> age.get() / 1000.0)
        .description("Age of the oldest job that is not done")
        .baseUnit("seconds")
        .register(registry);
    Gauge.builder("embedding.backfill.assets", lacking, AtomicLong::get)
        .description("Assets without the vectors of the model that is being changed to")
        .register(registry);
  }

  PrometheusMeterRegistry registry() {
    return registry;
  }

  /** Sets what is read from the database. */
  void set(JobStore.Backlog backlog) {
    jobs.register(
        backlog.jobs().entrySet().stream()
            .map((Map.Entry<JobState, Long> state) ->
                MultiGauge.Row.of(Tags.of("state", state.getKey().text()), state.getValue()))
            .toList(),
        true);
    queueAge.set(backlog.oldest().toMillis());
    lacking.set(backlog.assetsWithoutTarget());
  }

  /** Times one call of an embedder. */
  <T> T embed(String model, Supplier<T> call) {
    return timed("embedding.embed", Tags.of("model", model), call);
  }

  /** Times the writes of one batch of segments. */
  void upsert(Runnable call) {
    timed("embedding.upsert", Tags.empty(), () -> {
      call.run();
      return true;
    });
  }

  /** Times a search in Qdrant. */
  <T> T search(Supplier<T> call) {
    return timed("embedding.search", Tags.empty(), call);
  }

  /** Counts an answer, and how long it took. */
  void answered(String endpoint, int status, Duration took) {
    registry
        .timer("embedding.requests", "endpoint", endpoint, "status", Integer.toString(status))
        .record(took);
  }

  private <T> T timed(String name, Tags tags, Supplier<T> call) {
    Timer.Sample sample = Timer.start(registry);
    String outcome = "failed";
    try {
      T result = call.get();
      outcome = "ok";
      return result;
    } finally {
      sample.stop(registry.timer(name, tags.and(OUTCOME, outcome)));
    }
  }
}
