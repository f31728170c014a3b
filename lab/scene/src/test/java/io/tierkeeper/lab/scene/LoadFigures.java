package io.tierkeeper.lab.scene;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * The moves of one kind.
 *
 * @param seconds of each move
 * @param ownErrors calls of the tenant's clients that failed during each
 * @param othersErrors calls of other tenants' clients that failed during each
 * @param difference points that differed at each merge
 * @param frozen seconds from each freeze to the end of its merge
 */
record LoadFigures(
    String kind,
    List<Double> seconds,
    List<Long> ownErrors,
    List<Long> othersErrors,
    List<Long> difference,
    List<Double> frozen) {

  LoadFigures(String kind) {
    this(
        kind,
        new ArrayList<>(),
        new ArrayList<>(),
        new ArrayList<>(),
        new ArrayList<>(),
        new ArrayList<>());
  }

  @Override
  public String toString() {
    String moves = String.format(
        Locale.ROOT,
        "%s: %d, %s, failed calls before a retry: the tenant's %d, the others' %d",
        kind,
        seconds.size(),
        spread(seconds),
        ownErrors.stream().mapToLong(Long::longValue).sum(),
        othersErrors.stream().mapToLong(Long::longValue).sum());
    return frozen.isEmpty()
        ? moves
        : moves + "; from freeze to merged " + spread(frozen) + ", points that differed "
            + difference.stream().sorted().map(String::valueOf).collect(Collectors.joining(" "));
  }

  private static String spread(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    return String.format(
        Locale.ROOT,
        "%.1f s median (%.1f to %.1f)",
        sorted.get(sorted.size() / 2),
        sorted.getFirst(),
        sorted.getLast());
  }
}
