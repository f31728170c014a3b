package io.tierkeeper.audit.history;

import io.tierkeeper.audit.CompositionData;
import io.tierkeeper.audit.MeasurementData;
import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * Follows what the measurements of one trail were computed from: the points and tiers of all tenants. Known from the first
 * Full composition on, with which each file begins.
 */
public final class RecordedInputs {

  private final CompositionSets sets = new CompositionSets();
  private final Map<String, CompositionData.Row> tenants = new TreeMap<>();
  private boolean known;

  /** Takes in the next line; those of other types than compositions and measurements change nothing. */
  public void take(AuditLine line) {
    if (line.data() instanceof CompositionData part) {
      CompositionSets.Full full = sets.take(part);
      if (full != null) {
        tenants.clear();
        full.rows().forEach(row -> tenants.put(row.tenant(), row));
        known = true;
      }
    } else if (line.data() instanceof MeasurementData measurement) {
      CompositionSets.Change change = sets.of(line, measurement);
      if (change == null) {
        forget();
      } else if (known) {
        change.rows().forEach(row -> tenants.put(row.tenant(), row));
        change.dropped().forEach(tenants::remove);
      }
    }
  }

  /** Forgets everything until the next Full, as after a line that cannot be read. */
  public void forget() {
    tenants.clear();
    known = false;
  }

  /** Whether the tenants are known; false before the first Full. */
  public boolean known() {
    return known;
  }

  /** The tenants of the last measurement line, or of the Full after it, in the order of their names. */
  public Collection<CompositionData.Row> tenants() {
    return Collections.unmodifiableCollection(tenants.values());
  }
}
