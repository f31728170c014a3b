package io.tierkeeper.audit.history;

import io.tierkeeper.audit.CompositionData;
import io.tierkeeper.audit.MeasurementData;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Puts the parts of compositions together, of one trail, in the order of its lines. A set that lacks a part, as a crash
 * leaves it, is passed over.
 */
public final class CompositionSets {

  /**
   * What a measurement was computed from in addition to the state before it.
   *
   * @param rows tenants whose inputs changed
   * @param dropped tenants that the evaluation left out for good
   */
  public record Change(List<CompositionData.Row> rows, List<String> dropped) {

    /** Where no input has changed. */
    public static final Change NONE = new Change(List.of(), List.of());
  }

  /**
   * All tenants.
   *
   * @param coherence of the last day; null where the lines do not have it
   */
  public record Full(
      List<CompositionData.Row> rows, CompositionData.@Nullable CoherenceProducts coherence) {}

  private @Nullable CompositionData last;
  private CompositionData.@Nullable CoherenceProducts coherence;
  private List<CompositionData.Row> rows = new ArrayList<>();
  private List<String> dropped = new ArrayList<>();

  /** Takes in the next part; all tenants where it completes a Full, null where it does not. */
  public @Nullable Full take(CompositionData part) {
    CompositionData before = last;
    boolean next = before != null
        && before.set().equals(part.set())
        && before.form() == part.form()
        && before.parts() == part.parts()
        && before.part() + 1 == part.part();
    if (!next) {
      rows = new ArrayList<>();
      dropped = new ArrayList<>();
      coherence = part.coherence();
    }
    last = next || part.part() == 1 ? part : null;
    rows.addAll(part.composition().rows());
    dropped.addAll(part.dropped());
    return last != null && part.form() == CompositionData.Form.FULL && part.part() == part.parts()
        ? new Full(List.copyOf(rows), coherence)
        : null;
  }

  /**
   * What a measurement line was computed from, to be asked for once when the line is read.
   *
   * @return null where parts of it are missing
   */
  public @Nullable Change of(AuditLine line, MeasurementData data) {
    CompositionData delta = last;
    last = null;
    if (data.parts() == 0) {
      return Change.NONE;
    }
    return delta != null
            && delta.form() == CompositionData.Form.DELTA
            && delta.set().equals(line.id())
            && delta.part() == delta.parts()
            && delta.parts() == data.parts()
        ? new Change(List.copyOf(rows), List.copyOf(dropped))
        : null;
  }
}
