package io.tierkeeper.lab.qdrant.emulator.rest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.qdrant.client.grpc.Collections.ReplicaState;
import io.qdrant.client.grpc.Collections.ShardKey;
import io.qdrant.client.grpc.Collections.ShardTransferMethod;
import io.tierkeeper.lab.qdrant.emulator.cluster.ClusterState;
import io.tierkeeper.lab.qdrant.emulator.cluster.CollectionState;
import io.tierkeeper.lab.qdrant.emulator.cluster.Consensus;
import io.tierkeeper.lab.qdrant.emulator.cluster.LocalReplica;
import io.tierkeeper.lab.qdrant.emulator.cluster.PeerNode;
import io.tierkeeper.lab.qdrant.emulator.cluster.ReplicaSet;
import io.tierkeeper.lab.qdrant.emulator.cluster.Transfer;
import io.tierkeeper.lab.qdrant.emulator.cluster.TransferTask;
import org.jspecify.annotations.Nullable;

/** What one peer reports of itself and the cluster over REST, as JSON. */
final class RestViews {

  private final PeerNode node;
  private final String version;
  private final long memoryBytes;

  RestViews(PeerNode node, PeerInfo info) {
    this.node = node;
    version = info.version();
    memoryBytes = info.memoryBytes();
  }

  /** The part of the peer's telemetry about its machine. */
  ObjectNode machine() {
    ObjectNode view = JsonNodeFactory.instance.objectNode();
    view.putObject("app")
        .put("name", "qdrant")
        .put("version", version)
        .putObject("system")
        .put("ram_size", memoryBytes / 1024);
    return view;
  }

  ObjectNode cluster() {
    Consensus consensus = node.cluster().consensus();
    ObjectNode view = JsonNodeFactory.instance.objectNode();
    view.put("status", "enabled");
    view.put("peer_id", node.peerId());
    ObjectNode peers = view.putObject("peers");
    for (PeerNode peer : node.cluster().nodes()) {
      peers.putObject(Long.toUnsignedString(peer.peerId())).put("uri", peer.uri());
    }
    ObjectNode raft = view.putObject("raft_info");
    raft(raft, node, "pending_operations");
    raft.put("leader", consensus.leader());
    view.set("consensus_thread_status", working());
    view.putObject("message_send_failures");
    return view;
  }

  ObjectNode telemetry(int details) {
    Consensus consensus = node.cluster().consensus();
    ObjectNode view = JsonNodeFactory.instance.objectNode();
    ObjectNode collections = view.putObject("collections");
    // The layout is that of the peer with the newest commit.
    PeerNode newest = node;
    for (PeerNode peer : node.cluster().nodes()) {
      if (peer.isRunning()
          && consensus.applied(peer.peerId()) > consensus.applied(newest.peerId())) {
        newest = peer;
      }
    }
    if (details >= 2) {
      for (CollectionState collection : newest.view().collections().values()) {
        ObjectNode shown = collections.putObject(collection.name());
        shown.put("id", collection.name());
        ArrayNode shards = shown.putArray("shards");
        collection.shards().values().forEach(shard -> shards.add(shard(collection, shard)));
        shown.putArray("reshardings");
        ArrayNode transfers = shown.putArray("shard_transfers");
        collection.transfers().forEach(t -> transfers.add(transfer(collection.name(), t)));
      }
    }
    ObjectNode cluster = view.putObject("cluster");
    cluster.put("enabled", true);
    cluster.put("number_of_peers", node.cluster().nodes().size());
    ObjectNode peers = cluster.putObject("peers");
    for (PeerNode peer : node.cluster().nodes()) {
      ObjectNode shown = peers.putObject(Long.toUnsignedString(peer.peerId()));
      shown.put("uri", peer.uri());
      shown.put("responsive", peer.isRunning());
      if (peer.isRunning()) {
        ObjectNode detail = shown.putObject("details");
        detail.put("version", version);
        raft(detail, peer, "num_pending_operations");
        detail.set("consensus_thread_status", working());
      }
    }
    return view;
  }

  private void raft(ObjectNode into, PeerNode peer, String pending) {
    Consensus consensus = node.cluster().consensus();
    Long leader = consensus.leader();
    long applied = consensus.applied(peer.peerId());
    into.put("role", leader != null && leader == peer.peerId() ? "Leader" : "Follower");
    into.put("is_voter", true);
    into.put("term", consensus.term());
    into.put("commit", applied);
    into.put(pending, consensus.commit() - applied);
  }

  private ObjectNode working() {
    return JsonNodeFactory.instance
        .objectNode()
        .put("consensus_thread_status", "working")
        .put("last_update", node.cluster().clock().instant().toString());
  }

