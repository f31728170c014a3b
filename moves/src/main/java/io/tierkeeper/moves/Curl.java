package io.tierkeeper.moves;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BigIntegerNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.tierkeeper.qdrant.PointId;
import io.tierkeeper.qdrant.Replica;
import io.tierkeeper.qdrant.ShardKey;
import io.tierkeeper.qdrant.ShardTransfer;
import java.math.BigInteger;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The commands that a person is given where a move cannot go on by itself; {@code $QDRANT} is the REST address of the
 * peer that the message names, or of any where it names none. What a command changes it saves to a file first.
 */
final class Curl {

  private static final String JSON = " -H 'Content-Type: application/json' -d ";
  private static final String AS_POINTS =
      "[.result[]|{id,payload:(.payload|del(.tierkeeper_move,.tierkeeper_base)),vector:(.vector//{})}]";

  private Curl() {}

  /** Saves these points as both keys have them and writes the fallback's into the dedicated key. */
  static String takeFromFallback(Move move, List<PointId> ids) {
    return save(move, ids, move.tenant(), "saved-dedicated.json")
        + " && " + save(move, ids, move.fallback(), "saved-fallback.json")
        + " && " + write(move.tenant(), move, "", "saved-fallback.json");
  }

  /** Saves these points as they were at the freeze and writes those that the fallback lacks into it. */
  static String takeFromFrozen(Move move, List<PointId> ids) {
    return save(move, ids, move.frozenKey(), "saved-frozen.json")
        + " && "
        + write(move.fallback(), move, ",update_mode:\"insert_only\"", "saved-frozen.json");
  }

  /**
   * Saves these points as the fallback has them, writes those that the dedicated key lacks into it, and deletes them
   * from the fallback: what the tenant is served stays.
   */
  static String keepDedicated(Move move, List<PointId> ids) {
    ObjectNode gone = JsonNodeFactory.instance.objectNode();
    gone.set("points", list(ids));
    return save(move, ids, move.fallback(), "saved-fallback.json")
        + " && "
        + write(move.tenant(), move, ",update_mode:\"insert_only\"", "saved-fallback.json")
        + " && "
        + post("\"" + collection(move) + "/points/delete?wait=true\"", put(gone, move.fallback()));
  }

  /** Saves a shard's content to a file and recovers it into the same shard, which makes a sole replica Active. */
  static String recoverOwn(Move move, Replica replica) {
    String snapshots = snapshots(move, replica);
    return saveShard(snapshots) + " && curl -sf -X POST \"" + snapshots
        + "/upload?priority=snapshot&wait=true\" -F snapshot=@saved.snapshot";
  }

  /** Saves a shard's content to a file and then drops its key. */
  static String saveAndDrop(Move move, Replica replica) {
    return saveShard(snapshots(move, replica)) + " && "
        + post(
            collection(move) + "/shards/delete",
            put(JsonNodeFactory.instance.objectNode(), move.tenant()));
  }

  /** Aborts these transfers; the replicas that they were about to bring go with them. */
  static String abortTransfers(Move move, List<ShardTransfer> transfers) {
    return transfers.stream()
        .map(transfer -> abortTransfer(move, transfer))
        .collect(Collectors.joining("; "));
  }

  private static String abortTransfer(Move move, ShardTransfer transfer) {
    ObjectNode abort = JsonNodeFactory.instance.objectNode();
    ObjectNode which = abort.putObject("abort_transfer").put("shard_id", transfer.shardId());
    if (transfer.toShardId() != null) {
      which.put("to_shard_id", transfer.toShardId());
    }
    which.set("from_peer_id", peer(transfer.fromPeer()));
    which.set("to_peer_id", peer(transfer.toPeer()));
    return post(collection(move) + "/cluster", abort);
  }

  /** Drops this replica; Qdrant refuses to drop the last active one. */
  static String dropReplica(Move move, int shardId, long peerId) {
    ObjectNode drop = JsonNodeFactory.instance.objectNode();
    drop.putObject("drop_replica").put("shard_id", shardId).set("peer_id", peer(peerId));
    return post(collection(move) + "/cluster", drop);
  }

  /** Aborts the resharding of the collection. */
  static String abortResharding(Move move) {
    ObjectNode abort = JsonNodeFactory.instance.objectNode();
    abort.putObject("abort_resharding");
    return post(collection(move) + "/cluster", abort);
  }

