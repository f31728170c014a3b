package io.tierkeeper.lab.qdrant.emulator;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.qdrant.client.grpc.Collections.ReplicaState;
import io.qdrant.client.grpc.Collections.ShardKey;
import io.qdrant.client.grpc.Collections.ShardTransferMethod;
import org.jspecify.annotations.Nullable;

/** What one peer says of itself and the cluster over REST, as JSON. */
final class RestViews {

  private final PeerNode node;
  private final ObjectMapper json;

  RestViews(PeerNode node, ObjectMapper json) {
    this.node = node;
    this.json = json;
  }

  ObjectNode cluster() {
    Consensus consensus = node.cluster().consensus();
    ObjectNode view = json.createObjectNode();
    view.put("status", "enabled");
    view.put("peer_id", node.peerId());
    ObjectNode peers = view.putObject("peers");
    for (PeerNode peer : node.cluster().nodes()) {
      peers.putObject(Long.toUnsignedString(peer.peerId())).put("uri", peer.uri());
    }
    ObjectNode raft = view.putObject("raft_info");
    raft.put("term", consensus.term());
    raft.put("commit", consensus.applied(node.peerId()));
    raft.put("pending_operations", consensus.commit() - consensus.applied(node.peerId()));
    Long leader = consensus.leader();
    raft.put("leader", leader);
    raft.put("role", leader != null && leader == node.peerId() ? "Leader" : "Follower");
    raft.put("is_voter", true);
    view.putObject("consensus_thread_status")
        .put("consensus_thread_status", "working")
        .put("last_update", node.cluster().clock().instant().toString());
    view.putObject("message_send_failures");
    return view;
  }

  ObjectNode telemetry(int details) {
    Consensus consensus = node.cluster().consensus();
    ObjectNode view = json.createObjectNode();
    ObjectNode collections = view.putObject("collections");
    // The peer with the newest commit tells the layout.
    PeerNode newest = node;
    for (PeerNode peer : node.cluster().nodes()) {
      if (peer.isRunning()
          && consensus.applied(peer.peerId()) > consensus.applied(newest.peerId())) {
        newest = peer;
      }
    }
    if (details >= 2) {
      for (CollectionState collection : newest.view().collections().values()) {
        ObjectNode told = collections.putObject(collection.name());
        told.put("id", collection.name());
        ArrayNode shards = told.putArray("shards");
        collection.shards().values().forEach(shard -> shards.add(shard(collection, shard)));
        told.putArray("reshardings");
        ArrayNode transfers = told.putArray("shard_transfers");
        collection.transfers().forEach(t -> transfers.add(transfer(collection.name(), t)));
      }
    }
    ObjectNode cluster = view.putObject("cluster");
    cluster.put("enabled", true);
    cluster.put("number_of_peers", node.cluster().nodes().size());
    ObjectNode peers = cluster.putObject("peers");
    for (PeerNode peer : node.cluster().nodes()) {
      ObjectNode told = peers.putObject(Long.toUnsignedString(peer.peerId()));
      told.put("uri", peer.uri());
      told.put("responsive", peer.isRunning());
      if (peer.isRunning()) {
        Long leader = consensus.leader();
        ObjectNode detail = told.putObject("details");
        detail.put("version", node.cluster().options().version());
        detail.put("role", leader != null && leader == peer.peerId() ? "Leader" : "Follower");
        detail.put("is_voter", true);
        detail.put("term", consensus.term());
        detail.put("commit", consensus.applied(peer.peerId()));
        detail.put("num_pending_operations", consensus.commit() - consensus.applied(peer.peerId()));
        detail
            .putObject("consensus_thread_status")
            .put("consensus_thread_status", "working")
            .put("last_update", node.cluster().clock().instant().toString());
      }
    }
    return view;
  }

  private ObjectNode shard(CollectionState collection, ReplicaSet shard) {
    ObjectNode told = json.createObjectNode().put("id", shard.shardId());
    putKey(told, "key", shard.key());
    ArrayNode replicas = told.putArray("replicas");
    shard.replicas().forEach((peer, state) -> {
      ObjectNode replica = replicas.addObject().put("peer_id", peer).put("state", state.name());
      PeerNode holder = node.cluster().node(peer);
      LocalReplica local = holder.replicaOrNull(collection.name(), shard.shardId());
      if (local != null && holder.isRunning()) {
        replica.put("status", "green").put("num_points", local.store().size());
      }
    });
    return told;
  }

  ObjectNode collectionCluster(CollectionState collection) {
    ObjectNode view = json.createObjectNode();
    view.put("peer_id", node.peerId());
    view.put("shard_count", collection.shards().size());
    ArrayNode local = view.putArray("local_shards");
    ArrayNode remote = view.putArray("remote_shards");
    for (ReplicaSet shard : collection.shards().values()) {
      shard.replicas().forEach((peer, state) -> {
        ObjectNode told = (peer == node.peerId() ? local : remote).addObject();
        told.put("shard_id", shard.shardId());
        putKey(told, "shard_key", shard.key());
        if (peer == node.peerId()) {
          LocalReplica replica = node.replicaOrNull(collection.name(), shard.shardId());
          told.put("points_count", replica == null ? 0 : replica.store().size());
        } else {
          told.put("peer_id", peer);
        }
        told.put("state", state.name());
      });
    }
    ArrayNode transfers = view.putArray("shard_transfers");
    collection.transfers().forEach(t -> transfers.add(transfer(collection.name(), t)));
    return view;
  }

  private ObjectNode transfer(String collection, Transfer transfer) {
    ObjectNode told = json.createObjectNode();
    told.put("shard_id", transfer.key().shardId());
    if (transfer.key().toShardId() != null) {
      told.put("to_shard_id", transfer.key().toShardId());
    }
    told.put("from", transfer.key().from());
    told.put("to", transfer.key().to());
    told.put("sync", transfer.sync());
    told.put("method", method(transfer.method()));
    TransferTask task = node.task(collection, transfer.key());
    if (task != null) {
      told.put("comment", "Transferring records (" + task.sent() + "), ETA: unknown");
    }
    return told;
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

  String metrics() {
    StringBuilder text = new StringBuilder();
    ClusterState view = node.view();
    line(
        text,
        "app_info{name=\"qdrant\",version=\"" + node.cluster().options().version() + "\"}",
        1);
    line(text, "cluster_enabled", 1);
    line(text, "cluster_peers_total", view.peers().size());
    line(text, "cluster_term", node.cluster().consensus().term());
    line(text, "cluster_commit", node.cluster().consensus().applied(node.peerId()));
    line(text, "collections_total", view.collections().size());
    for (CollectionState collection : view.collections().values()) {
      String labels = "{id=\"" + collection.name() + "\"}";
      long points = 0;
      long dead = 0;
      long least = Long.MAX_VALUE;
      for (ReplicaSet shard : collection.shards().values()) {
        LocalReplica replica = node.replicaOrNull(collection.name(), shard.shardId());
        points += replica == null ? 0 : replica.store().size();
        dead += shard.peers(state -> state == ReplicaState.Dead).size();
        least = Math.min(least, shard.peers(ReplicaSet::active).size());
      }
      line(text, "collection_points" + labels, points);
      line(text, "collection_dead_replicas" + labels, dead);
      line(text, "collection_active_replicas_min" + labels, least == Long.MAX_VALUE ? 0 : least);
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
    return text.toString();
  }

  private static void line(StringBuilder text, String name, long value) {
    text.append(name).append(' ').append(value).append('\n');
  }
}
