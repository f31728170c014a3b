package io.tierkeeper.lab.qdrant.emulator.cluster;

import com.google.common.hash.Hashing;
import com.google.protobuf.InvalidProtocolBufferException;
import io.qdrant.client.grpc.Collections.ReplicaState;
import io.qdrant.client.grpc.Points.PointStruct;
import io.tierkeeper.lab.qdrant.emulator.points.QdrantError;
import io.tierkeeper.lab.qdrant.emulator.points.ReplicaStore;
import io.tierkeeper.lab.qdrant.emulator.points.StoredPoint;
import io.tierkeeper.lab.qdrant.emulator.points.VectorSchema;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;

/** The shard snapshots of one peer: taken in any state while the shard is local, recovered into any shard. */
public final class Snapshots {

  private static final byte[] MAGIC =
      "tierkeeper emulated shard snapshot\n".getBytes(StandardCharsets.UTF_8);
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyy-MM-dd-HH-mm-ss").withZone(ZoneOffset.UTC);

  /** A snapshot on disk, as it were. */
  public record Snapshot(String name, Instant created, byte[] content) {
    public String checksum() {
      return Hashing.sha256().hashBytes(content).toString();
    }
  }

  private final PeerNode node;
  private final Map<PeerNode.ShardRef, Map<String, Snapshot>> snapshots = new ConcurrentHashMap<>();
  private final AtomicInteger number = new AtomicInteger();

  Snapshots(PeerNode node) {
    this.node = node;
  }

  public Snapshot create(String collection, int shardId) {
    byte[] content = stream(collection, shardId);
    Instant now = node.cluster().clock().instant();
    // The engine's names end at the second; the number keeps two of one second apart.
    String name = "%s-shard-%s-%s-%s.snapshot"
        .formatted(collection, shardId, STAMP.format(now), number.incrementAndGet());
    Snapshot snapshot = new Snapshot(name, now, content);
    of(collection, shardId).put(name, snapshot);
    return snapshot;
  }

  /** The content of a snapshot that is not kept. */
  public byte[] stream(String collection, int shardId) {
    return encode(local(collection, shardId).store().all());
  }

  private LocalReplica local(String collection, int shardId) {
    node.collection(collection).requireShard(shardId);
    LocalReplica replica = node.replicaOrNull(collection, shardId);
    if (replica == null || replica.proxied()) {
      throw QdrantError.badInput("Shard " + shardId + " is not a local or queue proxy shard");
    }
    return replica;
  }

  public List<Snapshot> list(String collection, int shardId) {
    node.collection(collection).requireShard(shardId);
    if (node.replicaOrNull(collection, shardId) == null) {
      throw QdrantError.badInput("Shard " + shardId + " is not a local shard");
    }
    return List.copyOf(of(collection, shardId).values());
  }

  /** The file of a shard that has left this peer, or is gone, stays and cannot be had, until a shard of its id is here. */
  public Snapshot get(String collection, int shardId, String name) {
    local(collection, shardId);
    Snapshot snapshot = of(collection, shardId).get(name);
    if (snapshot == null) {
      throw QdrantError.notFound("Snapshot " + name + " not found");
    }
    return snapshot;
  }

  public void delete(String collection, int shardId, String name) {
    get(collection, shardId, name);
    of(collection, shardId).remove(name);
  }

  /** Puts a snapshot's content in the place of a shard's; on a peer without the shard a replica comes to be. */
  public void recover(
      String collection, int shardId, byte[] content, String checksum, String priority) {
    CollectionState state = node.collection(collection);
    ReplicaSet shard = state.requireShard(shardId);
    String actual = Hashing.sha256().hashBytes(content).toString();
    if (!checksum.isEmpty() && !checksum.equalsIgnoreCase(actual)) {
      throw QdrantError.badInput("Checksum mismatch: expected " + actual + ", actual " + checksum);
    }
    List<StoredPoint> points = decode(content, VectorSchema.of(state.config()));
    if (!shard.replicas().containsKey(node.peerId())) {
      setState(collection, shardId, node.peerId(), ReplicaState.Partial);
    }
    LocalReplica replica = node.replica(collection, shardId);
    if (replica.proxied()) {
      throw QdrantError.badInput("Shard " + shardId + " is not a local or queue proxy shard");
    }
    replica.store().replace(points);
    List<Long> others = shard.peers(ReplicaSet::active).stream()
        .filter(peer -> peer != node.peerId())
        .toList();
    if (others.isEmpty() || priority.equals("no_sync")) {
      setState(collection, shardId, node.peerId(), ReplicaState.Active);
    } else if (priority.equals("snapshot")) {
      setState(collection, shardId, node.peerId(), ReplicaState.Active);
      // The others are now behind and copy from here.
      others.forEach(peer -> setState(collection, shardId, peer, ReplicaState.Dead));
    } else {
      setState(collection, shardId, node.peerId(), ReplicaState.Dead);
    }
  }

  private Map<String, Snapshot> of(String collection, int shardId) {
    return snapshots.computeIfAbsent(
        new PeerNode.ShardRef(collection, shardId), ref -> new ConcurrentSkipListMap<>());
  }

  private void setState(String collection, int shardId, long peer, ReplicaState state) {
    Command change = new Command.ForceReplicaState(collection, shardId, peer, state);
    node.cluster().consensus().perform(change, node.peerId(), TIMEOUT);
  }

  private static byte[] encode(List<StoredPoint> points) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      out.write(MAGIC);
      for (PointStruct point : ReplicaStore.structs(points)) {
        point.writeDelimitedTo(out);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  private static List<StoredPoint> decode(byte[] content, VectorSchema schema) {
    if (content.length < MAGIC.length
        || !Arrays.equals(content, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
      throw QdrantError.service("File IO error: Malformed tar archive, reached unknown entry");
    }
    ByteArrayInputStream in =
        new ByteArrayInputStream(content, MAGIC.length, content.length - MAGIC.length);
    List<PointStruct> points = new ArrayList<>();
    try {
      while (in.available() > 0) {
        points.add(PointStruct.parseDelimitedFrom(in));
      }
    } catch (InvalidProtocolBufferException e) {
      throw QdrantError.service("File IO error: Malformed tar archive, " + e.getMessage());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return ReplicaStore.stored(points, schema);
  }
}
