package io.tierkeeper.huf;

import io.tierkeeper.audit.DecisionData;
import io.tierkeeper.audit.MeasurementData;
import io.tierkeeper.audit.history.AuditLine;
import io.tierkeeper.audit.history.TrailEvent;
import io.tierkeeper.audit.history.TrailHistory;
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
   * @param fallbackKey name of the fallback shard key where the trail does not hold it
   * @return empty where there is none
   */
  public static Optional<HufSource> read(Path file, @Nullable Instant at, String fallbackKey)
      throws IOException {
    TrailEvent<MeasurementData> measured = null;
    String method = "";
    String fallback = fallbackKey;
    try (Stream<AuditLine> lines = TrailHistory.of(List.of(file)).lines()) {
      for (AuditLine line : (Iterable<AuditLine>) lines::iterator) {
        if (line.data() instanceof MeasurementData data
            && (at == null || !line.time().isAfter(at))) {
          measured = new TrailEvent<>(line, data);
        } else if (line.data() instanceof DecisionData data) {
          // Only decisions hold the names of the tenant key and of the fallback shard key in
          // Qdrant.
          method = data.huf().methodRef();
          if (data.decision().from().equals("Fallback")) {
            String item = data.huf().itemId();
            fallback = item.substring(item.lastIndexOf("/id=") + "/id=".length());
          }
        }
      }
    }
    return measured == null
        ? Optional.empty()
        : Optional.of(source(measured.line(), measured.data(), method, fallback));
  }

  private static HufSource source(
      AuditLine line, MeasurementData data, String method, String fallback) {
    MeasurementData.Composition columns = data.composition();
    String collection = data.collection();
    String inputs = "qdrant://" + line.source().substring(1) + "/" + collection + "@" + line.time()
        + "|" + data.totalPoints() + "|" + line.entryHash();
    List<HufItem> items = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      String tier = columns.tiers().get(i);
      String tenant = columns.tenants().get(i);
      boolean dedicated = tier.equals("Dedicated") || tier.equals("Demoting");
      items.add(TenantItems.of(
          collection,
          tenant,
          dedicated ? tenant : fallback,
          columns.points().get(i),
          inputs,
          method.isEmpty() ? "tenant_mass(metric=" + data.metric() + ")" : method));
    }
    return new HufSource(line.source() + "@" + line.time(), line.time(), items);
  }
}
