package io.tierkeeper.load.source;

import java.io.IOException;
import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/** What the text in a cell stands for. */
public enum CellType {
  /** The text itself. */
  TEXT,
  /** A 64-bit integer. */
  INTEGER,
  /** A finite floating-point number. */
  NUMBER,
  /** {@code true} or {@code false}. */
  BOOLEAN,
  /** A JSON value. */
  JSON;

  private static final int MAX_DIGITS = 25;

  /** The value of a cell. */
  @Nullable
  Object read(long row, String column, String cell) throws RowException {
    return switch (this) {
      case TEXT -> cell;
      case INTEGER -> {
        if (!cell.matches("-?[0-9]{1," + MAX_DIGITS + "}")) {
          throw new RowException(row, column, cell, "an integer");
        }
        BigInteger number = new BigInteger(cell);
        yield number.bitLength() < Long.SIZE ? (Object) number.longValue() : number;
      }
      case NUMBER -> {
        double number = cell.matches("[-+0-9.eE]+") ? parse(cell) : Double.NaN;
        if (!Double.isFinite(number)) {
          throw new RowException(row, column, cell, "a finite number");
        }
        yield number;
      }
      case BOOLEAN -> {
        if (!cell.equals("true") && !cell.equals("false")) {
          throw new RowException(row, column, cell, "true or false");
        }
        yield cell.equals("true");
      }
      case JSON -> {
        try {
          yield JsonValues.parse(cell, false);
        } catch (IOException e) {
          throw new RowException(row, column, cell, "a JSON value");
        }
      }
    };
  }

  private static double parse(String text) {
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      return Double.NaN;
    }
  }
}
