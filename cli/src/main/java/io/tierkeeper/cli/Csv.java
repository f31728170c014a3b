package io.tierkeeper.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;
import org.jspecify.annotations.Nullable;

/** Writes CSV with a heading; null and NaN are empty cells. */
final class Csv {
  private static final CSVFormat FORMAT =
      CSVFormat.DEFAULT.builder().setRecordSeparator(System.lineSeparator()).get();

  private Csv() {}

  /** Writes the heading and the rows, each with a cell for each heading. */
  static void rows(
      Appendable out,
      List<String> headings,
      List<? extends List<? extends @Nullable Object>> rows) {
    try {
      CSVPrinter printer = new CSVPrinter(out, FORMAT);
      printer.printRecord(headings);
      for (List<? extends @Nullable Object> row : rows) {
        printer.printRecord(row.stream().map(Csv::cell));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Object cell(@Nullable Object value) {
    return value == null || value instanceof Double number && number.isNaN() ? "" : value;
  }
}
