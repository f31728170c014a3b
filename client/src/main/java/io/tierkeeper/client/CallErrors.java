package io.tierkeeper.client;

import io.grpc.Metadata;
import io.grpc.Status;
import java.net.ConnectException;
import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Decides what a failed call means. By Qdrant's code where that is enough; some of its errors in a move have a code that says less
 * than their text.
 */
final class CallErrors {

  /** A peer that is ahead or behind in a move lacks a shard or a key that the caller never named. */
  private static final Pattern IN_BETWEEN =
      Pattern.compile("[Ss]hard (\\d+|key .*) (not found|found for update)");

  /** A token that requires a marker point, which is hidden. */
  private static final String FENCED_TOKEN = "stateful validation failed";

  private static final Metadata.Key<String> RETRY_AFTER =
      Metadata.Key.of("retry-after", Metadata.ASCII_STRING_MARSHALLER);

  private CallErrors() {}

  /**
   * @param what the call in words
   * @param write whether the call changes something
   */
  static TenantClientException of(String what, boolean write, Throwable failure) {
    if (failure instanceof TenantClientException known) {
      return known;
    }
    Status status = Status.fromThrowable(failure);
    String description = status.getDescription() == null ? "" : " " + status.getDescription();
    Throwable unconnected = unconnected(status);
    String text = what + ": " + status.getCode() + description
        + (unconnected == null ? "" : ": " + unconnected.getMessage());
    switch (status.getCode()) {
      case INVALID_ARGUMENT:
        return IN_BETWEEN.matcher(description).find()
            ? undecided(text, write, failure)
            : new TenantClientException.InvalidRequest(text, failure);
      case FAILED_PRECONDITION:
      case UNIMPLEMENTED:
      case ALREADY_EXISTS:
      case OUT_OF_RANGE:
        return new TenantClientException.InvalidRequest(text, failure);
      case PERMISSION_DENIED:
      case UNAUTHENTICATED:
        return description.contains(FENCED_TOKEN)
            ? new TenantClientException.WritesFenced(text, failure)
            : new TenantClientException.AccessRefused(text, failure);
      case NOT_FOUND:
        return IN_BETWEEN.matcher(description).find()
            ? undecided(text, write, failure)
            : new TenantClientException.NotFound(text, failure);
      case RESOURCE_EXHAUSTED:
        return isAnswerTooLarge(description)
            ? new TenantClientException.InvalidRequest(text + " (ask for fewer points)", failure)
            : new TenantClientException.RateLimited(text, retryAfter(failure), failure);
      case CANCELLED:
        // An answer over the size limit may be reported as a cancellation of the stream.
        return description.contains("Failed to read message")
            ? new TenantClientException.InvalidRequest(text + " (ask for fewer points)", failure)
            : undecided(text, write, failure);
      case UNAVAILABLE:
        return unconnected != null
            ? new TenantClientException.Unavailable(text, failure)
            : undecided(text, write, failure);
      case OK:
      case UNKNOWN:
      case DEADLINE_EXCEEDED:
      case ABORTED:
      case INTERNAL:
      case DATA_LOSS:
      default:
        return undecided(text, write, failure);
    }
  }

  private static TenantClientException undecided(String text, boolean write, Throwable failure) {
    return write
        ? new TenantClientException.OutcomeUnknown(text, failure)
        : new TenantClientException.Unavailable(text, failure);
  }

  /** Why no connection was made; null where one was, or may have been. */
  private static @Nullable Throwable unconnected(Status status) {
    for (Throwable cause = status.getCause(); cause != null; cause = cause.getCause()) {
      if (cause instanceof ConnectException) {
        return cause;
      }
    }
    return null;
  }

  private static boolean isAnswerTooLarge(String description) {
    return description.contains("exceeds maximum size");
  }

  private static @Nullable Duration retryAfter(Throwable failure) {
    Metadata trailers = Status.trailersFromThrowable(failure);
    String seconds = trailers == null ? null : trailers.get(RETRY_AFTER);
    return seconds != null && seconds.matches("[0-9]{1,6}")
        ? Duration.ofSeconds(Long.parseLong(seconds))
        : null;
  }
}
