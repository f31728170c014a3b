package io.tierkeeper.load.source;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a load reads.
 *
 * @param file the file; null for standard input
 * @param format its format
 * @param vectorFields the fields that hold vectors; the first of them gets the rows of a NumPy array
 * @param types of the columns of CSV whose values are not text
 * @param payload with a NumPy array: where the other fields are
 */
public record Source(
    @Nullable Path file,
    Format format,
    Set<String> vectorFields,
    Map<String, CellType> types,
    @Nullable Source payload) {
  private static final int BUFFER = 1 << 16;

  /** What messages call it. */
  public String name() {
    return file == null ? "standard input" : file.toString();
  }

  /** The files that it reads; none for standard input. */
  public List<Path> files() {
    if (file == null) {
      return List.of();
    }
    return payload == null || payload.file == null ? List.of(file) : List.of(file, payload.file);
  }

  /**
   * Opens it at its first row.
   *
   * @throws InvalidFileException if its beginning is not of the format
   * @throws IOException if it cannot be read
   */
  public Rows open() throws IOException {
    return switch (format) {
      case JSONL -> new JsonLines(stream(), size(), vectorFields);
      case CSV -> new CsvRows(stream(), size(), delimiter(), types, name());
      case NPY ->
        new NpyRows(
            stream(),
            payload == null ? null : payload.open(),
            vectorFields.iterator().next(),
            name());
      case PARQUET -> {
        if (file == null) {
          throw new InvalidFileException(
              "Parquet cannot be read from standard input: its index is at its end; give the name of a file");
        }
        yield new ParquetRows(file, vectorFields, ParquetRows.STALLED_AFTER);
      }
    };
  }

  private char delimiter() {
    return name().toLowerCase(Locale.ROOT).endsWith(".tsv") ? '\t' : ',';
  }

  private long size() throws IOException {
    return file == null ? -1 : Files.size(file);
  }

  private InputStream stream() throws IOException {
    return new BufferedInputStream(file == null ? System.in : Files.newInputStream(file), BUFFER);
  }
}
