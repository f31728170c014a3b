package io.tierkeeper.huf;

import com.fasterxml.jackson.databind.JsonNode;
import io.tierkeeper.audit.AuditLine;
import io.tierkeeper.audit.AuditReader;
import io.tierkeeper.audit.AuditType;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The composition of an evaluation in an audit trail. */
public final class RecordedScores {

  private RecordedScores() {}

  /**
   * The last evaluation at or before an instant.
   *
   * @param at null for the last of all
   * @param fallbackKey name of the fallback shard key where the trail does not tell it
   * @return empty where there is none
   */
  public static Optional<HufSource> read(Path file, @Nullable Instant at, String fallbackKey)
      throws IOException {
    AuditLine measured = null;
    String method = "";
    String fallback = fallbackKey;
    try (Stream<AuditLine> lines = AuditReader.lines(List.of(file))) {
      for (AuditLine line : (Iterable<AuditLine>) lines::iterator) {
        if (line.type() == AuditType.MEASUREMENT && (at == null || !line.time().isAfter(at))) {
          measured = line;
        } else if (line.type() == AuditType.DECISION) {
          // Only decisions tell how tenants and the fallback are called in Qdrant.
          JsonNode huf = line.data().path("huf");
          method = huf.path("method_ref").asText(method);
          if (line.data().at("/decision/from").asText().equals("Fallback")) {
            String item = huf.path("item_id").asText();
            fallback = item.substring(item.lastIndexOf("/id=") + "/id=".length());
          }
        }
      }
    }
    return measured == null ? Optional.empty() : Optional.of(source(measured, method, fallback));
  }

  private static HufSource source(AuditLine line, String method, String fallback) {
    JsonNode data = line.data();
    JsonNode columns = data.path("composition");
    String collection = data.path("collection").asText();
    String inputs = "qdrant://" + line.source().substring(1) + "/" + collection + "@" + line.time()
        + "|" + data.path("totalPoints").asLong() + "|" + line.entryHash();
    List<HufItem> items = new ArrayList<>();
    for (int i = 0; i < columns.path("tenants").size(); i++) {
      String tier = columns.path("tiers").path(i).asText();
      String tenant = columns.path("tenants").path(i).asText();
      boolean dedicated = tier.equals("Dedicated") || tier.equals("Demoting");
      items.add(TenantItems.of(
          collection,
          tenant,
          dedicated ? tenant : fallback,
          columns.path("points").path(i).asLong(),
          inputs,
          method.isEmpty() ? "tenant_mass(metric=" + data.path("metric").asText() + ")" : method));
    }
    return new HufSource(line.source() + "@" + line.time(), line.time(), items);
  }
}
