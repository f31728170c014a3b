package io.tierkeeper.client;

import io.tierkeeper.lab.qdrant.emulator.EmulatedQdrant;
import io.tierkeeper.lab.qdrant.emulator.EmulatorOptions;
import java.time.Duration;
import java.util.stream.Collectors;

/** An emulated cluster with a collection for tenants, and a client of it. */
final class ClientRig implements AutoCloseable {

  static final String COLLECTION = "kb";
  static final int DIMENSIONS = 4;

  /** Short waits, so that a test of a failure that lasts does not. */
  static final RetryPolicy QUICK = RetryPolicy.DEFAULT
      .withAttemptTimeout(Duration.ofSeconds(2))
      .withBudget(Duration.ofSeconds(5))
      .withBackOff(Duration.ofMillis(5), Duration.ofMillis(50));

  final EmulatedQdrant qdrant;
  final TenantClient client;

  private ClientRig(EmulatedQdrant qdrant, TenantClient client) {
    this.qdrant = qdrant;
    this.client = client;
  }

  /** With the collection created. */
  static ClientRig start() {
    return start(EmulatorOptions.defaults().withConsensusLag(Duration.ofMillis(2)));
  }

  static ClientRig start(EmulatorOptions options) {
    EmulatedQdrant qdrant = EmulatedQdrant.start(options);
    TenantClient client = TenantClient.connect(config(qdrant).build());
    client.collection().create();
    return new ClientRig(qdrant, client);
  }

  static ClientConfig.Builder config(EmulatedQdrant qdrant) {
    return ClientConfig.builder(COLLECTION)
        .url(qdrant.peers().stream()
            .map(peer -> peer.grpcEndpoint().toString())
            .collect(Collectors.joining(",")))
        .vectorSize(DIMENSIONS)
        .retry(QUICK);
  }

  @Override
  public void close() {
    client.close();
    qdrant.close();
  }

  /** A point of a number with a vector that no other number below a thousand has the direction of. */
  static Point point(long number) {
    return Point.of(PointId.of(number), vector(number), java.util.Map.of("number", number));
  }

  static float[] vector(long number) {
    return new float[] {1, number % 10 / 10f, number / 10 % 10 / 10f, number / 100 % 10 / 10f};
  }
}
