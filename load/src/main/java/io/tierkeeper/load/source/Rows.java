package io.tierkeeper.load.source;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The rows of one file, in their order; for use by one thread. */
public interface Rows extends Closeable {

  /**
   * The next row; null at the end.
   *
   * @throws RowException if this row cannot be read; the next call reads the row after it
   * @throws IOException if the file cannot be read any further
   */
  @Nullable
  Row next() throws IOException, RowException;

  /** The names of all columns; empty where each row has its own. */
  List<String> columns();

  /** The share of the file that has been read, 0 to 1; NaN where its size is not known. */
  double progress();
}
