package io.tierkeeper.moves.remedy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BigIntegerNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.tierkeeper.moves.Fence;
import io.tierkeeper.moves.Move;
import io.tierkeeper.moves.act.FenceCalls;
import io.tierkeeper.moves.content.CopyMark;
import io.tierkeeper.qdrant.PointId;
import io.tierkeeper.qdrant.Replica;
import io.tierkeeper.qdrant.ShardKey;
import io.tierkeeper.qdrant.ShardTransfer;
import io.tierkeeper.qdrant.TenantId;
import java.math.BigInteger;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Renders remedies as shell commands. {@code $QDRANT} is the REST address of the peer that the message names, or of any
 * peer where it names none.
 */
public final class RemedyRenderer {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String JSON_BODY = " -H 'Content-Type: application/json' -d ";
  private static final String AS_POINTS =
      "[.result[]|{id,payload:(.payload|del(.tierkeeper_move,.tierkeeper_base)),vector:(.vector//{})}]";

  private static final String INSERT_ONLY = ",update_mode:\"insert_only\"";

  private RemedyRenderer() {}

  /** The command for a shell with bash, curl, jq and kubectl. */
  public static String command(Move move, Remedy remedy) {
    return switch (remedy) {
      case Remedy.InsertFromFallback(List<PointId> ids) ->
        save(move, ids, move.dedicated(), "saved-dedicated.json")
            + " && " + save(move, ids, move.fallback(), "saved-fallback.json")
            + " && " + write(move.dedicated(), move, INSERT_ONLY, "saved-fallback.json");
      case Remedy.TakeFromFrozen(List<PointId> ids) ->
        save(move, ids, move.thawedCopyKey(), "saved-frozen.json")
            + " && "
            + write(move.fallback(), move, INSERT_ONLY, "saved-frozen.json");
      case Remedy.KeepDedicated(List<PointId> ids) -> keepDedicated(move, ids);
      case Remedy.SavePoints(List<PointId> ids) ->
        save(move, ids, move.dedicated(), "saved-dedicated.json")
            + " && "
            + save(move, ids, move.fallback(), "saved-fallback.json");
      case Remedy.RemoveMarkerFields(List<PointId> ids) -> {
        ObjectNode fields = JsonNodeFactory.instance.objectNode();
        ArrayNode names = fields.putArray("keys");
        CopyMark.FIELDS.stream().sorted().forEach(names::add);
        fields.set("points", list(ids));
        yield save(move, ids, move.dedicated(), "saved-dedicated.json")
            + " && "
            + post(
                "\"" + collection(move) + "/points/payload/delete?wait=true\"",
                put(fields, move.dedicated()));
      }
      case Remedy.RecoverShard(Replica replica) -> {
        String snapshots = snapshots(move, replica);
        yield saveShard(snapshots) + " && curl -sf -X POST \"" + snapshots
            + "/upload?priority=snapshot&wait=true\" -F snapshot=@saved.snapshot";
      }
      case Remedy.SaveAndDropKey(Replica replica) ->
        saveShard(snapshots(move, replica)) + " && "
            + post(
                collection(move) + "/shards/delete",
                put(JsonNodeFactory.instance.objectNode(), move.dedicated()));
      case Remedy.DropWorkingKeys drop -> command(move.collection(), drop);
      case Remedy.AbortTransfers(List<ShardTransfer> transfers, List<Remedy.Place> dropped) ->
        Stream.concat(
                transfers.stream().map(transfer -> abortTransfer(move, transfer)),
                dropped.stream().map(place -> dropReplica(move, place)))
            .collect(Collectors.joining("; "));
      case Remedy.DropReplicas(List<Remedy.Place> replicas) ->
        replicas.stream().map(place -> dropReplica(move, place)).collect(Collectors.joining("; "));
      case Remedy.AbortResharding() -> {
        ObjectNode abort = JsonNodeFactory.instance.objectNode();
        abort.putObject("abort_resharding");
        yield post(collection(move) + "/cluster", abort);
      }
      case Remedy.CountFallback() -> count(move);
      case Remedy.ListForeignPoints(ShardKey key) -> foreignPoints(move, key);
      case Remedy.ShowStrictMode() ->
        "curl -sf " + collection(move) + " | jq .result.config.strict_mode_config";
      case Remedy.ShowCluster() -> "curl -sf $QDRANT/cluster";
      case Remedy.ShowShards() -> "curl -sf " + collection(move) + "/cluster | jq .result";
      case Remedy.RestartPods(List<String> hosts) ->
        "kubectl delete pod "
            + hosts.stream()
                .map(host -> host.split("\\.", 2)[0])
                .distinct()
                .collect(Collectors.joining(" "));
      case Remedy.SetAbort(boolean abort) -> patch(move, "abort", abort);
      case Remedy.ConfirmFence() -> patch(move, "fenced", true);
      case Remedy.LiftFence(Fence fence, String marker) -> liftFence(move, fence, marker);
    };
  }