  private ObjectNode shard(CollectionState collection, ReplicaSet shard) {
    ObjectNode shown = JsonNodeFactory.instance.objectNode().put("id", shard.shardId());
    putKey(shown, "key", shard.key());
    ArrayNode replicas = shown.putArray("replicas");
    shard.replicas().forEach((peer, state) -> {
      ObjectNode replica = replicas.addObject().put("peer_id", peer).put("state", state.name());
      PeerNode holder = node.cluster().node(peer);
      LocalReplica local = holder.replicaOrNull(collection.name(), shard.shardId());
      if (local != null && holder.isRunning()) {
        replica.put("status", "green").put("num_points", local.store().size());
      }
    });
    return shown;
  }

  ObjectNode collectionCluster(CollectionState collection) {
    ObjectNode view = JsonNodeFactory.instance.objectNode();
    view.put("peer_id", node.peerId());
    view.put("shard_count", collection.shards().size());
    ArrayNode local = view.putArray("local_shards");
    ArrayNode remote = view.putArray("remote_shards");
    for (ReplicaSet shard : collection.shards().values()) {
      shard.replicas().forEach((peer, state) -> {
        ObjectNode shown = (peer == node.peerId() ? local : remote).addObject();
        shown.put("shard_id", shard.shardId());
        putKey(shown, "shard_key", shard.key());
        if (peer == node.peerId()) {
          shown.put("points_count", node.pointCount(collection.name(), shard.shardId()));
        } else {
          shown.put("peer_id", peer);
        }
        shown.put("state", state.name());
      });
    }
    ArrayNode transfers = view.putArray("shard_transfers");
    collection.transfers().forEach(t -> transfers.add(transfer(collection.name(), t)));
    return view;
  }

  private ObjectNode transfer(String collection, Transfer transfer) {
    ObjectNode shown = JsonNodeFactory.instance.objectNode();
    shown.put("shard_id", transfer.key().shardId());
    if (transfer.key().toShardId() != null) {
      shown.put("to_shard_id", transfer.key().toShardId());
    }
    shown.put("from", transfer.key().from());
    shown.put("to", transfer.key().to());
    shown.put("sync", transfer.sync());
    shown.put("method", method(transfer.method()));
    TransferTask task = node.task(collection, transfer.key());
    if (task != null) {
      shown.put("comment", "Transferring records (" + task.sent() + "), ETA: unknown");
    }
    return shown;
  }

  private static String method(ShardTransferMethod method) {
    return switch (method) {
      case StreamRecords -> "stream_records";
      case Snapshot -> "snapshot";
      case WalDelta -> "wal_delta";
      case ReshardingStreamRecords -> "resharding_stream_records";
      case UNRECOGNIZED -> "unknown";
    };
  }

  private static void putKey(ObjectNode node, String field, @Nullable ShardKey key) {
    if (key != null && key.hasNumber()) {
      node.put(field, key.getNumber());
    } else if (key != null) {
      node.put(field, key.getKeyword());
    }
  }

  /** Names and labels are those of the real server; what the emulator does not have is left out. */
  String metrics() {
    StringBuilder text = new StringBuilder();
    ClusterState view = node.view();
    line(text, "app_info{name=\"qdrant\",version=\"" + version + "\"}", 1);
    line(text, "collections_total", view.collections().size());
    long dead = 0;
    long least = Long.MAX_VALUE;
    for (CollectionState collection : view.collections().values()) {
      String labels = "{id=\"" + collection.name() + "\"}";
      long points = 0;
      for (ReplicaSet shard : collection.shards().values()) {
        points += node.pointCount(collection.name(), shard.shardId());
        dead += shard.peers(state -> state == ReplicaState.Dead).size();
        least = Math.min(least, shard.peers(ReplicaSet::active).size());
      }
      line(text, "collection_points" + labels, points);
      line(text, "collection_running_optimizations" + labels, 0);
      line(text, "collection_update_queue_length" + labels, 0);
      line(
          text,
          "collection_shard_transfer_incoming" + labels,
          collection.transfers().stream()
              .filter(t -> t.key().to() == node.peerId())
              .count());
      line(
          text,
          "collection_shard_transfer_outgoing" + labels,
          collection.transfers().stream()
              .filter(t -> t.key().from() == node.peerId())
              .count());
    }
    line(text, "collection_active_replicas_min", least == Long.MAX_VALUE ? 0 : least);
    line(text, "collection_dead_replicas", dead);
    line(text, "cluster_enabled", 1);
    line(text, "cluster_peers_total", view.peers().size());
    line(text, "cluster_term", node.cluster().consensus().term());
    line(
        text,
        "cluster_commit{peer_id=\"" + Long.toUnsignedString(node.peerId()) + "\"}",
        node.cluster().consensus().applied(node.peerId()));
    line(text, "cluster_pending_operations_total", 0);
    Runtime jvm = Runtime.getRuntime();
    line(text, "memory_resident_bytes", jvm.totalMemory() - jvm.freeMemory());
    return text.toString();
  }

  private static void line(StringBuilder text, String name, long value) {
    text.append(name).append(' ').append(value).append('\n');
  }
}
