package io.tierkeeper.load.source;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The formats that a load reads. */
public enum Format {
  /** One JSON object in each line. */
  JSONL(".jsonl", ".ndjson", ".json"),
  /** Text with a heading. */
  CSV(".csv", ".tsv"),
  /** Apache Parquet. */
  PARQUET(".parquet", ".pq"),
  /** A two-dimensional array of NumPy. */
  NPY(".npy");

  private final List<String> endings;

  Format(String... endings) {
    this.endings = List.of(endings);
  }

  /** The format that a file's name says; empty where it says none. */
  public static Optional<Format> of(String fileName) {
    String name = fileName.toLowerCase(Locale.ROOT);
    return Arrays.stream(values())
        .filter(format -> format.endings.stream().anyMatch(name::endsWith))
        .findFirst();
  }
}
