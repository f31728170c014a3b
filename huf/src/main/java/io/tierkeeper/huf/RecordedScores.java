package io.tierkeeper.huf;

import io.tierkeeper.audit.CompositionData;
import io.tierkeeper.audit.DecisionData;
import io.tierkeeper.audit.MeasurementData;
import io.tierkeeper.audit.history.AuditLine;
import io.tierkeeper.audit.history.RecordedInputs;
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
    List<CompositionData.Row> tenants = List.of();
    RecordedInputs inputs = new RecordedInputs();
    boolean present = true;
    String method = "";
    String fallback = fallbackKey;
    try (Stream<AuditLine> lines = TrailHistory.of(List.of(file)).lines()) {
      for (AuditLine line : (Iterable<AuditLine>) lines::iterator) {
        if (line.data() instanceof MeasurementData data) {
          boolean asked = at == null || !line.time().isAfter(at);
          if (present && !asked) {
            tenants = List.copyOf(inputs.tenants());
          }
          inputs.take(line);
          if (asked && inputs.known()) {
            measured = new TrailEvent<>(line, data);
          }
          present = asked;
        } else if (line.data() instanceof CompositionData) {
          inputs.take(line);
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
        : Optional.of(source(
            measured.line(),
            measured.data(),
            present ? List.copyOf(inputs.tenants()) : tenants,
            method,
            fallback));
  }

  private static HufSource source(
      AuditLine line,
      MeasurementData data,
      List<CompositionData.Row> tenants,
      String method,
      String fallback) {
    String collection = data.collection();
    String inputs = "qdrant://" + line.source().substring(1) + "/" + collection + "@" + line.time()
        + "|" + data.totalPoints() + "|" + line.entryHash();
    List<HufItem> items = new ArrayList<>();
    for (CompositionData.Row row : tenants) {
      String tier = row.tier();
      String tenant = row.tenant();
      boolean dedicated = tier.equals("Dedicated") || tier.equals("Demoting");
      items.add(TenantItems.of(
          collection,
          tenant,
          dedicated ? tenant : fallback,
          row.points(),
          inputs,
          method.isEmpty() ? "tenant_mass(metric=" + data.metric() + ")" : method));
    }
    return new HufSource(line.source() + "@" + line.time(), line.time(), items);
  }
}
