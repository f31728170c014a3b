package io.tierkeeper.simulation.trace;

import io.tierkeeper.audit.history.AuditLine;
import io.tierkeeper.launcher.UsageException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;

/** Reads audit trails as traces: one of each collection, from its lines in their order. */
public final class TrailReader {
  private final OptionalDouble promotionShare;
  private final int mostTenants;
  private final Map<String, Recording> recordings = new TreeMap<>();

  /**
   * Prepares it.
   *
   * @param promotionShare of the smallest tenant that is promoted, in (0,1); empty for what the last policy of a trail asks for
   * @param mostTenants the biggest ones that may move, >= 1
   */
  public TrailReader(OptionalDouble promotionShare, int mostTenants) {
    this.promotionShare = promotionShare;
    this.mostTenants = mostTenants;
  }

  /**
   * Takes in the next line.
   *
   * @throws UsageException naming file, line and field
   */
  public void take(AuditLine line) {
    recordings.computeIfAbsent(line.source(), Recording::new).take(line);
  }

  /**
   * What was read, by the names of the collections.
   *
   * @throws UsageException where a trail is no trace
   */
  public List<RecordedTrail> trails() {
    List<RecordedTrail> trails = new ArrayList<>();
    recordings
        .values()
        .forEach(recording -> trails.add(recording.trail(promotionShare, mostTenants)));
    return trails;
  }

  static UsageException mistake(AuditLine line, String field, Object value, String allowed) {
    return mistake(line, field + " is '" + value + "'; allowed is " + allowed);
  }

  static UsageException mistake(AuditLine line, String sentence) {
    return new UsageException(line.file() + " line " + line.line() + ": " + sentence);
  }
}
