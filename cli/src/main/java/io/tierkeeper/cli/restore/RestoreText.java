package io.tierkeeper.cli.restore;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.tierkeeper.cli.OutputOption;
import io.tierkeeper.moves.snapshot.RestoreResult;
import io.tierkeeper.moves.snapshot.StoredSnapshot;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Prints what a restoration would do or has done, and what to do next. */
record RestoreText(StoredSnapshot snapshot, OutputOption output, PrintWriter out) {

  void plan(RestoreResult plan) throws JsonProcessingException {
    if (output.structured()) {
      output.print(out, fields(plan, List.of()));
      return;
    }
    out.println((plan.resumed() ? "would continue to restore " : "would restore ") + what(plan)
        + " on peer " + plan.peer());
  }

  void done(RestoreResult done) throws JsonProcessingException {
    List<String> next = next(done);
    if (output.structured()) {
      output.print(out, fields(done, next));
      return;
    }
    out.println("restored " + what(done) + " on peer " + done.peer());
    out.println(
        done.exact()
            ? "verified: number, ids and payloads are those of the snapshot, and each point is of tenant "
                + done.tenant()
            : "verified: each point is of tenant " + done.tenant()
                + "; clients wrote while the snapshot was taken, so ids and payloads cannot be compared");
    next.forEach(line -> out.println("next: " + line));
  }

  private List<String> next(RestoreResult done) {
    String body = "{\"shard_key\":" + quoted(done.key()) + "}";
    return done.key().equals(done.tenant())
        ? List.of("clients that read and write {target: " + done.tenant()
            + ", fallback: ...} are served from it now; it has one replica")
        : List.of(
            "read it with shard key " + done.key()
                + "; reads without a shard key find its points as well",
            "when it is needed no more: curl -X POST $QDRANT/collections/" + done.collection()
                + "/shards/delete -H 'Content-Type: application/json' -d '" + body + "'");
  }

  private static String quoted(String key) {
    return "\"" + key.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
  }

  private String what(RestoreResult result) {
    return String.format(
        Locale.ROOT,
        "%,d points of tenant %s into shard key %s of collection %s (%s, %s)",
        result.points(),
        result.tenant(),
        result.key(),
        result.collection(),
        result.file(),
        result.takenAt());
  }

  private Map<String, Object> fields(RestoreResult result, List<String> next) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("file", result.file());
    fields.put("takenAt", result.takenAt().toString());
    fields.put("collection", result.collection());
    fields.put("tenant", result.tenant());
    fields.put("key", result.key());
    fields.put("peer", result.peer());
    fields.put("points", result.points());
    fields.put("resumed", result.resumed());
    fields.put("exact", result.exact());
    if (!next.isEmpty()) {
      fields.put("next", next);
    }
    return fields;
  }
}
