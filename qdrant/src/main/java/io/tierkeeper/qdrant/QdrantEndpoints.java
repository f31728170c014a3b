package io.tierkeeper.qdrant;

import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
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
 * @param addressRule evaluated for each address that a connection is about to use
 */
public record QdrantEndpoints(
    List<URI> endpoints,
    List<Integer> restPorts,
    @Nullable String apiKey,
    @Nullable Path trustedCa,
    @Nullable Path clientCertificate,
    @Nullable Path clientKey,
    Duration deadline,
    AddressRule addressRule) {

  /** Which addresses a connection may use. It is evaluated after every resolution of a name, also at a reconnect. */
  @FunctionalInterface
  public interface AddressRule {

    /** Refuses nothing. */
    AddressRule ANY = address -> Optional.empty();

    /** Why a connection must not use an address, with what to do about it; empty where it may. */
    Optional<String> refusal(InetAddress address);
  }

  /** An endpoint has, or resolves to, an address that its {@link AddressRule} refuses; nothing was sent. */
  public static final class AddressRefusedException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    public AddressRefusedException(String message) {
      super(message);
    }
  }

  /** With any address. */
  public QdrantEndpoints(
      List<URI> endpoints,
      List<Integer> restPorts,
      @Nullable String apiKey,
      @Nullable Path trustedCa,
      @Nullable Path clientCertificate,
      @Nullable Path clientKey,
      Duration deadline) {
    this(
        endpoints,
        restPorts,
        apiKey,
        trustedCa,
        clientCertificate,
        clientKey,
        deadline,
        AddressRule.ANY);
  }

  /** Without credentials, with a deadline of ten seconds. */
  public static QdrantEndpoints plain(List<URI> endpoints, List<Integer> restPorts) {
    return new QdrantEndpoints(
        endpoints, restPorts, null, null, null, null, Duration.ofSeconds(10));
  }

  public QdrantEndpoints apiKey(@Nullable String key) {
    return new QdrantEndpoints(
        endpoints, restPorts, key, trustedCa, clientCertificate, clientKey, deadline, addressRule);
  }

  /** The same with another deadline for reads and small writes. */
  public QdrantEndpoints deadline(Duration value) {
    return new QdrantEndpoints(
        endpoints, restPorts, apiKey, trustedCa, clientCertificate, clientKey, value, addressRule);
  }

  /** The same with another rule for addresses. */
  public QdrantEndpoints addressRule(AddressRule rule) {
    return new QdrantEndpoints(
        endpoints, restPorts, apiKey, trustedCa, clientCertificate, clientKey, deadline, rule);
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
