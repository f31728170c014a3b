package io.tierkeeper.operator.layout;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tierkeeper.qdrant.ShardKey;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** Shell commands that make a collection fit for moves; {@code $QDRANT} is the REST address of any peer. */
final class LayoutCommands {

  private LayoutCommands() {}

  /** Creates the fallback with one shard. */
  static String createFallback(String collection, ShardKey key) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    switch (key) {
      case ShardKey.Keyword keyword -> body.put("shard_key", keyword.value());
      case ShardKey.Number number -> body.put("shard_key", number.value());
    }
    return put(path(collection) + "/shards", body.put("shards_number", 1));
  }

  /** Creates a keyword index that a tenant field needs. */
  static String createTenantIndex(String collection, String field) {
    return createIndex(collection, field, "keyword", "is_tenant");
  }

  /** Creates an integer index that a tenant field needs. */
  static String createIntegerIndex(String collection, String field) {
    return createIndex(collection, field, "integer", "lookup");
  }

  /** Deletes the index of a field; the payload stays. */
  static String deleteIndex(String collection, String field) {
    return "curl -sf -X DELETE \"" + path(collection) + "/index/" + encode(field) + "?wait=true\"";
  }

  private static String createIndex(String collection, String field, String type, String option) {
    ObjectNode body = JsonNodeFactory.instance.objectNode().put("field_name", field);
    body.putObject("field_schema").put("type", type).put(option, true);
    return put("\"" + path(collection) + "/index?wait=true\"", body);
  }

  private static String put(String url, ObjectNode body) {
    return "curl -sf -X PUT " + url + " -H 'Content-Type: application/json' -d '"
        + body.toString().replace("'", "\\u0027") + "'";
  }

  private static String path(String collection) {
    return "$QDRANT/collections/" + encode(collection);
  }

  /** Percents keep whatever a name has from being read by the shell. */
  private static String encode(String name) {
    return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
