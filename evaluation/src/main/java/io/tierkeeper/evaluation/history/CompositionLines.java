package io.tierkeeper.evaluation.history;

import io.tierkeeper.audit.CompositionData;
import io.tierkeeper.audit.CompositionData.Form;
import io.tierkeeper.audit.ResourceRef;
import io.tierkeeper.audit.chain.LineForm;
import io.tierkeeper.audit.history.CompositionSets.Change;
import io.tierkeeper.evaluation.history.RecordedComposition.Tenant;
import io.tierkeeper.governance.TierState;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Divides compositions into parts, each of which fits into a line. */
final class CompositionLines {

  /** Bytes of the columns in a part. What the line has besides, names of resources included, needs less than 4 KiB. */
  private static final int ROOM = 12_000;

  /** The most bytes of a number with a fraction, and what separates it from the next. */
  private static final int NUMBER = 26;

  /** Quotes and comma. */
  private static final int AROUND = 3;

  /** The bytes of {@code null,}. */
  private static final int NULL = 5;

  private CompositionLines() {}

  /** All tenants; each part is made when it is asked for. */
  static Stream<CompositionData> full(
      ResourceRef object, String set, RecordedComposition composition) {
    List<Tenant> tenants = composition.tenants();
    boolean weighted =
        tenants.stream().anyMatch(tenant -> tenant.contribution() != tenant.points());
    CompositionData.CoherenceProducts coherence = composition.coherence().recorded();
    List<Integer> ends = ends(
        tenants, tenant -> bytes(tenant.row(), weighted), coherence.products().length());
    return IntStream.range(0, ends.size())
        .mapToObj(part -> new CompositionData(
            object,
            set,
            Form.FULL,
            part + 1,
            ends.size(),
            CompositionData.Columns.of(
                tenants.subList(part == 0 ? 0 : ends.get(part - 1), ends.get(part)).stream()
                    .map(Tenant::row)
                    .toList()),
            List.of(),
            part == 0 ? coherence : null));
  }

  /** What a measurement was computed from in addition to the state before it; no part where that is nothing. */
  static List<CompositionData> delta(ResourceRef object, String set, Change change) {
    List<CompositionData.Row> rows = change.rows();
    boolean weighted = rows.stream().anyMatch(row -> row.contribution() != row.points());
    List<Integer> rowEnds = rows.isEmpty() ? List.of() : ends(rows, row -> bytes(row, weighted), 0);
    List<String> names = change.dropped();
    List<Integer> nameEnds =
        names.isEmpty() ? List.of() : ends(names, name -> LineForm.bytes(name) + 1, 0);
    int parts = rowEnds.size() + nameEnds.size();
    List<CompositionData> lines = new ArrayList<>(parts);
    each(
        rows,
        rowEnds,
        some -> lines.add(new CompositionData(
            object,
            set,
            Form.DELTA,
            lines.size() + 1,
            parts,
            CompositionData.Columns.of(some),
            List.of())));
    each(
        names,
        nameEnds,
        some -> lines.add(new CompositionData(
            object,
            set,
            Form.DELTA,
            lines.size() + 1,
            parts,
            CompositionData.Columns.of(List.of()),
            some)));
    return lines;
  }

  private static <T> void each(List<T> all, List<Integer> ends, Consumer<List<T>> part) {
    int from = 0;
    for (int end : ends) {
      part.accept(all.subList(from, end));
      from = end;
    }
  }

  /**
   * Where the parts end, at least one.
   *
   * @param taken bytes of the first part that something else takes
   */
  private static <T> List<Integer> ends(List<T> all, ToIntFunction<T> bytes, int taken) {
    List<Integer> ends = new ArrayList<>();
    int filled = taken;
    for (int i = 0; i < all.size(); i++) {
      int more = bytes.applyAsInt(all.get(i));
      if (filled > 0 && filled + more > ROOM) {
        ends.add(i);
        filled = 0;
      }
      filled += more;
    }
    ends.add(all.size());
    return ends;
  }

  private static int bytes(CompositionData.Row row, boolean weighted) {
    int bytes = LineForm.bytes(row.tenant())
        + row.tier().length()
        + Long.toString(row.points()).length()
        + 1
        + 2 * AROUND
        + (weighted ? NUMBER : 0)
        + (row.samples() == null ? 0 : NULL + Integer.toString(row.samples()).length());
    for (Map.Entry<String, String> value : row.values().entrySet()) {
      // A value in one row makes a column, which is null in other rows.
      bytes += LineForm.bytes(value.getValue()) + NULL;
    }
    String window = row.window();
    return window == null ? bytes : bytes + NUMBER + window.length() + AROUND;
  }

  /**
   * What a measurement was computed from in addition to the state before it.
   *
   * @param before the state
   * @param after the state after it
   * @param dropped tenants that the evaluation left out for good, with the tiers that it saw them in
   * @param measurements since the line before
   */
  static Change change(
      RecordedComposition before,
      RecordedComposition after,
      Map<String, TierState> dropped,
      int measurements) {
    List<CompositionData.Row> rows = new ArrayList<>();
    List<String> gone = new ArrayList<>();
    Iterator<Tenant> olds = before.tenants().iterator();
    Tenant old = olds.hasNext() ? olds.next() : null;
    for (Tenant now : after.tenants()) {
      while (old != null && old.name().compareTo(now.name()) < 0) {
        gone(old, dropped, rows, gone);
        old = olds.hasNext() ? olds.next() : null;
      }
      boolean same = old != null && old.name().equals(now.name());
      differing(same ? old : null, now, measurements, rows);
      if (same) {
        old = olds.hasNext() ? olds.next() : null;
      }
    }
    while (old != null) {
      gone(old, dropped, rows, gone);
      old = olds.hasNext() ? olds.next() : null;
    }
    return new Change(rows, gone);
  }

  private static void differing(
      @Nullable Tenant old, Tenant now, int measurements, List<CompositionData.Row> rows) {
    boolean samples = now.samples() != RecordedComposition.samples(old, measurements);
    if (old == null
        || samples
        || old.points() != now.points()
        || old.contribution() != now.contribution()
        || old.state() != now.state()
        || !old.values().equals(now.values())) {
      rows.add(new CompositionData.Row(
          now.name(),
          now.state().label(),
          now.points(),
          now.contribution(),
          now.values(),
          null,
          null,
          samples ? now.samples() : null));
    }
  }

  private static void gone(
      Tenant old,
      Map<String, TierState> dropped,
      List<CompositionData.Row> rows,
      List<String> gone) {
    gone.add(old.name());
    TierState state = dropped.getOrDefault(old.name(), old.state());
    // Without points no value counts.
    if (old.contribution() != 0 || old.state() != state) {
      rows.add(
          new CompositionData.Row(old.name(), state.label(), 0, 0, Map.of(), null, null, null));
    }
  }
}
