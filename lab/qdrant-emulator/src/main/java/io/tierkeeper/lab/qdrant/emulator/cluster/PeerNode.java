package io.tierkeeper.lab.qdrant.emulator.cluster;

import com.google.common.collect.Sets;
import io.qdrant.client.grpc.Collections.ReplicaState;
import io.qdrant.client.grpc.Points.PointsUpdateOperation;
import io.tierkeeper.lab.qdrant.emulator.points.QdrantError;
import io.tierkeeper.lab.qdrant.emulator.points.ReplicaStore;
import io.tierkeeper.lab.qdrant.emulator.points.VectorSchema;
import io.tierkeeper.lab.time.Scheduler;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The inside of a peer: what it has applied of consensus, its replicas, its outgoing transfers. */
public final class PeerNode implements Consensus.Member {

  /** Names a shard of a collection. */
  record ShardRef(String collection, int shardId) {}

  private record TaskRef(String collection, Transfer.Key key) {}

  private enum Life {
    RUNNING,
    PAUSED,
    DEAD
  }

  private static final Duration FOR_EVER = Duration.ofNanos(Long.MAX_VALUE);

  private final long peerId;
  private final Cluster cluster;
  private final Map<ShardRef, LocalReplica> replicas = new ConcurrentHashMap<>();
  private final Map<TaskRef, TransferTask> tasks = new ConcurrentHashMap<>();
  private final Map<ShardRef, Command> recoveries = new ConcurrentHashMap<>();
  private final Set<Long> partialShardsWrittenTo = ConcurrentHashMap.newKeySet();
  private final Scheduler.Monitor lifeLock;
  private Life life = Life.RUNNING;
  private volatile boolean losingWrites;
  private volatile ClusterState view;
  private final Snapshots snapshots = new Snapshots(this);
  private volatile Readiness readiness = new Readiness(this);
  private volatile String uri = "";

  PeerNode(long peerId, Cluster cluster) {
    this.peerId = peerId;
    this.cluster = cluster;
    this.lifeLock = cluster.processes().monitor();
    this.view = cluster.consensus().head();
  }

  @Override
  public long peerId() {
    return peerId;
  }

  public Cluster cluster() {
    return cluster;
  }

  /** The cluster as this peer sees it now. */
  public ClusterState view() {
    return view;
  }

  public CollectionState collection(String name) {
    return view.collection(name);
  }

  public Snapshots snapshots() {
    return snapshots;
  }

  /** Whether the peer calls itself ready; each call is one probe. */
  public boolean probeReadiness() {
    return readiness.poll();
  }

  public String uri() {
    return uri;
  }

  /** Sets the address under which the peer is known to the others. */
  public void announce(URI address) {
    uri = address.toString();
  }

  // ---- replicas

  @Nullable
  public LocalReplica replicaOrNull(String collection, int shardId) {
    return replicas.get(new ShardRef(collection, shardId));
  }

  /** The points of a shard on this peer; 0 where it has no replica. */
  public int pointCount(String collection, int shardId) {
    LocalReplica replica = replicaOrNull(collection, shardId);
    return replica == null ? 0 : replica.store().size();
  }

  public LocalReplica replica(String collection, int shardId) {
    LocalReplica replica = replicaOrNull(collection, shardId);
    if (replica == null) {
      throw QdrantError.notFound("Local shard " + shardId + " not found");
    }
    return replica;
  }

  /** A write that another peer, or this one, sends to a shard by its id; replica states are not checked. */
  public void update(String collection, int shardId, PointsUpdateOperation operation) {
    awaitRunning();
    LocalReplica replica = replicaOrNull(collection, shardId);
    if (replica == null) {
      throw QdrantError.notFound("No target shard " + shardId + " found for update");
    }
    if (!losingWrites || !replicated(collection, shardId)) {
      replica.update(operation);
    }
  }

  private boolean replicated(String collection, int shardId) {
    CollectionState state = view.collections().get(collection);
    ReplicaSet shard = state == null ? null : state.shards().get(shardId);
    return shard != null && shard.replicas().size() > 1;
  }

