package io.tierkeeper.operator.collection;

import io.tierkeeper.api.v1alpha1.TieredCollection;
import io.tierkeeper.audit.AuditSink;
import io.tierkeeper.audit.file.AuditStream;
import io.tierkeeper.audit.file.JsonlAuditLog;
import io.tierkeeper.evaluation.history.RestoredTrail;
import io.tierkeeper.moves.Leadership;
import io.tierkeeper.moves.act.EngineLimits;
import io.tierkeeper.moves.engine.MoveEngine;
import io.tierkeeper.moves.snapshot.SnapshotStore;
import io.tierkeeper.operator.config.OperatorOptions;
import io.tierkeeper.operator.connection.ConnectionFault;
import io.tierkeeper.operator.connection.QdrantConnections;
import io.tierkeeper.operator.connection.QdrantConnections.Connection;
import io.tierkeeper.operator.metrics.OperatorMeters;
import io.tierkeeper.operator.move.RecordedMove;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The runtimes of all collections: connection, trail and engine of each. */
public final class CollectionRuntimes implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(CollectionRuntimes.class);

  private final QdrantConnections connections;
  private final AuditTrails trails;
  private final Leadership leadership;
  private final LongSupplier term;
  private final OperatorMeters meters;
  private final InstantSource clock;
  private final Duration longestRetry;
  private final SnapshotStore snapshots;
  private final BiConsumer<String, String> checkpointed;
  private final Map<String, CollectionRuntime> runtimes = new ConcurrentHashMap<>();

  /**
   * @param term of the lease now
   * @param checkpointed receives namespace and name of a collection whose trail has a checkpoint that no evaluation under
   *     way will copy into its status
   */
  public CollectionRuntimes(
      QdrantConnections connections,
      AuditTrails trails,
      Leadership leadership,
      LongSupplier term,
      OperatorMeters meters,
      BiConsumer<String, String> checkpointed,
      OperatorOptions options) {
    this.connections = connections;
    this.trails = trails;
    this.leadership = leadership;
    this.term = term;
    this.meters = meters;
    this.checkpointed = checkpointed;
    clock = options.clock();
    longestRetry = options.pace().longestRetry();
    Path directory = options.room().snapshots();
    snapshots = directory == null ? SnapshotStore.NONE : SnapshotStore.in(directory);
  }

  public CollectionRuntime of(String namespace, String name) {
    return runtimes.computeIfAbsent(
        namespace + "/" + name, key -> new CollectionRuntime(new AuditRetry(clock, longestRetry)));
  }

  /** Whether this process may still change something in Qdrant. */
  Leadership leadership() {
    return leadership;
  }

  /** The connection of a collection as its spec and Secrets say now. */
  public Connection connection(TieredCollection collection) throws ConnectionFault {
    return connections.of(collection);
  }

  /** The connection to the addresses that the endpoint's name has now; the given one where they are the same. */
  public Connection reconnect(TieredCollection collection, Connection current)
      throws ConnectionFault {
    return connections.reconnect(collection, current);
  }

  /**
   * The trail of a collection, opened on first use and after a failure, then at growing intervals.
   *
   * @throws io.tierkeeper.audit.AuditUnavailableException when it cannot be written
   */
  public AuditSink audit(TieredCollection collection) {
    return trail(collection);
  }

  /**
   * What the trail of a collection records of a move; empty where it records no step of it. Reads the trail's files from the
   * one that was begun before the move was created.
   *
   * @param uid of the TierMove
   * @param created when the TierMove was created
   * @throws io.tierkeeper.audit.AuditUnavailableException when the trail cannot be opened
   */
  public Optional<RecordedMove> recordedMove(
      TieredCollection collection, String uid, Instant created) {
    trail(collection);
    return trails.recordedMove(
        collection.getMetadata().getNamespace(), collection.getMetadata().getName(), uid, created);
  }

  /** What an evaluation continues from after a restart; read from the last files of the open trail. */
  RestoredTrail restore(TieredCollection collection) {
    return trails.restore(
        collection.getMetadata().getNamespace(), collection.getMetadata().getName());
  }

  /** Whether the trail's files can be read and have a measurement to continue from. */
  boolean hasMeasurements(TieredCollection collection) {
    try {
      return restore(collection).measuredAt() != null;
    } catch (UncheckedIOException | IllegalArgumentException e) {
      return false;
    }
  }

  OpenTrail trail(TieredCollection collection) {
    String namespace = collection.getMetadata().getNamespace();
    String name = collection.getMetadata().getName();
    CollectionRuntime runtime = of(namespace, name);
    meters.of(namespace, name).trail(trails.gauges(namespace, name, () -> {
      OpenTrail open = runtime.audit();
      return open != null && open.healthy();
    }));
    synchronized (runtime) {
      OpenTrail open = runtime.audit();
      if (open != null && open.healthy()) {
        return open;
      }
      return runtime.auditRetry().attempt(() -> {
        if (open != null) {
          open.reopen();
          return open;
        }
        JsonlAuditLog log = trails.open(collection, term.getAsLong(), checkpoint -> {
          // An evaluation writes the status at its end anyway.
          if (!runtime.evaluating().isHeldByCurrentThread()) {
            checkpointed.accept(namespace, name);
          }
        });
        OpenTrail opened = new OpenTrail(
            log,
            meters,
            (event, receipt) -> trails.appended(AuditStream.of(namespace, name), event, receipt));
        runtime.audit(opened);
        return opened;
      });
    }
  }

  /** The engine that moves tenants of a collection. */
  public MoveEngine engine(TieredCollection collection, Connection connection) {
    AuditSink audit = audit(collection);
    return of(collection.getMetadata().getNamespace(), collection.getMetadata().getName())
        .engine(
            connection,
            () -> new MoveEngine(
                connection.cluster(),
                audit,
                clock,
                leadership,
                connection.webhooks(),
                EngineLimits.DEFAULTS,
                snapshots));
  }

  /** Deletes snapshots that are kept no longer; a failure is logged, and the next evaluation tries again. */
  void pruneSnapshots() {
    try {
      snapshots.prune(clock.instant());
    } catch (UncheckedIOException e) {
      log.warn("{}: {}", e.getMessage(), String.valueOf(e.getCause()));
    }
  }

  /** Lets the open trails flush and write their checkpoints in time, where they have no thread for it. */
  public void tick() {
    for (CollectionRuntime runtime : runtimes.values()) {
      OpenTrail open = runtime.audit();
      if (open != null) {
        open.log().tick();
      }
    }
  }

  /** Releases everything of a deleted collection, its meters too; the trail stays on disk. */
  public void forget(String namespace, String name) {
    CollectionRuntime runtime = runtimes.remove(namespace + "/" + name);
    if (runtime != null) {
      runtime.close();
    }
    connections.forget(namespace, name);
    meters.forget(namespace, name);
  }

  @Override
  public void close() {
    runtimes.values().forEach(CollectionRuntime::close);
    runtimes.clear();
    connections.close();
  }
}
