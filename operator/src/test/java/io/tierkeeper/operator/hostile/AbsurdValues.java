package io.tierkeeper.operator.hostile;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BigIntegerNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Values for a leaf: the odd ones that its schema allows, and a few that it does not. */
final class AbsurdValues {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final int ENDLESS = 20_000;

  /** Texts of every form that a pattern of ours knows, each at an edge of it. */
  private static final List<String> TEXTS = List.of(
      "",
      " ",
      "a",
      "0",
      "1",
      "-1",
      "0.000001",
      "0.999999",
      "0.5",
      "0.0",
      "1.000000",
      "999999.999999",
      "000000.000000",
      "1e3",
      "NaN",
      "0s",
      "1s",
      "00000h00000m00000s",
      "99999h99999m99999s",
      "168h",
      "* * * * *",
      "0 0 30 2 *",
      "0 0 31 2,4,6 0-7",
      "59-0 23-0 31-1 DEC-JAN SAT-SUN",
      "*/99 */99 */99 */99 */99",
      "UTC",
      "Etc/GMT+14",
      "Europe/Paris",
      "Not/A/Zone",
      "GMT0",
      "0000-01-01T00:00:00Z",
      "1970-01-01T00:00:00Z",
      "9999-12-31T23:59:59Z",
      "2026-06-30t12:00:00z",
      "2026-06-30T12:00:00+14:00",
      "2026-06-30T12:00:00.123456789123Z",
      "2026-06-30T12:00:00+99:99",
      "2026-06-30T12:00:00x5Z",
      "9999-12-31T23:59:59-18:00",
      "http://127.0.0.1:1",
      "http://127.0.0.1:99999",
      "https://127.0.0.1:1",
      "http://nobody.invalid:6334",
      "http://a_b:1",
      "http://[....]:1",
      "https://[::1]:1",
      "https://example.invalid/fence",
      "sha256:" + "0".repeat(64),
      "00000000-0000-0000-0000-000000000000",
      "18446744073709551615",
      "99999999999999999999",
      "0-0",
      "a.b",
      "..",
      "../../etc/passwd",
      "line\nbreak\ttab",
      "\"quoted\" {{brace}} $(x) %s %n",
      "\u0001",
      "Ünïcödé 日本 🦀 \u202e",
      "tierkeeper/x",
      "default",
      "Unknown",
      "True",
      "Promote",
      "Succeeded",
      "Copying",
      "Dedicated");

  private AbsurdValues() {}

  /** What the schema allows, most plain first; never empty for a scalar. */
  static List<JsonNode> legal(JsonNode schema) {
    return values(schema, true);
  }

  /** What the schema forbids, a few. */
  static List<JsonNode> illegal(JsonNode schema) {
    List<JsonNode> wrong = new ArrayList<>(values(schema, false));
    if (!schema.path("type").asText().isEmpty()) {
      wrong.add(NODES.objectNode().put("not", "this"));
    }
    return wrong.size() > 3
        ? List.of(wrong.get(0), wrong.get(wrong.size() / 2), wrong.getLast())
        : wrong;
  }

  private static List<JsonNode> values(JsonNode schema, boolean legal) {
    return switch (schema.path("type").asText()) {
      case "boolean" ->
        legal ? List.of(BooleanNode.FALSE, BooleanNode.TRUE) : List.of(TextNode.valueOf("yes"));
      case "integer" -> integers(schema, legal);
      case "string" -> texts(schema, legal);
      default -> legal ? anything() : List.of();
    };
  }

  private static List<JsonNode> anything() {
    return List.of(
        NODES.objectNode(),
        NODES.objectNode().put("step", "NO_SUCH_STEP"),
        NODES.objectNode().put("step", 7).put("attempt", "x").put("startedAt", "never"),
        NODES.objectNode().put("deletionBegun", "perhaps"),
        NODES.arrayNode().add(1),
        TextNode.valueOf("garbage"),
        LongNode.valueOf(5),
        BooleanNode.TRUE);
  }

  private static List<JsonNode> integers(JsonNode schema, boolean legal) {
    Set<BigInteger> values = new TreeSet<>();
    BigInteger least = schema.has("minimum")
        ? schema.path("minimum").decimalValue().toBigInteger()
        : BigInteger.valueOf(Long.MIN_VALUE);
    BigInteger most = schema.has("maximum")
        ? schema.path("maximum").decimalValue().toBigInteger()
        : BigInteger.valueOf(Long.MAX_VALUE);
    for (BigInteger edge : List.of(least, most)) {
      values.add(edge);
      values.add(edge.subtract(BigInteger.ONE));
      values.add(edge.add(BigInteger.ONE));
    }
    Stream.of(0, -1, 1, 2, Integer.MAX_VALUE, Integer.MAX_VALUE + 1L, 1L << 53)
        .map(number -> BigInteger.valueOf(number.longValue()))
        .forEach(values::add);
    return values.stream()
        .filter(value -> (value.compareTo(least) >= 0 && value.compareTo(most) <= 0) == legal)
        .<JsonNode>map(BigIntegerNode::valueOf)
        .toList();
  }

  private static List<JsonNode> texts(JsonNode schema, boolean legal) {
    if (schema.has("enum")) {
      if (!legal) {
        return List.of(TextNode.valueOf(""), TextNode.valueOf("NoSuchMember"));
      }
      List<JsonNode> members = new ArrayList<>();
      schema.path("enum").forEach(members::add);
      return members;
    }
    int longest = schema.path("maxLength").asInt(ENDLESS);
    List<String> candidates = new ArrayList<>(TEXTS);
    candidates.add("9".repeat(longest));
    candidates.add("a".repeat(longest));
    candidates.add("ü".repeat(longest));
    candidates.add("a".repeat(longest + 1));
    candidates.add("a/".repeat(longest / 2));
    @Nullable
    Pattern pattern =
        schema.has("pattern") ? Pattern.compile(schema.path("pattern").asText()) : null;
    boolean time = schema.path("format").asText().equals("date-time");
    List<JsonNode> values = candidates.stream()
        .filter(text -> allowed(text, schema, longest, pattern, time) == legal)
        .distinct()
        .<JsonNode>map(TextNode::valueOf)
        .toList();
    if (legal && values.isEmpty()) {
      throw new IllegalStateException("no text is known that matches " + schema);
    }
    return values;
  }

  /** A time is left to the API server, whose own reading of RFC 3339 is a wide one. */
  private static boolean allowed(
      String text, JsonNode schema, int longest, @Nullable Pattern pattern, boolean time) {
    return text.codePointCount(0, text.length()) <= longest
        && text.codePointCount(0, text.length()) >= schema.path("minLength").asInt(0)
        && (pattern == null || pattern.matcher(text).find())
        && (!time || text.matches("[0-9]{4}-.*"));
  }
}
