package io.tierkeeper.load.source;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a two-dimensional NumPy array of float16, float32 or float64 in C order, as {@code numpy.save} writes it; each
 * is the vector field of a row. The other fields are those of a second file with as many rows.
 */
final class NpyRows implements Rows {
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final int MAX_HEADER = 1 << 16;
  private static final int MAX_DIMENSIONS = 1 << 20;
  private static final Pattern TYPE = Pattern.compile("'descr'\\s*:\\s*'([<>|=]?)f([248])'");
  private static final Pattern SHAPE =
      Pattern.compile("'shape'\\s*:\\s*\\(\\s*([0-9]{1,18})\\s*,\\s*([0-9]{1,9})\\s*,?\\s*\\)");
  private static final Pattern FORTRAN = Pattern.compile("'fortran_order'\\s*:\\s*False");

  private final InputStream in;
  private final @Nullable Rows payload;
  private final String name;
  private final String vectorField;
  private final long rows;
  private final int dimensions;
  private final int width;
  private final ByteBuffer row;
  private long number;

  /**
   * @param payload the rows with the other fields; null where there are none
   * @throws InvalidFileException if it is no such array
   */
  NpyRows(InputStream in, @Nullable Rows payload, String vectorField, String name)
      throws IOException {
    this.in = in;
    this.payload = payload;
    this.vectorField = vectorField;
    this.name = name;
    String header = header();
    Matcher type = TYPE.matcher(header);
    Matcher shape = SHAPE.matcher(header);
    if (!type.find() || !shape.find() || !FORTRAN.matcher(header).find()) {
      throw new InvalidFileException(name + " is an array " + header.strip()
          + "; allowed: two dimensions of float16, float32 or float64 in C order");
    }
    rows = Long.parseLong(shape.group(1));
    dimensions = Integer.parseInt(shape.group(2));
    width = Integer.parseInt(type.group(2));
    if (dimensions < 1 || dimensions > MAX_DIMENSIONS) {
      throw new InvalidFileException(
          name + " has " + dimensions + " columns; allowed: 1 to " + MAX_DIMENSIONS);
    }
    row = ByteBuffer.allocate(dimensions * width)
        .order(type.group(1).equals(">") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
  }

  private String header() throws IOException {
    byte[] begin = in.readNBytes(MAGIC.length + 2);
    if (begin.length < MAGIC.length + 2
        || !Arrays.equals(MAGIC, Arrays.copyOf(begin, MAGIC.length))) {
      throw new InvalidFileException(name + " is not a .npy file");
    }
    int bytes = begin[MAGIC.length] == 1 ? 2 : 4;
    byte[] size = in.readNBytes(bytes);
    long length = 0;
    for (int i = size.length - 1; i >= 0; i--) {
      length = length << Byte.SIZE | (size[i] & 0xFF);
    }
    byte[] header = length > MAX_HEADER ? new byte[0] : in.readNBytes((int) length);
    if (size.length < bytes || header.length < length) {
      throw new InvalidFileException(name + " is not a .npy file: its header is incomplete");
    }
    return new String(header, StandardCharsets.ISO_8859_1);
  }

  @Override
  public @Nullable Row next() throws IOException, RowException {
    if (number == rows) {
      requireSameEnd();
      return null;
    }
    number++;
    row.clear();
    if (in.readNBytes(row.array(), 0, row.capacity()) < row.capacity()) {
      throw new EOFException(name + " ends in row " + number + " of " + rows);
    }
    float[] vector = new float[dimensions];
    if (width == Float.BYTES) {
      row.asFloatBuffer().get(vector);
    } else {
      for (int i = 0; i < dimensions; i++) {
        vector[i] =
            width == Short.BYTES ? Float.float16ToFloat(row.getShort()) : (float) row.getDouble();
      }
    }
    Map<String, @Nullable Object> fields = new HashMap<>();
    if (payload != null) {
      fields = other();
    }
    fields.put(vectorField, vector);
    return new Row(number, fields);
  }

  private Map<String, @Nullable Object> other() throws IOException, RowException {
    Rows from = Objects.requireNonNull(payload);
    try {
      Row other = from.next();
      if (other == null) {
        throw new IOException("the payload file ends after row " + (number - 1) + "; " + name
            + " has " + rows + " rows");
      }
      return new LinkedHashMap<>(other.fields());
    } catch (RowException e) {
      // Rows are named by their number in the array, which both files share.
      throw new RowException(
          number,
          e.field(),
          e.value(),
          e.allowed() + " (in the payload file, line " + e.row() + ")");
    }
  }

  private void requireSameEnd() throws IOException {
    boolean more;
    try {
      more = payload != null && payload.next() != null;
    } catch (RowException e) {
      more = true;
    }
    if (more) {
      throw new IOException("the payload file has more rows than " + name + ", which has " + rows);
    }
  }

  @Override
  public List<String> columns() {
    if (payload == null) {
      return List.of(vectorField);
    }
    if (payload.columns().isEmpty()) {
      return List.of();
    }
    List<String> columns = new ArrayList<>(payload.columns());
    columns.add(vectorField);
    return columns;
  }

  @Override
  public double progress() {
    return rows == 0 ? 1 : (double) number / rows;
  }

  @Override
  public void close() throws IOException {
    in.close();
    if (payload != null) {
      payload.close();
    }
  }
}
