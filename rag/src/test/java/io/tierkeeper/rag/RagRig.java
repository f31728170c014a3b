package io.tierkeeper.rag;

import io.tierkeeper.client.ClientConfig;
import io.tierkeeper.client.RetryPolicy;
import io.tierkeeper.client.TenantClient;
import io.tierkeeper.lab.qdrant.emulator.EmulatedQdrant;
import io.tierkeeper.lab.qdrant.emulator.EmulatorOptions;
import io.tierkeeper.lab.qdrant.local.LocalQdrant;
import io.tierkeeper.lab.time.Scheduler;
import java.net.URI;
import java.time.Duration;
import java.util.stream.Collectors;

/** A Qdrant with a collection for tenants, and a client of it. */
final class RagRig implements AutoCloseable {

  static final String COLLECTION = "kb";

  private final AutoCloseable server;
  final TenantClient client;

  private RagRig(AutoCloseable server, TenantClient client) {
    this.server = server;
    this.client = client;
    client.collection().create();
  }

  /** On the emulator, without ports. */
  static RagRig start() {
    EmulatedQdrant qdrant = EmulatedQdrant.withoutPorts(
        EmulatorOptions.defaults().withPeers(1).withConsensusLag(Duration.ZERO),
        Scheduler.realTime(),
        Duration.ofSeconds(10));
    return new RagRig(
        qdrant, TenantClient.over(config().build(), qdrant.peers().get(0).channel()));
  }

  /** On processes of a real server, which are stopped with the rig. */
  static RagRig start(LocalQdrant real) {
    String urls = real.endpoints().stream().map(URI::toString).collect(Collectors.joining(","));
    return new RagRig(real, TenantClient.connect(config().url(urls).build()));
  }

  private static ClientConfig.Builder config() {
    return ClientConfig.builder(COLLECTION)
        .vectorSize(WordVectors.DIMENSIONS)
        // For searches without a threshold of their own, which a store has none of.
        .scoreThreshold(0.99f)
        // A conflict of ids is reported at once.
        .retry(RetryPolicy.DEFAULT.withMaxAttempts(1));
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
}
