package io.tierkeeper.qdrant;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a Qdrant cluster is and how to speak to it.
 *
 * @param endpoints one for each peer, as {@code http(s)://host:6334}, or one headless name that resolves to all peers
 * @param restPorts the REST port of each endpoint, in the same order; one entry serves all
 * @param apiKey sent with every call, or null
 * @param trustedCa a PEM file of the authority that signed the servers' certificates, or null for the system's
 * @param clientCertificate a PEM file with certificate chain, or null; with {@code clientKey} for mutual TLS
 * @param deadline for reads and small writes; layout calls take their own, longer one
 */
public record QdrantEndpoints(
    List<URI> endpoints,
    List<Integer> restPorts,
    @Nullable String apiKey,
    @Nullable Path trustedCa,
    @Nullable Path clientCertificate,
    @Nullable Path clientKey,
    Duration deadline) {

  /** Without credentials, with a deadline of ten seconds. */
  public static QdrantEndpoints plain(List<URI> endpoints, List<Integer> restPorts) {
    return new QdrantEndpoints(
        endpoints, restPorts, null, null, null, null, Duration.ofSeconds(10));
  }

  public QdrantEndpoints apiKey(@Nullable String key) {
    return new QdrantEndpoints(
        endpoints, restPorts, key, trustedCa, clientCertificate, clientKey, deadline);
  }

  /** The same with another deadline for reads and small writes. */
  public QdrantEndpoints deadline(Duration value) {
    return new QdrantEndpoints(
        endpoints, restPorts, apiKey, trustedCa, clientCertificate, clientKey, value);
  }

  /** Everything but the key. */
  @Override
  public String toString() {
    return "QdrantEndpoints[endpoints="
        + endpoints
        + ", restPorts="
        + restPorts
        + ", apiKey="
        + (apiKey == null ? "none" : "given")
        + ", trustedCa="
        + trustedCa
        + ", clientCertificate="
        + clientCertificate
        + ", deadline="
        + deadline
        + "]";
  }
}
