package io.tierkeeper.cli.report;

import java.util.List;
import java.util.Locale;

/** How pages write texts and numbers. */
final class Html {
  private Html() {}

  /** A text in which nothing is markup. */
  static String text(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }

  static String number(double value, int decimals) {
    return String.format(Locale.ROOT, "%." + decimals + "f", value);
  }

  /** A table row of cells that are markup already. */
  static String row(String tag, List<String> cells) {
    StringBuilder row = new StringBuilder("<tr>");
    for (String cell : cells) {
      row.append('<').append(tag).append('>').append(cell);
      row.append("</").append(tag).append('>');
    }
    return row.append("</tr>\n").toString();
  }
}