  /** Counts the tenant's points in the fallback. */
  static String count(Move move) {
    ObjectNode body = put(JsonNodeFactory.instance.objectNode(), move.fallback());
    ObjectNode match =
        body.putObject("filter").putArray("must").addObject().put("key", move.tenantField());
    switch (move.tenant()) {
      case ShardKey.Keyword keyword -> match.putObject("match").put("value", keyword.value());
      case ShardKey.Number number -> match.putObject("match").put("value", number.value());
    }
    return "curl -s"
        + post(collection(move) + "/points/count", body.put("exact", true)).substring(8);
  }

  /** Shows what the collection's strict mode forbids. */
  static String limits(Move move) {
    return "curl -sf " + collection(move) + " | jq .result.config.strict_mode_config";
  }

  /** Shows a peer's view of the cluster. */
  static String cluster() {
    return "curl -sf $QDRANT/cluster";
  }

  /** Writes a point without a shard key. */
  static String putPoint(String collection, PointId id, ObjectNode content) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    ObjectNode point = body.putArray("points").addObject();
    point.set("id", list(List.of(id)).get(0));
    point.setAll(content);
    return "curl -sf -X PUT \"" + collection(collection) + "/points?wait=true\"" + JSON
        + apostrophes(body);
  }

  /** Sends a body. */
  static String post(String url, ObjectNode body) {
    return "curl -sf -X POST " + url + JSON + apostrophes(body);
  }

  private static String apostrophes(ObjectNode body) {
    return "'" + body.toString().replace("'", "\\u0027") + "'";
  }

  /** Restarts the pods behind these hosts. */
  static String restartPods(List<String> hosts) {
    return "kubectl delete pod "
        + hosts.stream()
            .map(host -> host.split("\\.", 2)[0])
            .distinct()
            .collect(Collectors.joining(" "));
  }

  /** Asks for the abort of the move, or takes that back. */
  static String abort(Move move, boolean wanted) {
    return "kubectl patch tiermove " + move.name() + " --type merge -p '{\"spec\":{\"abort\":"
        + wanted + "}}'";
  }

  private static String save(Move move, List<PointId> ids, ShardKey key, String file) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.set("ids", list(ids));
    put(body, key).put("with_payload", true).put("with_vector", true);
    return post(collection(move) + "/points", body) + " -o " + file;
  }

  private static String write(ShardKey into, Move move, String further, String file) {
    String key = switch (into) {
      case ShardKey.Keyword keyword -> TextNode.valueOf(keyword.value()).toString();
      case ShardKey.Number number -> Long.toUnsignedString(number.value());
    };
    return "jq '{points:" + AS_POINTS + ",shard_key:" + key.replace("'", "\\u0027") + further
        + "}' " + file + " | curl -sf -X PUT \"" + collection(move)
        + "/points?wait=true\"" + JSON + "@-";
  }

  private static String saveShard(String snapshots) {
    return "NAME=$(curl -sf -X POST " + snapshots + " | jq -r .result.name) && curl -sf "
        + snapshots + "/$NAME -o saved.snapshot";
  }

  private static String snapshots(Move move, Replica replica) {
    return collection(move) + "/shards/" + replica.shardId() + "/snapshots";
  }

  private static String collection(Move move) {
    return collection(move.collection());
  }

  private static String collection(String name) {
    // Percents keep whatever a collection is called from being read by the shell.
    return "$QDRANT/collections/"
        + URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private static ArrayNode list(List<PointId> ids) {
    ArrayNode list = JsonNodeFactory.instance.arrayNode();
    for (PointId id : ids) {
      switch (id) {
        case PointId.Num number -> list.add(new BigInteger(Long.toUnsignedString(number.value())));
        case PointId.Uuid uuid -> list.add(uuid.value().toString());
      }
    }
    return list;
  }

  private static BigIntegerNode peer(long id) {
    return BigIntegerNode.valueOf(new BigInteger(Long.toUnsignedString(id)));
  }

  private static ObjectNode put(ObjectNode body, ShardKey key) {
    return switch (key) {
      case ShardKey.Keyword keyword -> body.put("shard_key", keyword.value());
      case ShardKey.Number number -> body.put("shard_key", number.value());
    };
  }
}
