package io.tierkeeper.load.source;

import dev.hardwood.InputFile;
import dev.hardwood.reader.ParquetFileReader;
import dev.hardwood.reader.RowReader;
import dev.hardwood.row.PqList;
import dev.hardwood.row.PqMap;
import dev.hardwood.row.PqStruct;
import dev.hardwood.row.StructAccessor;
import dev.hardwood.schema.SchemaNode;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.time.temporal.Temporal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The rows of an Apache Parquet file. Dates, times and UUIDs become text in ISO form, decimals floating-point numbers, structs
 * and maps objects; binary columns cannot be payload.
 */
final class ParquetRows implements Rows {
  /**
   * The library waits for ever for pages that its own threads have failed to decode, so a file that yields nothing for this
   * long is damaged.
   */
  static final Duration STALLED_AFTER = Duration.ofSeconds(60);

  private static final int CHUNK = 64;
  private static final int CHUNKS = 8;

  /** What the reading thread passes on: rows and refused rows in their order, or why it ended. */
  private record Chunk(List<Object> rows, @Nullable Exception failure, boolean last) {}

  private record Head(List<String> columns, long rows) {}

  private final String name;
  private final Path path;
  private final Set<String> vectorFields;
  private final Duration stalledAfter;
  private final BlockingQueue<Object> passed = new ArrayBlockingQueue<>(CHUNKS);
  private final Thread thread;
  private final List<String> columns;
  private final long rows;
  private Iterator<Object> chunk = Collections.emptyIterator();
  private boolean ended;
  private long number;

  /** @throws InvalidFileException if it is not Parquet, or of a kind that cannot be read */
  ParquetRows(Path path, Set<String> vectorFields, Duration stalledAfter) throws IOException {
    this.name = path.toString();
    this.path = path;
    this.vectorFields = vectorFields;
    this.stalledAfter = stalledAfter;
    this.thread = Thread.ofPlatform().daemon().name("parquet").start(this::readAll);
    Object first = take();
    if (!(first instanceof Head head)) {
      String why = first instanceof Chunk chunk && chunk.failure() != null
          ? String.valueOf(chunk.failure().getMessage())
          : "its reader does not get any further";
      close();
      throw new InvalidFileException(name + " is not a Parquet file that can be read: " + why);
    }
    columns = head.columns();
    rows = head.rows();
  }

  @Override
  public @Nullable Row next() throws IOException, RowException {
    while (!chunk.hasNext()) {
      if (ended) {
        return null;
      }
      if (!(take() instanceof Chunk next)) {
        throw damaged("its reader does not get any further", null);
      }
      if (next.failure() != null) {
        throw damaged(String.valueOf(next.failure().getMessage()), next.failure());
      }
      chunk = next.rows().iterator();
      ended = next.last();
    }
    Object row = chunk.next();
    if (row instanceof RowException refused) {
      number = refused.row();
      throw refused;
    }
    Row read = (Row) row;
    number = read.number();
    return read;
  }

  private IOException damaged(String why, @Nullable Exception cause) {
    return new IOException("row " + (number + 1) + ": the Parquet file is damaged: " + why, cause);
  }

  /** What the thread passes on; null where that takes too long. */
  private @Nullable Object take() throws IOException {
    try {
      return passed.poll(stalledAfter.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private void readAll() {
    try {
      try (ParquetFileReader file = ParquetFileReader.open(InputFile.of(path))) {
        List<String> names = file.getFileSchema().getRootNode().children().stream()
            .map(SchemaNode::name)
            .toList();
        try (RowReader reader = file.rowReader()) {
          passed.put(new Head(names, file.getFileMetaData().numRows()));
          readRows(reader, names);
        }
      } catch (IOException | RuntimeException e) {
        passed.put(new Chunk(List.of(), e, true));
      }
    } catch (InterruptedException e) {
      // Closed: nothing takes what else is read.
      Thread.currentThread().interrupt();
    }
  }

  private void readRows(RowReader reader, List<String> names) throws InterruptedException {
    List<Object> some = new ArrayList<>();
    long each = 0;
    while (reader.hasNext()) {
      reader.next();
      each++;
      try {
        some.add(row(each, reader, names));
      } catch (RowException e) {
        some.add(e);
      }
      if (some.size() == CHUNK) {
        passed.put(new Chunk(some, null, false));
        some = new ArrayList<>();
      }
    }
    passed.put(new Chunk(some, null, true));
  }

  private Row row(long each, RowReader reader, List<String> names) throws RowException {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    for (int i = 0; i < names.size(); i++) {
      Object value = reader.isNull(i) ? null : reader.getValue(i);
      if (value != null) {
        String column = names.get(i);
        fields.put(column, convert(each, column, value, vectorFields.contains(column)));
      }
    }
    return new Row(each, fields);
  }

  private @Nullable Object convert(long row, String column, Object value, boolean vector)
      throws RowException {
    return switch (value) {
      case String text -> text;
      case Boolean flag -> flag;
      case Double number -> number;
      case Float number -> (double) number;
      case BigDecimal number -> number.doubleValue();
      case Number integer -> integer.longValue();
      case UUID uuid -> uuid.toString();
      case Temporal time -> time.toString();
      case PqList list -> vector ? vector(row, column, list) : list(row, column, list, false);
      case PqStruct struct -> struct(row, column, struct, vector);
      case PqMap map -> {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        for (PqMap.Entry entry : map.getEntries()) {
          Object member = entry.isValueNull() ? null : entry.getValue();
          members.put(
              String.valueOf(entry.getKey()),
              member == null ? null : convert(row, column, member, false));
        }
        yield members;
      }
      default ->
        throw new RowException(
            row,
            column,
            value.getClass().getSimpleName().equals("byte[]")
                ? ((byte[]) value).length + " bytes"
                : value,
            "text, numbers, booleans, dates, lists, maps and structs; leave the column out with --payload");
    };
  }

  private Map<String, @Nullable Object> struct(
      long row, String column, StructAccessor struct, boolean vector) throws RowException {
    Map<String, @Nullable Object> members = new LinkedHashMap<>();
    for (int i = 0; i < struct.getFieldCount(); i++) {
      Object member = struct.isNull(i) ? null : struct.getValue(i);
      String field = struct.getFieldName(i);
      members.put(
          field,
          member == null ? null : convert(row, column, member, vector && !field.equals("indices")));
    }
    return members;
  }

  private List<@Nullable Object> list(long row, String column, PqList list, boolean rowsOfNumbers)
      throws RowException {
    List<@Nullable Object> items = new ArrayList<>();
    for (int i = 0; i < list.size(); i++) {
      Object item = list.isNull(i) ? null : list.get(i);
      items.add(item == null ? null : convert(row, column, item, rowsOfNumbers));
    }
    return items;
  }

  /** Numbers as floats; anything else as it is. */
  private Object vector(long row, String column, PqList list) throws RowException {
    float[] numbers = new float[list.size()];
    for (int i = 0; i < numbers.length; i++) {
      Object item = list.isNull(i) ? null : list.get(i);
      if (!(item instanceof Number each)) {
        return list(row, column, list, true);
      }
      numbers[i] = each.floatValue();
    }
    return numbers;
  }

  @Override
  public List<String> columns() {
    return columns;
  }

  @Override
  public double progress() {
    return rows == 0 ? 1 : (double) number / rows;
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