  /** The command of a remedy that belongs to no move. */
  public static String command(String collection, Remedy.DropWorkingKeys remedy) {
    String path = collection(collection);
    // A key must not be deleted while a transfer runs.
    return Stream.concat(
            Stream.of("test 0 = \"$(curl -sf " + path
                + "/cluster | jq '.result.shard_transfers|length')\""),
            remedy.replicas().stream()
                .flatMap(replica -> Stream.of(
                    saveShard(
                        path + "/shards/" + replica.shardId() + "/snapshots",
                        "saved-" + replica.shardId() + ".snapshot"),
                    post(
                        path + "/shards/delete",
                        put(JsonNodeFactory.instance.objectNode(), replica.key())))))
        .collect(Collectors.joining(" && "));
  }

  private static String patch(Move move, String field, boolean value) {
    return "kubectl patch tiermove " + move.name() + " --type merge -p '{\"spec\":{\"" + field
        + "\":" + value + "}}'";
  }

  private static String liftFence(Move move, Fence fence, @Nullable String marker) {
    return switch (fence) {
      case Fence.Manual manual -> patch(move, "abort", true);
      case Fence.Webhook webhook ->
        post("'" + webhook.url().toString().replace("'", "%27") + "'", Fence.request(move, "Lift"));
      case Fence.Token token ->
        marker == null
            ? restorePoint(token.collection(), token.point())
            : putPoint(token.collection(), token.point(), marker(marker));
    };
  }

  /** Gives a marker point the payload back that it keeps in a field while the fence is raised. */
  private static String restorePoint(String collection, PointId id) {
    return "curl -sf \"" + collection(collection) + "/points/" + id
        + "\" | jq -c '{points:[.result|"
        + "{id,payload:.payload." + FenceCalls.FENCED
        + ",vector:(.vector//{})}]}' | curl -sf -X PUT \""
        + collection(collection) + "/points?wait=true\"" + JSON_BODY + "@-";
  }

  private static ObjectNode marker(@Nullable String remembered) {
    ObjectNode point = JSON.createObjectNode();
    point.putObject("payload");
    point.putObject("vector");
    if (remembered != null) {
      try {
        JsonNode json = JSON.readTree(remembered);
        JsonNode vectors = json.path("vectors");
        point.set("payload", json.path("payload"));
        point.set("vector", vectors.has("") && vectors.size() == 1 ? vectors.get("") : vectors);
      } catch (JsonProcessingException e) {
        throw new IllegalStateException("the journal's marker point cannot be read", e);
      }
    }
    return point;
  }

  private static String keepDedicated(Move move, List<PointId> ids) {
    ObjectNode gone = JsonNodeFactory.instance.objectNode();
    gone.set("points", list(ids));
    return save(move, ids, move.fallback(), "saved-fallback.json")
        + " && "
        + write(move.dedicated(), move, INSERT_ONLY, "saved-fallback.json")
        + " && "
        + post("\"" + collection(move) + "/points/delete?wait=true\"", put(gone, move.fallback()));
  }

  private static String dropReplica(Move move, Remedy.Place place) {
    ObjectNode drop = JsonNodeFactory.instance.objectNode();
    drop.putObject("drop_replica")
        .put("shard_id", place.shardId())
        .set("peer_id", peer(place.peerId()));
    return post(collection(move) + "/cluster", drop);
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

  private static String count(Move move) {
    ObjectNode body = put(JsonNodeFactory.instance.objectNode(), move.fallback());
    tenant(body.putObject("filter").putArray("must"), move);
    return "curl -s"
        + post(collection(move) + "/points/count", body.put("exact", true)).substring(8);
  }

  private static String foreignPoints(Move move, ShardKey key) {
    ObjectNode body = put(JsonNodeFactory.instance.objectNode(), key).put("limit", 100);
    ArrayNode either = body.putObject("filter").putArray("should");
    tenant(either.addObject().putArray("must_not"), move);
    ArrayNode others =
        either.addObject().put("key", move.tenantField()).putObject("match").putArray("except");
    switch (move.tenant()) {
      case TenantId.Keyword keyword -> others.add(keyword.value());
      case TenantId.Number number -> others.add(number.value());
    }
    return post(collection(move) + "/points/scroll", body) + " | jq .result.points";
  }

  private static void tenant(ArrayNode conditions, Move move) {
    ObjectNode match = conditions.addObject().put("key", move.tenantField());
    switch (move.tenant()) {
      case TenantId.Keyword keyword -> match.putObject("match").put("value", keyword.value());
      case TenantId.Number number -> match.putObject("match").put("value", number.value());
    }
  }

  private static String putPoint(String collection, PointId id, ObjectNode content) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    ObjectNode point = body.putArray("points").addObject();
    point.set("id", list(List.of(id)).get(0));
    point.setAll(content);
    return "curl -sf -X PUT \"" + collection(collection) + "/points?wait=true\"" + JSON_BODY
        + apostrophes(body);
  }

  private static String post(String url, ObjectNode body) {
    return "curl -sf -X POST " + url + JSON_BODY + apostrophes(body);
  }

  private static String apostrophes(ObjectNode body) {
    return "'" + body.toString().replace("'", "\\u0027") + "'";
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
        + "/points?wait=true\"" + JSON_BODY + "@-";
  }

  private static String saveShard(String snapshots) {
    return saveShard(snapshots, "saved.snapshot");
  }

  private static String saveShard(String snapshots, String file) {
    return "NAME=$(curl -sf -X POST " + snapshots + " | jq -r .result.name) && curl -sf "
        + snapshots + "/$NAME -o " + file;
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
