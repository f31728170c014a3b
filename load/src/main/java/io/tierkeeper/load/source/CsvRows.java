package io.tierkeeper.load.source;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.jspecify.annotations.Nullable;

/**
 * Records of CSV (RFC 4180) in UTF-8 with a heading; an empty cell is an absent field. A record is named by the line where it
 * begins. All values are text but those of columns with a type.
 */
final class CsvRows implements Rows {
  private final CountingInputStream counted;
  private final long bytes;
  private final Map<String, CellType> types;
  private final List<String> columns;
  private final CSVParser parser;
  private final Iterator<CSVRecord> records;
  private long line;

  /**
   * @param bytes the size of the file; negative where it is not known
   * @param types of columns whose values are no text
   * @throws InvalidFileException if the heading cannot be used
   */
  CsvRows(InputStream in, long bytes, char delimiter, Map<String, CellType> types, String name)
      throws IOException {
    this.counted = new CountingInputStream(in);
    this.bytes = bytes;
    this.types = types;
    var decoder = StandardCharsets.UTF_8
        .newDecoder()
        .onMalformedInput(CodingErrorAction.REPORT)
        .onUnmappableCharacter(CodingErrorAction.REPORT);
    BufferedReader text = new BufferedReader(new InputStreamReader(counted, decoder));
    text.mark(1);
    if (text.read() != '\uFEFF') {
      text.reset();
    }
    parser = CSVParser.builder()
        .setReader(text)
        .setFormat(CSVFormat.RFC4180.builder().setDelimiter(delimiter).get())
        .get();
    records = parser.iterator();
    columns = heading(name);
  }

  private List<String> heading(String name) throws InvalidFileException {
    List<String> found;
    try {
      found = records.hasNext() ? records.next().toList() : List.of();
    } catch (UncheckedIOException e) {
      throw new InvalidFileException(name + " line 1: not CSV in UTF-8: " + e.getMessage());
    }
    line = parser.getCurrentLineNumber();
    Set<String> distinct = new TreeSet<>(found);
    if (found.isEmpty() || distinct.contains("") || distinct.size() < found.size()) {
      throw new InvalidFileException(
          name + " line 1: the heading must have a name for each column, and each name once");
    }
    for (String column : types.keySet()) {
      if (!distinct.contains(column)) {
        throw new InvalidFileException(
            "--types " + column + ": " + name + " has no column of this name");
      }
    }
    return found;
  }

  @Override
  public @Nullable Row next() throws IOException, RowException {
    long begin = line + 1;
    CSVRecord record;
    try {
      if (!records.hasNext()) {
        return null;
      }
      record = records.next();
    } catch (UncheckedIOException e) {
      // Where a quote is wrong, nothing tells where the next record begins.
      throw new IOException("line " + begin + ": not CSV: " + e.getMessage(), e);
    }
    line = Math.max(begin, parser.getCurrentLineNumber());
    if (record.size() == 1 && record.get(0).isEmpty() && columns.size() > 1) {
      return next();
    }
    if (record.size() != columns.size()) {
      throw new RowException(
          begin, "", record.size() + " cells", columns.size() + " cells, as the heading has");
    }
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    for (int i = 0; i < record.size(); i++) {
      String cell = record.get(i);
      if (!cell.isEmpty()) {
        CellType type = types.get(columns.get(i));
        fields.put(columns.get(i), type == null ? cell : type.read(begin, columns.get(i), cell));
      }
    }
    return new Row(begin, fields);
  }

  @Override
  public List<String> columns() {
    return columns;
  }

  @Override
  public double progress() {
    return bytes < 0 ? Double.NaN : bytes == 0 ? 1 : Math.min(1, (double) counted.count() / bytes);
  }

  @Override
  public void close() throws IOException {
    parser.close();
  }
}
