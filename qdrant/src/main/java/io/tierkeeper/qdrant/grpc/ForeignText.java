package io.tierkeeper.qdrant.grpc;

import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.UnresolvedAddressException;
import java.util.List;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * What may be repeated of text from another process. Whoever names an endpoint chooses which server answers, so its answer must
 * not become readable in a status or a log unless it has Qdrant's own form.
 */
final class ForeignText {
  private static final int MAX_CHARS = 500;
  private static final Pattern CONTROL =
      Pattern.compile("[\\p{Cntrl}\\u2028\\u2029\\u202a-\\u202e\\u2066-\\u2069]+");
  private static final Pattern VERSION =
      Pattern.compile("\\d{1,5}\\.\\d{1,5}\\.\\d{1,5}(-[0-9A-Za-z.]{1,20})?");

  /** What Qdrant answers as plain text to a request whose key it refuses. */
  private static final List<String> ABOUT_KEYS = List.of(
      "Must provide an API key or an Authorization bearer token",
      "Invalid API key",
      "Global manage access is required",
      "Global access is required");

  private ForeignText() {}

  /** What Qdrant says of a key in a body; empty where it is another text. */
  static String aboutKey(String body) {
    return ABOUT_KEYS.stream().filter(body::contains).findFirst().orElse("");
  }

  /** On one line, without control characters, cut to 500 characters. */
  static String line(String text) {
    String plain = CONTROL.matcher(text).replaceAll(" ").strip();
    return plain.length() > MAX_CHARS ? plain.substring(0, MAX_CHARS) + "…" : plain;
  }

  /** A version number; empty where the text is something else. */
  static String version(String text) {
    return VERSION.matcher(text).matches() ? text : "";
  }

  /** Description of a gRPC status: a server that does not speak gRPC is named so, and its body is left out. */
  static @Nullable String grpc(@Nullable String description) {
    if (description == null) {
      return null;
    }
    if (description.contains("DATA-----")
        || description.contains("HTTP status code")
        || description.contains("invalid content-type")
        || description.contains("Hex dump")) {
      return "the server does not speak gRPC";
    }
    return line(description);
  }

  /** Why an exchange over HTTP failed; messages that quote the server are replaced by the kind of failure. */
  static String failure(Throwable failure) {
    boolean own = failure instanceof ConnectException
        || failure instanceof SSLException
        || failure instanceof HttpTimeoutException
        || failure instanceof ClosedChannelException
        || failure instanceof UnresolvedAddressException
        || isOurs(failure);
    String kind = failure.getClass().getSimpleName();
    return own && failure.getMessage() != null ? kind + ": " + line(failure.getMessage()) : kind;
  }

  private static boolean isOurs(Throwable failure) {
    String message = failure.getMessage();
    return failure.getClass() == IOException.class
        && message != null
        && message.startsWith("answer has more than ");
  }
}
