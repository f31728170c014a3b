package io.tierkeeper.lab.faults.report;

import io.tierkeeper.lab.workload.Operation.WriteKind;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * How often clients of the moved tenant have sent each write in each phase of a move, for each layout.
 *
 * @param writes the number of writes of each cell
 */
public record WriteCoverage(Map<Cell, Long> writes) {

  /**
   * What a write met.
   *
   * @param operation of the client
   * @param phase direction and phase of the move, or {@link #AT_REST}
   * @param layout of the collection
   */
  public record Cell(WriteKind operation, String phase, String layout) implements Comparable<Cell> {
    @Override
    public int compareTo(Cell other) {
      int first = operation.compareTo(other.operation);
      int second = phase.compareTo(other.phase);
      return first != 0 ? first : second != 0 ? second : layout.compareTo(other.layout);
    }
  }

  public static final String AT_REST = "AtRest";

  /** Nothing was written. */
  public static final WriteCoverage NONE = new WriteCoverage(Map.of());

  /** With so many random seeds every required cell is reached; with fewer none is required. */
  public static final int ENOUGH_SEEDS = 600;

  /** Points of random seeds have one vector, which none of their clients deletes. */
  private static final Set<WriteKind> SENT =
      EnumSet.complementOf(EnumSet.of(WriteKind.DELETE_VECTORS));

  /** Of a freeze; payloads are not replaced there, see DESIGN.md. */
  private static final String FREEZE = "DEMOTE Verifying";

  /** Phases that last long enough for every write; the others are reported and not required. */
  private static final List<String> REQUIRED_PHASES = List.of(
      AT_REST,
      "PROMOTE Copying",
      "PROMOTE Verifying",
      "PROMOTE Retaining",
      "DEMOTE Copying",
      FREEZE,
      "DEMOTE CleaningUp");

  private static final Set<WriteKind> NOT_IN_A_FREEZE =
      EnumSet.of(WriteKind.OVERWRITE_PAYLOAD, WriteKind.CLEAR_PAYLOAD);

  private static final List<String> LAYOUTS =
      List.of("flat cosine", "flat euclid", "nested cosine", "nested euclid");

  /** The sum of both. */
  public WriteCoverage plus(WriteCoverage other) {
    Map<Cell, Long> sum = new TreeMap<>(writes);
    other.writes.forEach((cell, count) -> sum.merge(cell, count, Long::sum));
    return new WriteCoverage(sum);
  }

  /** How often an operation was sent in a phase, whatever the layout; 0 where it was not. */
  private long count(WriteKind operation, String phase) {
    return writes.entrySet().stream()
        .filter(entry ->
            entry.getKey().operation() == operation && entry.getKey().phase().equals(phase))
        .mapToLong(Map.Entry::getValue)
        .sum();
  }

  /** Required cells without a write: of operation and phase, and of operation and layout. */
  public List<String> missing() {
    List<String> missing = new ArrayList<>();
    for (WriteKind operation : SENT) {
      REQUIRED_PHASES.stream()
          .filter(phase -> !(phase.equals(FREEZE) && NOT_IN_A_FREEZE.contains(operation)))
          .filter(phase -> count(operation, phase) == 0)
          .forEach(phase -> missing.add(operation + " in phase " + phase));
      LAYOUTS.stream()
          .filter(layout -> writes.keySet().stream()
              .noneMatch(cell -> cell.operation() == operation && cell.layout().equals(layout)))
          .forEach(layout -> missing.add(operation + " in layout " + layout));
    }
    return missing;
  }
}
