package io.tierkeeper.operator.health;

import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.http.Interceptor;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.tierkeeper.operator.metrics.Metric;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Counts the requests that the API server refuses for lack of rights, and remembers the last one for the probe. */
public final class ApiRefusals implements Interceptor {

  private static final Set<Integer> REFUSED = Set.of(401, 403);
  private static final Duration SHOWN_FOR = Duration.ofMinutes(5);

  /** @param request method and path */
  private record Refusal(String request, int code, Instant at) {}

  private final InstantSource clock;
  private final Counter counter;
  private volatile @Nullable Refusal last;

  public ApiRefusals(InstantSource clock, MeterRegistry meters) {
    this.clock = clock;
    counter = Counter.builder(Metric.API_REFUSED.id())
        .description(Metric.API_REFUSED.meaning())
        .register(meters);
  }

  @Override
  public void after(
      HttpRequest request,
      HttpResponse<?> response,
      AsyncBody.Consumer<List<ByteBuffer>> consumer) {
    if (REFUSED.contains(response.code())) {
      counter.increment();
      last = new Refusal(
          request.method() + " " + request.uri().getPath(), response.code(), clock.instant());
    }
  }

  /** The last refusal of the last five minutes, in a sentence. */
  public Optional<String> recent() {
    return Optional.ofNullable(last)
        .filter(refusal -> clock.instant().isBefore(refusal.at().plus(SHOWN_FOR)))
        .map(refusal -> "the API server refused " + refusal.request() + " with " + refusal.code()
            + " at " + refusal.at().truncatedTo(ChronoUnit.SECONDS)
            + "; check the Role of the operator");
  }
}
