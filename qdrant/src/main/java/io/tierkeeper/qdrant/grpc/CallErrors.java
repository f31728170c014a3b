package io.tierkeeper.qdrant.grpc;

import io.grpc.Metadata;
import io.grpc.Status;
import io.tierkeeper.qdrant.QdrantException;
import io.tierkeeper.qdrant.QdrantException.CredentialsRefused;
import io.tierkeeper.qdrant.QdrantException.NotFound;
import io.tierkeeper.qdrant.QdrantException.OutcomeUnknown;
import io.tierkeeper.qdrant.QdrantException.RateLimited;
import io.tierkeeper.qdrant.QdrantException.Rejected;
import io.tierkeeper.qdrant.QdrantException.Unavailable;
import java.net.ConnectException;
import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Decides by code, and never by text where a code serves, what may be done about a failed call.
 *
 * <p>A write that left this process and was not clearly refused is {@link OutcomeUnknown}: a proxied shard, a second
 * replica or the fallback may have it although the answer is an error.
 */
final class CallErrors {
  private static final Pattern SHARD_IN_BETWEEN =
      Pattern.compile("[Ss]hard \\d+ (not found|found for update)");

  private static final Metadata.Key<String> RETRY_AFTER =
      Metadata.Key.of("retry-after", Metadata.ASCII_STRING_MARSHALLER);

  private CallErrors() {}

  /**
   * @param what the call in words, without secrets
   * @param sent whether any byte of the request may have reached the server
   */
  static QdrantException of(String what, Status status, CallKind kind, boolean sent) {
    return of(what, status, null, kind, sent);
  }

  /**
   * @param trailers what the server sent with the status, or null
   */
  static QdrantException of(
      String what, Status status, @Nullable Metadata trailers, CallKind kind, boolean sent) {
    String text = what + ": " + status.getCode() + describe(status);
    // A cause from the transport quotes what the server sent.
    @Nullable
    Throwable cause = status.getCause() instanceof ConnectException refused ? refused : null;
    return switch (status.getCode()) {
      case INVALID_ARGUMENT, FAILED_PRECONDITION, UNIMPLEMENTED, ALREADY_EXISTS, OUT_OF_RANGE ->
        new Rejected(text, cause);
      case PERMISSION_DENIED, UNAUTHENTICATED -> new CredentialsRefused(text, cause);
      case NOT_FOUND ->
        // A peer that is behind or ahead lacks a shard by its id, which no caller ever named.
        SHARD_IN_BETWEEN.matcher(text).find()
            ? undecided(text, cause, kind, sent)
            : new NotFound(text, cause);
      case RESOURCE_EXHAUSTED ->
        switch (kind) {
          case READ ->
            isAnswerTooLarge(status)
                ? new Rejected(text + " (ask for fewer points at a time)", cause)
                : undecided(text, cause, kind, sent);
          case WRITE ->
            sent ? new RateLimited(text, retryAfter(trailers)) : undecided(text, cause, kind, sent);
        };
      // Netty may report an answer over the size limit as a cancellation of the stream.
      case CANCELLED ->
        kind == CallKind.READ && "Failed to read message.".equals(status.getDescription())
            ? new Rejected(text + " (ask for fewer points at a time)", cause)
            : undecided(text, cause, kind, sent);
      case OK, UNKNOWN, DEADLINE_EXCEEDED, ABORTED, INTERNAL, UNAVAILABLE, DATA_LOSS ->
        undecided(text, cause, kind, sent);
    };
  }

  /** The same for the answer of a REST path. */
  static QdrantException ofHttp(String what, int code, String body, CallKind kind) {
    String detail = body.isEmpty() ? phrase(code) : body;
    String text = what + ": HTTP " + code + (detail.isEmpty() ? "" : " " + detail);
    return switch (code) {
      case 401, 403 -> new CredentialsRefused(text, null);
      case 404 -> new NotFound(text, null);
      case 408, 429 -> undecided(text, null, kind, true);
      default ->
        code >= 500 || code < 400 ? undecided(text, null, kind, true) : new Rejected(text, null);
    };
  }

  /** What a code means, where a proxy answers whose own words are not repeated. */
  private static String phrase(int code) {
    return switch (code) {
      case 401 -> "Unauthorized";
      case 403 -> "Forbidden";
      case 404 -> "Not Found";
      case 413 -> "Request Entity Too Large";
      case 429 -> "Too Many Requests";
      case 502 -> "Bad Gateway";
      case 503 -> "Service Unavailable";
      case 504 -> "Gateway Timeout";
      default -> "";
    };
  }

  static QdrantException undecided(
      String text, @Nullable Throwable cause, CallKind kind, boolean sent) {
    return kind == CallKind.WRITE && sent
        ? new OutcomeUnknown(text, cause)
        : new Unavailable(text, cause);
  }

  /** What a server says that limits rates; null where it says nothing that is a number of seconds. */
  private static @Nullable Duration retryAfter(@Nullable Metadata trailers) {
    String seconds = trailers == null ? null : trailers.get(RETRY_AFTER);
    return seconds != null && seconds.matches("[0-9]{1,6}")
        ? Duration.ofSeconds(Long.parseLong(seconds))
        : null;
  }

  private static boolean isAnswerTooLarge(Status status) {
    String description = status.getDescription();
    return description != null && description.contains("exceeds maximum size");
  }

  /** The client's own words for a deadline contain nanoseconds, so that no two errors would be the same. */
  private static String describe(Status status) {
    if (status.getCode() == Status.Code.DEADLINE_EXCEEDED) {
      return " no answer within the deadline";
    }
    @Nullable String text = ForeignText.grpc(status.getDescription());
    return text == null ? "" : " " + text;
  }
}
