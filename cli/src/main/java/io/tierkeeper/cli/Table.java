package io.tierkeeper.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/** Rows under headings, each column as wide as its widest cell; numbers are right-aligned. */
public final class Table {

  private final List<List<String>> rows = new ArrayList<>();

  public Table(String... headings) {
    rows.add(List.of(headings));
  }

  public void row(String... cells) {
    if (cells.length != rows.getFirst().size()) {
      throw new IllegalArgumentException(
          cells.length + " cells for " + rows.getFirst().size() + " columns");
    }
    rows.add(List.of(cells));
  }

  public void print(PrintWriter out, String indent) {
    int columns = rows.getFirst().size();
    int[] widths = new int[columns];
    boolean[] numeric = new boolean[columns];
    for (int c = 0; c < columns; c++) {
      numeric[c] = rows.size() > 1;
      for (List<String> row : rows) {
        widths[c] = Math.max(widths[c], row.get(c).length());
      }
      for (List<String> row : rows.subList(1, rows.size())) {
        numeric[c] &= row.get(c).matches("[-+−]?[0-9.,]+ ?%?|-|–");
      }
    }
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder(indent);
      for (int c = 0; c < columns; c++) {
        String cell = row.get(c);
        String gap = " ".repeat(widths[c] - cell.length());
        line.append(numeric[c] ? gap + cell : cell + gap).append(c + 1 < columns ? "  " : "");
      }
      out.println(line.toString().stripTrailing());
    }
  }
}
