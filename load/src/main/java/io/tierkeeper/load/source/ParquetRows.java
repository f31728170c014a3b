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
import java.time.temporal.Temporal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The rows of an Apache Parquet file. Dates, times and UUIDs become text in ISO form, decimals floating-point numbers, structs
 * and maps objects; binary columns cannot be payload.
 */
final class ParquetRows implements Rows {
  private final String name;
  private final Set<String> vectorFields;
  private final ParquetFileReader file;
  private final RowReader reader;
  private final List<String> columns;
  private final long rows;
  private long number;

  /** @throws InvalidFileException if it is not Parquet, or of a kind that cannot be read */
  ParquetRows(Path path, Set<String> vectorFields) throws IOException {
    this.name = path.toString();
    this.vectorFields = vectorFields;
    ParquetFileReader opened = null;
    try {
      opened = ParquetFileReader.open(InputFile.of(path));
      file = opened;
      rows = opened.getFileMetaData().numRows();
      columns = opened.getFileSchema().getRootNode().children().stream()
          .map(SchemaNode::name)
          .toList();
      reader = opened.rowReader();
    } catch (IOException | RuntimeException e) {
      if (opened != null) {
        opened.close();
      }
      throw new InvalidFileException(
          name + " is not a Parquet file that can be read: " + e.getMessage());
    }
  }

  @Override
  public @Nullable Row next() throws IOException, RowException {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    try {
      if (!reader.hasNext()) {
        return null;
      }
      reader.next();
      number++;
      for (int i = 0; i < columns.size(); i++) {
        Object value = reader.isNull(i) ? null : reader.getValue(i);
        if (value != null) {
          fields.put(
              columns.get(i),
              convert(columns.get(i), value, vectorFields.contains(columns.get(i))));
        }
      }
    } catch (RuntimeException e) {
      throw new IOException(
          "row " + Math.max(1, number) + ": the Parquet file is damaged: " + e.getMessage(), e);
    }
    return new Row(number, fields);
  }

  private @Nullable Object convert(String column, Object value, boolean vector)
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
      case PqList list -> vector ? vector(column, list) : list(column, list, false);
      case PqStruct struct -> struct(column, struct, vector);
      case PqMap map -> {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        for (PqMap.Entry entry : map.getEntries()) {
          Object member = entry.isValueNull() ? null : entry.getValue();
          members.put(
              String.valueOf(entry.getKey()),
              member == null ? null : convert(column, member, false));
        }
        yield members;
      }
      default ->
        throw new RowException(
            number,
            column,
            value.getClass().getSimpleName().equals("byte[]")
                ? ((byte[]) value).length + " bytes"
                : value,
            "text, numbers, booleans, dates, lists, maps and structs; leave the column out with --payload");
    };
  }

  private Map<String, @Nullable Object> struct(String column, StructAccessor struct, boolean vector)
      throws RowException {
    Map<String, @Nullable Object> members = new LinkedHashMap<>();
    for (int i = 0; i < struct.getFieldCount(); i++) {
      Object member = struct.isNull(i) ? null : struct.getValue(i);
      String field = struct.getFieldName(i);
      members.put(
          field,
          member == null ? null : convert(column, member, vector && !field.equals("indices")));
    }
    return members;
  }

  private List<@Nullable Object> list(String column, PqList list, boolean rowsOfNumbers)
      throws RowException {
    List<@Nullable Object> items = new ArrayList<>();
    for (int i = 0; i < list.size(); i++) {
      Object item = list.isNull(i) ? null : list.get(i);
      items.add(item == null ? null : convert(column, item, rowsOfNumbers));
    }
    return items;
  }

  /** Numbers as floats; anything else as it is. */
  private Object vector(String column, PqList list) throws RowException {
    float[] numbers = new float[list.size()];
    for (int i = 0; i < numbers.length; i++) {
      Object item = list.isNull(i) ? null : list.get(i);
      if (!(item instanceof Number each)) {
        return list(column, list, true);
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
  public void close() throws IOException {
    reader.close();
    file.close();
  }
}
