package io.tierkeeper.client.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tierkeeper.client.BatchOptions;
import io.tierkeeper.client.BatchWriter;
import io.tierkeeper.client.ClientConfig;
import io.tierkeeper.client.Point;
import io.tierkeeper.client.PointId;
import io.tierkeeper.client.RetryPolicy;
import io.tierkeeper.client.TenantClient;
import io.tierkeeper.lab.qdrant.emulator.EmulatedQdrant;
import io.tierkeeper.lab.qdrant.emulator.EmulatorOptions;
import io.tierkeeper.lab.qdrant.emulator.calls.Fault;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MicrometerListenerTest {

  @Test
  void countsAndTimesCalls() {
    SimpleMeterRegistry registry = new SimpleMeterRegistry();
    try (EmulatedQdrant qdrant = EmulatedQdrant.start(EmulatorOptions.defaults().withPeers(1));
        TenantClient client = TenantClient.connect(ClientConfig.builder("kb")
            .url(qdrant.peers().get(0).grpcEndpoint().toString())
            .vectorSize(2)
            .retry(RetryPolicy.DEFAULT.withBackOff(Duration.ofMillis(1), Duration.ofMillis(1)))
            .listener(new MicrometerListener(registry))
            .build())) {
      client.collection().create();
      qdrant.faults().add(Fault.of(Fault.Kind.LOSE_CALL, "upsert", 1));
      try (BatchWriter writer = client.forTenant("acme").batchWriter(BatchOptions.DEFAULT)) {
        writer.add(Point.of(PointId.of("doc-1"), new float[] {1, 0}, Map.of()));
      }
      assertThat(registry
              .get("tierkeeper.client.calls")
              .tags("operation", "upsert", "outcome", "ok")
              .timer()
              .count())
          .isOne();
      assertThat(registry
              .get("tierkeeper.client.attempts")
              .tags("operation", "upsert")
              .summary()
              .max())
          .isEqualTo(2);
      assertThat(registry
              .get("tierkeeper.client.retries")
              .tags("operation", "upsert", "error", "OutcomeUnknown")
              .counter()
              .count())
          .isEqualTo(1);
      assertThat(registry.get("tierkeeper.client.held.back").timer().count()).isPositive();
      assertThat(registry.getMeters())
          .allSatisfy(meter -> assertThat(meter.getId().getTag("tenant")).isNull());
    }
  }
}