  /** From now on this peer acknowledges writes of shards with other replicas and loses them, or takes them again. */
  public void loseWrites(boolean lose) {
    losingWrites = lose;
  }

  /** Whether this peer has sent an operation to this Partial shard before; the first one is lost. */
  public boolean sentBefore(ReplicaSet shard) {
    return !partialShardsWrittenTo.add(shard.born() * 1_000_000L + shard.shardId());
  }

  @Nullable
  public TransferTask task(String collection, Transfer.Key key) {
    return tasks.get(new TaskRef(collection, key));
  }

  // ---- consensus

  @Override
  public void apply(Consensus.Entry entry) {
    ClusterState before = view;
    ClusterState after = entry.after();
    recoveries.values().remove(entry.command());
    if (before != after) {
      for (CollectionState c : after.collections().values()) {
        makeReplicas(before.collections().get(c.name()), c);
      }
      view = after;
      for (CollectionState c : before.collections().values()) {
        endTransfers(c, after.collections().get(c.name()));
      }
      dropReplicas(after);
      for (CollectionState c : after.collections().values()) {
        startTransfers(before.collections().get(c.name()), c);
      }
    }
    after.collections().values().forEach(this::recoverDeadReplicas);
  }

  private void makeReplicas(@Nullable CollectionState before, CollectionState after) {
    if (before == after) {
      return;
    }
    for (ReplicaSet shard : after.shards().values()) {
      ShardRef ref = new ShardRef(after.name(), shard.shardId());
      LocalReplica present = replicas.get(ref);
      if (shard.replicas().containsKey(peerId)
          && (present == null || present.born() != shard.born())) {
        ReplicaStore store =
            new ReplicaStore(VectorSchema.of(after.config()), cluster.filterCost());
        after.indexes().forEach((field, index) -> store.createIndex(field, index.getDataType()));
        replicas.put(ref, new LocalReplica(store, shard.born(), cluster.processes()));
      }
    }
    if (before != null && !before.indexes().equals(after.indexes())) {
      Set<String> gone =
          Sets.difference(before.indexes().keySet(), after.indexes().keySet());
      replicas.forEach((ref, replica) -> {
        if (ref.collection().equals(after.name())) {
          gone.forEach(replica.store()::dropIndex);
          after.indexes().forEach((field, index) -> {
            if (!index.equals(before.indexes().get(field))) {
              replica.store().createIndex(field, index.getDataType());
            }
          });
        }
      });
    }
  }

  private void dropReplicas(ClusterState after) {
    replicas.keySet().removeIf(ref -> {
      CollectionState collection = after.collections().get(ref.collection());
      ReplicaSet shard = collection == null ? null : collection.shards().get(ref.shardId());
      return shard == null || !shard.replicas().containsKey(peerId);
    });
  }

  private void endTransfers(CollectionState before, @Nullable CollectionState after) {
    if (before == after) {
      return;
    }
    for (Transfer transfer : before.transfers()) {
      if (transfer.key().from() == peerId
          && (after == null || after.transfer(transfer.key()) == null)) {
        TransferTask task = tasks.remove(new TaskRef(before.name(), transfer.key()));
        if (task != null) {
          task.cancel();
        }
        LocalReplica source = replicaOrNull(before.name(), transfer.key().shardId());
        if (source != null) {
          source.setProxy(null);
        }
      }
    }
  }

  private void startTransfers(@Nullable CollectionState before, CollectionState after) {
    if (before == after) {
      return;
    }
    for (Transfer transfer : after.transfers()) {
      if (transfer.key().from() == peerId
          && (before == null || before.transfer(transfer.key()) == null)) {
        TransferTask task = new TransferTask(this, after.name(), transfer);
        tasks.put(new TaskRef(after.name(), transfer.key()), task);
        task.start();
      }
    }
  }

