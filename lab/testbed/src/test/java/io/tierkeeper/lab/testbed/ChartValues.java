package io.tierkeeper.lab.testbed;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The chart's values with their defaults and comments from {@code values.yaml}, and their types from {@code values.schema.json}. */
final class ChartValues {
  private static final ObjectMapper JSON = Serialization.jsonMapper();
  private static final Pattern KEY = Pattern.compile("^( *)([A-Za-z][A-Za-z0-9]*):.*$");
  private static final Pattern COMMENT = Pattern.compile("^ *# ?(.*)$");

  private final JsonNode defaults;
  private final ObjectNode schema;
  private final Map<String, String> comments;

  private ChartValues(JsonNode defaults, ObjectNode schema, Map<String, String> comments) {
    this.defaults = defaults;
    this.schema = schema;
    this.comments = comments;
  }

  /** One value that a user may set. */
  record Row(String key, String value, String comment) {
    @Override
    public String toString() {
      return "| `" + key + "` | `" + value + "` | " + comment.replace("|", "\\|") + " |";
    }
  }

  static ChartValues read() {
    try {
      String yaml = Files.readString(Chart.PATH.resolve("values.yaml"));
      return new ChartValues(
          Serialization.unmarshal("---\n" + yaml, JsonNode.class),
          (ObjectNode) JSON.readTree(Files.readString(Chart.PATH.resolve("values.schema.json"))),
          comments(yaml));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The comment directly above each key, by the key's path. */
  private static Map<String, String> comments(String yaml) {
    Map<String, String> comments = new LinkedHashMap<>();
    Deque<String> path = new ArrayDeque<>();
    List<String> pending = new ArrayList<>();
    for (String line : yaml.lines().toList()) {
      Matcher comment = COMMENT.matcher(line);
      Matcher key = KEY.matcher(line);
      if (comment.matches()) {
        pending.add(comment.group(1));
        continue;
      }
      if (key.matches()) {
        int depth = key.group(1).length() / 2;
        while (path.size() > depth) {
          path.removeLast();
        }
        path.addLast(key.group(2));
        if (!pending.isEmpty()) {
          comments.put(String.join(".", path), String.join(" ", pending));
        }
      }
      pending.clear();
    }
    return comments;
  }

  /** A copy of {@code values.yaml}. */
  ObjectNode defaults() {
    return defaults.deepCopy();
  }

  /** Those that the schema does not divide any further, in the order of {@code values.yaml}. */
  List<Row> rows() {
    List<Row> rows = new ArrayList<>();
    collect("", defaults, schema, rows);
    return rows;
  }

  private void collect(String prefix, JsonNode values, JsonNode type, List<Row> rows) {
    values.properties().forEach(entry -> {
      String key = prefix + entry.getKey();
      JsonNode own = type.path("properties").path(entry.getKey());
      if (own.has("properties")) {
        collect(key + ".", entry.getValue(), own, rows);
      } else {
        rows.add(new Row(key, entry.getValue().toString(), comments.getOrDefault(key, "")));
      }
    });
  }

  /** Paths that the schema knows, in its order. */
  List<String> known() {
    List<String> known = new ArrayList<>();
    known("", schema, known);
    return known;
  }

  private static void known(String prefix, JsonNode type, List<String> known) {
    type.path("properties").properties().forEach(entry -> {
      if (entry.getValue().has("properties")) {
        known(prefix + entry.getKey() + ".", entry.getValue(), known);
      } else {
        known.add(prefix + entry.getKey());
      }
    });
  }

  /** Paths of objects of fixed fields that admit other fields. */
  List<String> open() {
    List<String> open = new ArrayList<>();
    open("", schema, open);
    return open;
  }

  private static void open(String path, JsonNode type, List<String> open) {
    if (type.has("properties")) {
      if (!type.path("additionalProperties").isBoolean()
          || type.path("additionalProperties").asBoolean()) {
        open.add(path);
      }
      type.path("properties")
          .properties()
          .forEach(entry -> open(path + "." + entry.getKey(), entry.getValue(), open));
    }
  }

  /** The schema with the comments as descriptions, as it is to be committed. */
  String describedSchema() {
    try {
      ObjectNode described = schema.deepCopy();
      describe("", described);
      return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(described) + "\n";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void describe(String prefix, ObjectNode type) {
    type.path("properties").properties().forEach(entry -> {
      String key = prefix + entry.getKey();
      ObjectNode own = (ObjectNode) entry.getValue();
      own.remove("description");
      if (comments.containsKey(key)) {
        own.put("description", comments.get(key));
      }
      describe(key + ".", own);
    });
  }
}
