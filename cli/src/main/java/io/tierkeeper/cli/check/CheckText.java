package io.tierkeeper.cli.check;

import io.tierkeeper.cli.Table;
import io.tierkeeper.cli.check.Gate.Result;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Prints what a check found. */
record CheckText(String collection, List<Gate> gates) {

  /** What the operator calls by the field of a TieredCollection is an option here. */
  private static final Map<String, String> OPTIONS = new LinkedHashMap<>(Map.of(
      "spec.qdrant.endpoints", "--qdrant",
      "spec.qdrant.credentialsRef", "QDRANT_API_KEY",
      "spec.collection", "--collection",
      "spec.tenantKey", "--tenant-key",
      "spec.fallbackShardKey", "--fallback-key"));

  /** A message of the operator, with options where it names fields at its beginning. */
  static String options(String message) {
    for (Map.Entry<String, String> option : OPTIONS.entrySet()) {
      if (message.startsWith(option.getKey() + ":")) {
        return option.getValue() + message.substring(option.getKey().length());
      }
    }
    return message;
  }

  boolean passed() {
    return gates.stream()
        .allMatch(gate -> gate.result() == Result.OK || gate.result() == Result.WARNING);
  }

  void print(PrintWriter out) {
    Table table = new Table("GATE", "RESULT", "DETAIL");
    gates.forEach(gate ->
        table.row(gate.name(), gate.result().name().toLowerCase(Locale.ROOT), gate.detail()));
    table.print(out, "");
    long failed = gates.stream().filter(gate -> gate.result() == Result.FAILED).count();
    out.println(
        passed()
            ? collection
                + " can be tiered; next: a TieredCollection in mode Recommend, as in examples/existing-collection"
            : collection + " cannot be tiered yet: " + failed
                + (failed == 1 ? " gate failed" : " gates failed")
                + ". In the commands $QDRANT is the REST address, as http://host:6333");
  }

  Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("collection", collection);
    json.put("passed", passed());
    json.put("gates", gates);
    return json;
  }
}
