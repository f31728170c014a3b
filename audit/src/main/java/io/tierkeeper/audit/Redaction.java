package io.tierkeeper.audit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import java.util.Set;

/** Takes out of a request or an answer what must never reach the trail: keys, vectors, payloads. */
final class Redaction {

  private static final Set<String> SECRETS = Set.of(
      "apikey",
      "authorization",
      "token",
      "accesstoken",
      "password",
      "secret",
      "credentials",
      "cookie");
  private static final Set<String> CONTENT =
      Set.of("vector", "vectors", "payload", "payloads", "namedvectors", "query", "document");

  private Redaction() {}

  /** A copy with such members replaced by a word that says so. */
  static JsonNode of(JsonNode value) {
    if (value.isArray()) {
      ArrayNode copy = JsonNodeFactory.instance.arrayNode(value.size());
      value.forEach(element -> copy.add(of(element)));
      return copy;
    }
    if (!value.isObject()) {
      return value;
    }
    ObjectNode copy = JsonNodeFactory.instance.objectNode();
    value.properties().forEach(member -> {
      String name = member.getKey().toLowerCase(Locale.ROOT).replaceAll("[-_ ]", "");
      if (SECRETS.contains(name)) {
        copy.put(member.getKey(), "<secret>");
      } else if (CONTENT.contains(name)) {
        copy.put(member.getKey(), "<content>");
      } else {
        copy.set(member.getKey(), of(member.getValue()));
      }
    });
    return copy;
  }
}