  /** A Dead replica is copied again from an Active one of its shard; a sole replica stays Dead. */
  private void recoverDeadReplicas(CollectionState collection) {
    for (ReplicaSet shard : collection.shards().values()) {
      ShardRef ref = new ShardRef(collection.name(), shard.shardId());
      if (shard.replicas().get(peerId) != ReplicaState.Dead || recoveries.containsKey(ref)) {
        continue;
      }
      for (long source : shard.peers(ReplicaSet::active)) {
        boolean busy = collection.transfers().stream()
            .anyMatch(t -> t.key().from() == source || t.key().to() == peerId);
        if (!busy && cluster.node(source).isRunning()) {
          Command start = new Command.StartTransfer(
              collection.name(),
              new Transfer(
                  new Transfer.Key(shard.shardId(), null, source, peerId),
                  true,
                  io.qdrant.client.grpc.Collections.ShardTransferMethod.StreamRecords,
                  null));
          recoveries.put(ref, start);
          cluster.consensus().propose(start);
          break;
        }
      }
    }
  }

  // ---- life

  public void pause() {
    become(Life.PAUSED);
  }

  public void resume() {
    become(Life.RUNNING);
    announceReturn();
  }

  private void announceReturn() {
    boolean waitedFor = view.collections().values().stream()
        .flatMap(collection -> collection.shards().values().stream())
        .anyMatch(shard -> shard.replicas().containsValue(ReplicaState.Dead));
    if (waitedFor) {
      cluster.consensus().propose(new Command.Returned(peerId));
    }
  }

  /** Stops the process: tasks and proxies are gone, the replicas stay on disk. */
  public void die() {
    become(Life.DEAD);
    tasks.values().forEach(TransferTask::cancel);
    tasks.clear();
    replicas.values().forEach(replica -> replica.setProxy(null));
    partialShardsWrittenTo.clear();
  }

  /** Starts the process again: every transfer that involves it is aborted. */
  public void start() {
    readiness = new Readiness(this);
    become(Life.RUNNING);
    for (CollectionState collection : view.collections().values()) {
      for (Transfer transfer : collection.transfers()) {
        if (transfer.key().from() == peerId || transfer.key().to() == peerId) {
          cluster.consensus().propose(new Command.AbortTransfer(collection.name(), transfer.key()));
        }
      }
    }
    announceReturn();
  }

  private void become(Life next) {
    lifeLock.run(() -> {
      life = next;
      lifeLock.signalAll();
    });
    cluster.consensus().setRunning(peerId, next == Life.RUNNING);
  }

  /** Whether the process is there, paused or not. */
  public boolean isAlive() {
    return lifeLock.get(() -> life != Life.DEAD);
  }

  public boolean isRunning() {
    return lifeLock.get(() -> life == Life.RUNNING);
  }

  /** For calls of another peer: waits while this one is paused, fails where it is dead. */
  public void awaitRunning() {
    if (!awaitResumed(cluster.forwardTimeout())) {
      throw new QdrantError(QdrantError.Kind.TIMEOUT, "Peer " + peerId + " does not answer");
    }
  }

  /** For calls of a client: waits while this one is paused; the client's own deadline ends it sooner. */
  public void awaitResumed() {
    awaitResumed(FOR_EVER);
  }

  /** Waits while this one is paused; false where it still is at the end of the time. */
  public boolean awaitResumed(Duration timeout) {
    lifeLock.lock();
    try {
      long left = timeout.toNanos();
      while (life == Life.PAUSED && left > 0) {
        left = lifeLock.awaitNanos(left);
      }
      return switch (life) {
        case RUNNING -> true;
        case PAUSED -> false;
        case DEAD -> throw unreachable();
      };
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unreachable();
    } finally {
      lifeLock.unlock();
    }
  }

  private QdrantError unreachable() {
    return QdrantError.service(
        "Tonic status error: status: Unavailable, message: \"Failed to connect to peer "
            + peerId
            + ", error: transport error: tcp connect error\"");
  }
}
