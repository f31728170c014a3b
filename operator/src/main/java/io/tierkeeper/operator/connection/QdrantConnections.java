package io.tierkeeper.operator.connection;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.tierkeeper.api.v1alpha1.Reasons;
import io.tierkeeper.api.v1alpha1.TieredCollection;
import io.tierkeeper.moves.WebhookSender;
import io.tierkeeper.operator.config.QdrantAccess;
import io.tierkeeper.qdrant.QdrantCluster;
import io.tierkeeper.qdrant.QdrantEndpoints;
import io.tierkeeper.qdrant.QdrantEndpoints.AddressRefusedException;
import io.tierkeeper.qdrant.QdrantEndpoints.AddressRule;
import io.tierkeeper.qdrant.QdrantException;
import io.tierkeeper.qdrant.QdrantWrites;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection for each collection, replaced when its endpoints or its Secrets change.
 *
 * <p>A name is resolved anew when peers are silent or missing, see {@link #reconnect}. Secrets are read and connections are set up without a lock; only the exchange of a finished connection is locked, per
 * collection. Whoever finds that another thread was faster discards its own connection and starts again, so that an older
 * Secret never replaces a newer one.
 */
public final class QdrantConnections implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(QdrantConnections.class);
  private static final Duration DEADLINE = Duration.ofSeconds(10);

  /** The time-out that a read sends to the server, which is to give up before the client does. */
  public static final Duration SERVER_TIMEOUT = DEADLINE.minusSeconds(1);

  private static final int PREFIX_LENGTH = 16;

  /**
   * A connection in use.
   *
   * @param cluster the peers
   * @param webhooks calls what the Secret allows
   * @param identity which Qdrant cluster it is, the same for all collections in it
   * @param fingerprint of everything that it was made from; secret, never shown
   */
  public record Connection(
      QdrantCluster cluster, WebhookSender webhooks, String identity, String fingerprint) {}

  /** The connection of one collection and how often it was exchanged; guarded by itself. */
  private static final class Slot {
    private @Nullable Connection current;
    private long exchanges;
    private boolean removed;

    synchronized long exchanges() {
      return exchanges;
    }

    /** The current connection if it has this fingerprint. */
    synchronized @Nullable Connection current(String fingerprint) {
      return current != null && current.fingerprint().equals(fingerprint) ? current : null;
    }

    /** Puts a new connection in place of the current one, which is closed, unless there was an exchange since. */
    synchronized boolean exchange(Connection next, long since) {
      if (removed || exchanges != since) {
        return false;
      }
      exchanges++;
      if (current != null) {
        current.cluster().close();
      }
      current = next;
      return true;
    }

    synchronized void remove() {
      removed = true;
      if (current != null) {
        current.cluster().close();
        current = null;
      }
    }
  }

  private final KubernetesClient client;
  private final QdrantAccess access;
  private final CertificateFiles files = new CertificateFiles();
  private final Map<String, Slot> slots = new ConcurrentHashMap<>();
  private volatile boolean closed;

  public QdrantConnections(KubernetesClient client, QdrantAccess access) {
    this.client = client;
    this.access = access;
  }

  /**
   * The connection of a collection, the same one as long as nothing has changed.
   *
   * @throws ConnectionFault where the spec or a Secret keeps it from being made
   */
  public Connection of(TieredCollection collection) throws ConnectionFault {
    String key =
        collection.getMetadata().getNamespace() + "/" + collection.getMetadata().getName();
    while (true) {
      if (closed) {
        throw new IllegalStateException("connections to Qdrant are closed");
      }
      Slot slot = slots.computeIfAbsent(key, name -> new Slot());
      long since = slot.exchanges();
      ConnectionSettings settings = ConnectionSettings.read(client, collection);
      String fingerprint = settings.fingerprint();
      Connection current = slot.current(fingerprint);
      if (current != null) {
        return current;
      }
      Connection next = new Connection(
          connect(key, settings), webhooks(settings), settings.identity(), fingerprint);
      if (slot.exchange(next, since)) {
        if (closed) {
          slot.remove();
        }
        return next;
      }
      next.cluster().close();
    }
  }

  /**
   * Resolves the name of the only endpoint anew: a restarted peer has another address, and a cluster may have grown. A transient
   * answer of the name service does no harm, since this is asked for only when peers are silent or missing.
   *
   * @return a connection to the addresses of now; the current one where they are the same, or are not known now
   * @throws ConnectionFault where the spec or a Secret keeps it from being made
   */
  public Connection reconnect(TieredCollection collection, Connection current)
      throws ConnectionFault {
    String key =
        collection.getMetadata().getNamespace() + "/" + collection.getMetadata().getName();
    Slot slot = slots.get(key);
    ConnectionSettings settings = ConnectionSettings.read(client, collection);
    if (closed
        || slot == null
        || settings.endpoints().size() != 1
        || !settings.fingerprint().equals(current.fingerprint())) {
      return of(collection);
    }
    long since = slot.exchanges();
    Connection next;
    try {
      next = new Connection(
          connect(key, settings), current.webhooks(), current.identity(), current.fingerprint());
    } catch (QdrantException e) {
      return current;
    }
    if (!addresses(next).equals(addresses(current)) && slot.exchange(next, since)) {
      log.info("TieredCollection {}: Qdrant is at {} now", key, addresses(next));
      return next;
    }
    next.cluster().close();
    return of(collection);
  }

  private static List<URI> addresses(Connection connection) {
    return connection.cluster().peers().stream().map(QdrantWrites::endpoint).toList();
  }

  private QdrantCluster connect(String key, ConnectionSettings settings) throws ConnectionFault {
    String prefix = ConnectionSettings.fingerprint(List.of(key)).substring(0, PREFIX_LENGTH);
    try {
      return access
          .connector()
          .connect(new QdrantEndpoints(
              settings.endpoints(),
              List.of(settings.restPort()),
              settings.apiKey(),
              files.store(prefix, "ca.crt", settings.ca()),
              files.store(prefix, "tls.crt", settings.chain()),
              files.store(prefix, "tls.key", settings.privateKey()),
              DEADLINE,
              reserved(settings)));
    } catch (AddressRefusedException e) {
      throw new ConnectionFault(
          Reasons.HOST_NOT_ALLOWED, "spec.qdrant.endpoints: " + e.getMessage());
    } catch (IllegalArgumentException e) {
      throw new ConnectionFault(
          Reasons.QDRANT_UNREACHABLE,
          "spec.qdrant: invalid connection settings: " + e.getMessage());
    }
  }

  private WebhookSender webhooks(ConnectionSettings settings) {
    return new SignedWebhooks(settings.fences(), reserved(settings), InstantSource.system());
  }

  private AddressRule reserved(ConnectionSettings settings) {
    return new ReservedAddresses(
        Objects.requireNonNullElse(client.getMasterUrl().getHost(), ""),
        Stream.concat(access.allowedAddresses().stream(), settings.allowedAddresses().stream())
            .toList());
  }

  /** Closes the connection of a collection. */
  public void forget(String namespace, String name) {
    Slot slot = slots.remove(namespace + "/" + name);
    if (slot != null) {
      slot.remove();
    }
  }

  @Override
  public void close() {
    closed = true;
    slots.values().forEach(Slot::remove);
    slots.clear();
    files.close();
  }
}
