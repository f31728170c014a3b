package io.tierkeeper.moves;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tierkeeper.qdrant.PointId;
import io.tierkeeper.qdrant.Replica;
import io.tierkeeper.qdrant.ShardKey;
import java.util.List;

/** The commands that a person is given where a move cannot go on by itself; {@code $QDRANT} is the server's address. */
final class Curl {

  private Curl() {}

  /** Shows these points in each of these keys. */
  static String show(Move move, List<PointId> ids, ShardKey... keys) {
    StringBuilder commands = new StringBuilder();
    for (ShardKey key : keys) {
      ObjectNode body = JsonNodeFactory.instance.objectNode();
      ArrayNode list = body.putArray("ids");
      for (PointId id : ids) {
        switch (id) {
          case PointId.Num number ->
            list.add(new java.math.BigInteger(Long.toUnsignedString(number.value())));
          case PointId.Uuid uuid -> list.add(uuid.value().toString());
        }
      }
      put(body, key).put("with_payload", true).put("with_vector", true);
      commands
          .append(commands.isEmpty() ? "" : "; ")
          .append(post(collection(move) + "/points", body));
    }
    return commands.toString();
  }

  /** Saves a shard's content to a file and then drops its key. */
  static String saveAndDrop(Move move, Replica replica) {
    String snapshots = collection(move) + "/shards/" + replica.shardId() + "/snapshots";
    return "NAME=$(curl -sf -X POST " + snapshots + " | jq -r .result.name) && curl -sf "
        + snapshots + "/$NAME -o saved.snapshot && "
        + post(
            collection(move) + "/shards/delete",
            put(JsonNodeFactory.instance.objectNode(), move.tenant()));
  }

  /** Asks for the abort of the move. */
  static String abort(Move move) {
    return "kubectl patch tiermove " + move.name()
        + " --type merge -p '{\"spec\":{\"abort\":true}}'";
  }

  private static String collection(Move move) {
    return "$QDRANT/collections/" + move.collection();
  }

  private static String post(String url, ObjectNode body) {
    // The body stands between apostrophes in a shell.
    return "curl -sf -X POST " + url + " -H 'Content-Type: application/json' -d '"
        + body.toString().replace("'", "\\u0027") + "'";
  }

  private static ObjectNode put(ObjectNode body, ShardKey key) {
    return switch (key) {
      case ShardKey.Keyword keyword -> body.put("shard_key", keyword.value());
      case ShardKey.Number number -> body.put("shard_key", number.value());
    };
  }
}
