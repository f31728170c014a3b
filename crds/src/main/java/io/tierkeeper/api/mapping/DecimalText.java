package io.tierkeeper.api.mapping;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.OptionalDouble;

/** Decimals as the API writes them: strings with a point, since a CRD has no floats. */
public final class DecimalText {
  private static final int STATUS_DIGITS = 6;

  private DecimalText() {}

  /**
   * Reads a decimal of at least {@code least} and at most {@code most}.
   *
   * @throws InvalidValueException naming {@code field} when the text is no such decimal
   */
  public static double parse(String field, String text, double least, double most) {
    return parse(field, text, least, most, "a decimal from " + plain(least) + " to " + plain(most));
  }

  /**
   * Reads a decimal strictly between 0 and 1.
   *
   * @throws InvalidValueException naming {@code field} when the text is no such decimal
   */
  public static double parseShare(String field, String text) {
    String allowed = "a decimal above 0 and below 1, such as 0.15";
    double share = parse(field, text, 0, 1, allowed);
    if (share <= 0 || share >= 1) {
      throw new InvalidValueException(field, "'" + text + "'", allowed);
    }
    return share;
  }

  /** Reads what {@link #format} wrote; empty for any other text. */
  public static OptionalDouble read(String text) {
    return text.matches("-?[0-9]{1,9}(\\.[0-9]{1,9})?")
        ? OptionalDouble.of(Double.parseDouble(text))
        : OptionalDouble.empty();
  }

  /** Writes a finite number with six decimals, half up, as status shows masses. */
  public static String format(double value) {
    return BigDecimal.valueOf(value)
        .setScale(STATUS_DIGITS, RoundingMode.HALF_UP)
        .toPlainString();
  }

  private static double parse(
      String field, String text, double least, double most, String allowed) {
    // Double.parseDouble would also take "1e3", "0x1p3", "1d" and "NaN", which the schema refuses.
    if (!text.matches("[0-9]{1,9}(\\.[0-9]{1,9})?")) {
      throw new InvalidValueException(field, "'" + text + "'", allowed);
    }
    double value = Double.parseDouble(text);
    if (value < least || value > most) {
      throw new InvalidValueException(field, "'" + text + "'", allowed);
    }
    return value;
  }

  private static String plain(double bound) {
    return BigDecimal.valueOf(bound).stripTrailingZeros().toPlainString();
  }
}
