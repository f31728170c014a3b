package io.tierkeeper.lab.faults.report;

import io.tierkeeper.lab.workload.Operation.WriteKind;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * How often clients of the moved tenant have sent each write in each phase of a move, for each part of the layouts. Each
 * write counts once for each part of its collection's layout, of which {@link #ASPECTS} has the kinds.
 *
 * @param writes the number of writes of each cell
 */
public record WriteCoverage(Map<Cell, Long> writes) {

  /**
   * What a write met.
   *
   * @param operation of the client
   * @param phase direction and phase of the move, or {@link #AT_REST}
   * @param layout a part of the collection's layout
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

  /** The parts of layouts by kind; each collection has one of each kind. */
  public static final List<List<String>> ASPECTS = List.of(
      List.of("flat", "nested"),
      List.of("keyword", "uuid", "integer"),
      List.of("cosine", "euclid", "named"),
      List.of("1 replica", "2 replicas", "3 replicas"),
      List.of("page 7", "page 16", "page 256"));

  /** The one vector that these have cannot be deleted. */
  private static final Set<String> ONE_VECTOR = Set.of("cosine", "euclid");

  /** The sum of both. */
  public WriteCoverage plus(WriteCoverage other) {
    Map<Cell, Long> sum = new TreeMap<>(writes);
    other.writes.forEach((cell, count) -> sum.merge(cell, count, Long::sum));
    return new WriteCoverage(sum);
  }

  /** The number of writes of these cells, each write once where they are all of one kind of {@link #ASPECTS}. */
  public long count(Predicate<Cell> cells) {
    return writes.entrySet().stream()
        .filter(entry -> cells.test(entry.getKey()))
        .mapToLong(Map.Entry::getValue)
        .sum();
  }

  /** Required cells without a write: of operation and phase, of operation and layout, and of phase and layout. */
  public List<String> missing() {
    List<String> missing = new ArrayList<>();
    List<String> layouts = ASPECTS.stream().flatMap(List::stream).toList();
    for (WriteKind operation : WriteKind.values()) {
      REQUIRED_PHASES.stream()
          .filter(phase -> !(phase.equals(FREEZE) && NOT_IN_A_FREEZE.contains(operation)))
          .filter(phase ->
              count(cell -> cell.operation() == operation && cell.phase().equals(phase)) == 0)
          .forEach(phase -> missing.add(operation + " in phase " + phase));
      layouts.stream()
          .filter(layout -> !(operation == WriteKind.DELETE_VECTORS && ONE_VECTOR.contains(layout)))
          .filter(layout ->
              count(cell -> cell.operation() == operation && cell.layout().equals(layout)) == 0)
          .forEach(layout -> missing.add(operation + " in layout " + layout));
    }
    for (String phase : REQUIRED_PHASES) {
      layouts.stream()
          .filter(layout ->
              count(cell -> cell.phase().equals(phase) && cell.layout().equals(layout)) == 0)
          .forEach(layout -> missing.add("anything in phase " + phase + " in layout " + layout));
    }
    return missing;
  }
}
