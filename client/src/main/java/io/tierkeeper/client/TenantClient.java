package io.tierkeeper.client;

import io.grpc.ManagedChannel;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Connects an application to the tenants of one collection of Qdrant. Thread-safe; one for a process is enough.
 *
 * <pre>{@code
 * try (TenantClient client = TenantClient.connect(ClientConfig.fromEnvironment())) {
 *   TenantPoints acme = client.forTenant("acme");
 *   long points = acme.count();
 * }
 * }</pre>
 */
public final class TenantClient implements AutoCloseable {

  /** The oldest server that the client works with. */
  public static final String MIN_SERVER_VERSION = "1.16.0";

  private final ClientConfig config;
  private final Calls calls;

  private TenantClient(ClientConfig config, Connections connections) {
    this.config = config;
    this.calls = new Calls(config, connections);
  }

  /**
   * A client with its own connections, which are opened by the first call. That call also asks for the server's version.
   *
   * @throws TenantClientException.InvalidRequest if a file for TLS cannot be read
   */
  public static TenantClient connect(ClientConfig config) {
    return new TenantClient(config, Connections.open(config));
  }

  /**
   * A client on channels of the application, which also closes them; URLs, TLS and the number of connections of the configuration are
   * not used.
   */
  public static TenantClient over(ClientConfig config, ManagedChannel... channels) {
    if (channels.length == 0) {
      throw new TenantClientException.InvalidRequest("no channel is given", null);
    }
    return new TenantClient(config, Connections.over(config, List.of(channels)));
  }

  /** The configuration. */
  public ClientConfig config() {
    return config;
  }

  /**
   * The points of a tenant whose value in the tenant field is a text.
   *
   * @throws TenantClientException.InvalidRequest if no tenant can have this value: it is empty, longer than 255 bytes, begins with
   *     {@code tierkeeper/}, or has half of a surrogate pair
   */
  public TenantPoints forTenant(String tenant) {
    return points(TenantScope.of(config, tenant));
  }

  /**
   * The points of a tenant whose value in the tenant field is a number. The number 7 and the text {@code 7} are two tenants.
   *
   * @throws TenantClientException.InvalidRequest if it is negative
   */
  public TenantPoints forTenant(long tenant) {
    return points(TenantScope.of(config, tenant));
  }

  private TenantPoints points(TenantScope scope) {
    return new TenantPoints(new AsyncTenantPoints(scope, config, calls));
  }

  /** The collection as a whole, with all tenants. */
  public CollectionAdmin collection() {
    return new CollectionAdmin(config, calls);
  }

  /** Snapshots of the collection, with all tenants. */
  public Snapshots snapshots() {
    return new Snapshots(config, calls);
  }

  /** The version of the server that answers; fails if none does. */
  public String health() {
    return Calls.join(healthAsync());
  }

  /** The same as a future. */
  public CompletableFuture<String> healthAsync() {
    return Calls.unwrapped(calls.health().thenApply(reply -> reply.getVersion()));
  }

  /** Ends the connections; calls that run have five seconds to end. */
  @Override
  public void close() {
    calls.close();
  }
}
