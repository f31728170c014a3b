package io.tierkeeper.load.mapping;

import io.tierkeeper.launcher.UsageException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Finds the columns that a mapping names. */
final class Columns {
  /** Ends a field that stands for all columns that continue with a number. */
  static final String ALL = "*";

  private static final int SHOWN = 20;

  private Columns() {}

  /** The part of a path before its first dot. */
  static String head(String path) {
    int dot = path.indexOf('.');
    return dot > 0 ? path.substring(0, dot) : path;
  }

  static String vectorNames(Destination destination) {
    return destination.vectors().keySet().stream()
        .map(name -> name.isEmpty() ? "an unnamed vector" : "'" + name + "'")
        .collect(Collectors.joining(", "));
  }

  /**
   * The columns of a vector in the order of its dimensions.
   *
   * @param columns of the file; empty where each row has its own
   */
  static List<String> ofVector(String field, List<String> columns) {
    if (!field.endsWith(ALL)) {
      return List.of(field);
    }
    if (columns.isEmpty()) {
      throw new UsageException("--vector " + field
          + ": a field with * needs a file with columns; allowed here: the name of one field");
    }
    String prefix = field.substring(0, field.length() - ALL.length());
    SortedMap<Integer, String> found = new TreeMap<>();
    for (String column : columns) {
      if (column.startsWith(prefix) && column.substring(prefix.length()).matches("[0-9]{1,6}")) {
        int dimension = Integer.parseInt(column.substring(prefix.length()));
        if (found.put(dimension, column) != null) {
          throw new UsageException(
              "--vector " + field + ": two columns have the number " + dimension);
        }
      }
    }
    if (found.isEmpty()) {
      throw missing("--vector", field, columns);
    }
    int first = found.firstKey();
    if (first > 1 || found.lastKey() - first + 1 != found.size()) {
      throw new UsageException("--vector " + field + ": its " + found.size()
          + " columns have numbers from " + first + " to " + found.lastKey()
          + "; allowed: each number from 0 or 1 on, without a gap");
    }
    return List.copyOf(found.values());
  }

  /** Refuses a mapping that names a column which the file does not have. */
  static void require(Mapping mapping, List<String> columns) {
    if (columns.isEmpty()) {
      return;
    }
    Stream.concat(
            Arrays.asList(mapping.id()).stream().filter(Objects::nonNull),
            mapping.idFrom().stream())
        .forEach(field -> {
          requireOne(mapping.id() == null ? "--id-from" : "--id", field, columns);
        });
    if (mapping.tenant() != null) {
      requireOne("--tenant", mapping.tenant(), columns);
    }
    if (mapping.payloadObject() != null) {
      requireOne("--payload-object", mapping.payloadObject(), columns);
    }
    mapping.payload().forEach(field -> requireOne("--payload", field, columns));
    List<String> single = new ArrayList<>(mapping.vectors().values());
    single.removeIf(field -> field.endsWith(ALL));
    single.forEach(field -> requireOne("--vector", field, columns));
  }

  private static void requireOne(String option, String field, List<String> columns) {
    if (!columns.contains(field) && !columns.contains(head(field))) {
      throw missing(option, field, columns);
    }
  }

  private static UsageException missing(String option, String field, List<String> columns) {
    return new UsageException(option + " " + field + ": the file has no such column; it has "
        + String.join(", ", columns.subList(0, Math.min(SHOWN, columns.size())))
        + (columns.size() > SHOWN ? " and " + (columns.size() - SHOWN) + " more" : ""));
  }
}
