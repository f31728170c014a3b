package io.tierkeeper.operator.collection;

import io.tierkeeper.api.v1alpha1.TieredCollection;
import io.tierkeeper.audit.AuditSink;
import io.tierkeeper.audit.JsonlAuditLog;
import io.tierkeeper.moves.Leadership;
import io.tierkeeper.moves.MoveEngine;
import io.tierkeeper.operator.collection.QdrantConnections.Connection;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/** The runtimes of all collections: connection, trail and engine for whoever works on one. */
public final class CollectionRuntimes implements AutoCloseable {

  private static final int MEASUREMENTS_READ = 16;

  private final QdrantConnections connections;
  private final AuditTrails trails;
  private final Leadership leadership;
  private final LongSupplier term;
  private final InstantSource clock;
  private final Map<String, CollectionRuntime> runtimes = new ConcurrentHashMap<>();

  /** @param term of the lease now */
  public CollectionRuntimes(
      QdrantConnections connections,
      AuditTrails trails,
      Leadership leadership,
      LongSupplier term,
      InstantSource clock) {
    this.connections = connections;
    this.trails = trails;
    this.leadership = leadership;
    this.term = term;
    this.clock = clock;
  }

  public CollectionRuntime of(String namespace, String name) {
    return runtimes.computeIfAbsent(namespace + "/" + name, key -> new CollectionRuntime());
  }

  /** The connection of a collection as its spec and Secrets say now. */
  public Connection connection(TieredCollection collection) throws ConnectionFault {
    return connections.of(collection);
  }

  /**
   * The trail of a collection, opened on first use and after a failure.
   *
   * @throws io.tierkeeper.audit.AuditUnavailableException when it cannot be written
   */
  public JsonlAuditLog audit(TieredCollection collection) {
    String namespace = collection.getMetadata().getNamespace();
    String name = collection.getMetadata().getName();
    CollectionRuntime runtime = of(namespace, name);
    synchronized (runtime) {
      JsonlAuditLog log = runtime.audit();
      if (log == null) {
        AuditTrails.Past past = trails.past(namespace, name, MEASUREMENTS_READ);
        log = trails.open(namespace, name, term.getAsLong(), past);
        runtime.audit(log, past);
      } else if (!log.healthy()) {
        log.reopen();
      }
      return log;
    }
  }

  /** The engine that moves tenants of a collection. */
  public MoveEngine engine(TieredCollection collection, Connection connection) {
    AuditSink audit = audit(collection);
    return of(collection.getMetadata().getNamespace(), collection.getMetadata().getName())
        .engine(connection, () -> new MoveEngine(connection.cluster(), audit, clock, leadership));
  }

  /** Lets everything of a deleted collection go; the trail stays on disk. */
  public void forget(String namespace, String name) {
    CollectionRuntime runtime = runtimes.remove(namespace + "/" + name);
    if (runtime != null) {
      runtime.close();
    }
    connections.forget(namespace, name);
  }

  @Override
  public void close() {
    runtimes.values().forEach(CollectionRuntime::close);
    runtimes.clear();
    connections.close();
  }
}
