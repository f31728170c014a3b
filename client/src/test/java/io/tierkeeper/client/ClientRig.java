package io.tierkeeper.client;

import io.tierkeeper.lab.qdrant.emulator.EmulatedQdrant;
import io.tierkeeper.lab.qdrant.emulator.EmulatorOptions;
import io.tierkeeper.lab.qdrant.local.LocalQdrant;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** An emulated cluster with a collection for tenants, and a client of it. */
final class ClientRig implements AutoCloseable {

  static final String COLLECTION = "kb";
  static final int DIMENSIONS = 4;

  /** Short waits, so that a test of a failure that lasts does not. */
  static final RetryPolicy QUICK = RetryPolicy.DEFAULT
      .withAttemptTimeout(Duration.ofSeconds(2))
      .withBudget(Duration.ofSeconds(5))
      .withBackOff(Duration.ofMillis(5), Duration.ofMillis(50));

  private final @Nullable EmulatedQdrant emulated;
  private final AutoCloseable server;
  final TenantClient client;

  private ClientRig(@Nullable EmulatedQdrant emulated, AutoCloseable server, TenantClient client) {
    this.emulated = emulated;
    this.server = server;
    this.client = client;
  }

  /** The emulator; not of a rig on a real server. */
  EmulatedQdrant qdrant() {
    return Objects.requireNonNull(emulated);
  }

  /** With the collection created. */
  static ClientRig start() {
    return start(EmulatorOptions.defaults().withConsensusLag(Duration.ofMillis(2)));
  }

  static ClientRig start(EmulatorOptions options) {
    EmulatedQdrant qdrant = EmulatedQdrant.start(options);
    TenantClient client = TenantClient.connect(config(qdrant).build());
    client.collection().create();
    return new ClientRig(qdrant, qdrant, client);
  }

  static ClientRig start(LocalQdrant real) {
    TenantClient client = TenantClient.connect(config(real.endpoints().stream()).build());
    client.collection().create();
    return new ClientRig(null, real, client);
  }

  static ClientConfig.Builder config(EmulatedQdrant qdrant) {
    return config(qdrant.peers().stream().map(peer -> peer.grpcEndpoint()));
  }

  private static ClientConfig.Builder config(Stream<URI> endpoints) {
    return ClientConfig.builder(COLLECTION)
        .url(endpoints.map(URI::toString).collect(Collectors.joining(",")))
        .vectorSize(DIMENSIONS)
        .retry(QUICK);
  }

  @Override
  public void close() {
    client.close();
    try {
      server.close();
    } catch (Exception e) {
      throw new IllegalStateException("the server does not stop", e);
    }
  }

  /** A point of a number with a vector that no other number below a thousand has the direction of. */
  static Point point(long number) {
    return Point.of(PointId.of(number), vector(number), Map.of("number", number));
  }

  static float[] vector(long number) {
    return new float[] {1, number % 10 / 10f, number / 10 % 10 / 10f, number / 100 % 10 / 10f};
  }
}
