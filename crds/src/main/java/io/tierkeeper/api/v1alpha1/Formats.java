package io.tierkeeper.api.v1alpha1;

/**
 * The patterns of strings in this API; the schema generator adds to each the message that a user reads if a value
 * does not match.
 */
public final class Formats {
  /** A share of the whole, strictly between 0 and 1, at most six digits. */
  public static final String SHARE = "^0\\.[0-9]{0,5}[1-9][0-9]{0,5}$";

  /** A ratio from 0 to 1 inclusive, at most six digits. */
  public static final String RATIO = "^(0(\\.[0-9]{1,6})?|1(\\.0{1,6})?)$";

  /** A quantile from 0.5 to 1 inclusive, at most six digits. */
  public static final String QUANTILE = "^(0\\.[5-9][0-9]{0,5}|1(\\.0{1,6})?)$";

  /** A decimal of at least 0, up to six digits on either side of the point. */
  public static final String DECIMAL = "^[0-9]{1,6}(\\.[0-9]{1,6})?$";

  /** A duration in hours, minutes and seconds, each at most five digits. */
  public static final String DURATION = "^([0-9]{1,5}h)?([0-9]{1,5}m)?([0-9]{1,5}s)?$";

  /** A name of a Kubernetes object (RFC 1123 subdomain). */
  public static final String NAME =
      "^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$";

  /** A name that may be a part of others (RFC 1123 label). */
  public static final String LABEL = "^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$";

  /** The key of a label: a name, optionally with a domain and a slash before it. */
  public static final String LABEL_KEY =
      "^([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$";

  /** A label value that is not empty. */
  public static final String LABEL_VALUE = "^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$";

  /** A key in the data of a ConfigMap. */
  public static final String DATA_KEY = "^[-._a-zA-Z0-9]+$";

  /** A SHA-256 hash of a plan or a policy. */
  public static final String HASH = "^sha256:[0-9a-f]{64}$";

  /** An RFC 3339 time in UTC; the schema says {@code format: date-time} instead of the pattern. */
  public static final String TIME =
      "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]+)?Z$";

  /** An IANA time zone; the API server checks whether it exists. */
  public static final String TIME_ZONE = "^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+){0,2}$";

  /** A scheme, a host and a port, without credentials, path and query. */
  public static final String ENDPOINT =
      "^https?://([A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?|\\[[0-9a-fA-F:.]+\\]):[0-9]{1,5}$";

  private static final String STEP = "(/[1-9][0-9]?)?";
  private static final String MINUTE = "[0-5]?[0-9]";
  private static final String HOUR = "([01]?[0-9]|2[0-3])";
  private static final String DAY = "(0?[1-9]|[12][0-9]|3[01])";
  private static final String MONTH =
      "(0?[1-9]|1[0-2]|JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC)";
  private static final String WEEKDAY = "([0-7]|SUN|MON|TUE|WED|THU|FRI|SAT)";
  private static final String MINUTES = "(\\*|" + MINUTE + "(-" + MINUTE + ")?)" + STEP;
  private static final String HOURS = "(\\*|" + HOUR + "(-" + HOUR + ")?)" + STEP;
  private static final String DAYS = "(\\*|" + DAY + "(-" + DAY + ")?)" + STEP;
  private static final String MONTHS = "(\\*|" + MONTH + "(-" + MONTH + ")?)" + STEP;
  private static final String WEEKDAYS = "(\\*|" + WEEKDAY + "(-" + WEEKDAY + ")?)" + STEP;

  /** Five cron fields: minute, hour, day of month, month, day of week. */
  public static final String CRON =
      "^" + MINUTES + "(," + MINUTES + ")* " + HOURS + "(," + HOURS + ")* " + DAYS + "(," + DAYS
          + ")* " + MONTHS + "(," + MONTHS + ")* " + WEEKDAYS + "(," + WEEKDAYS + ")*$";

  private Formats() {}
}
