package io.tierkeeper.client;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Why a call failed. The types are the whole list, so an application can decide for each of them; {@link #retryable()} says whether
 * the same call may succeed later. The client has repeated retryable failures itself, {@link #attempts()} times in all, before it
 * throws.
 */
public abstract sealed class TenantClientException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final boolean retryable;
  private int attempts = 1;

  private TenantClientException(boolean retryable, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.retryable = retryable;
  }

  /** Whether the same call may succeed later. */
  public boolean retryable() {
    return retryable;
  }

  /** How many attempts were made, at least one. */
  public int attempts() {
    return attempts;
  }

  TenantClientException after(int made) {
    attempts = made;
    return this;
  }

  /** Qdrant refused the request as it is, or it was refused before it was sent: an argument is wrong. */
  public static final class InvalidRequest extends TenantClientException {
    private static final long serialVersionUID = 1L;

    InvalidRequest(String message, @Nullable Throwable cause) {
      super(false, message, cause);
    }
  }

  /** The collection or what else the request names does not exist. */
  public static final class NotFound extends TenantClientException {
    private static final long serialVersionUID = 1L;

    NotFound(String message, @Nullable Throwable cause) {
      super(false, message, cause);
    }
  }

  /** The API key or token is missing, wrong, or lacks the right. */
  public static final class AccessRefused extends TenantClientException {
    private static final long serialVersionUID = 1L;

    AccessRefused(String message, @Nullable Throwable cause) {
      super(false, message, cause);
    }
  }

  /** The server is older than {@link TenantClient#MIN_SERVER_VERSION}: it would ignore the fallback and the tenant condition of writes. */
  public static final class UnsupportedServer extends TenantClientException {
    private static final long serialVersionUID = 1L;

    UnsupportedServer(String message) {
      super(false, message, null);
    }
  }

  /**
   * Some points were not stored: another tenant has a point of the same id, which is left as it is; or another writer of this tenant
   * has deleted them at the same time.
   */
  public static final class IdConflict extends TenantClientException {
    private static final long serialVersionUID = 1L;

    private final transient List<PointId> ids;

    IdConflict(String message, List<PointId> ids) {
      super(false, message, null);
      this.ids = List.copyOf(ids);
    }

    /** The ids that were not stored. */
    public List<PointId> ids() {
      return ids;
    }
  }

  /** The collection is governed by Tierkeeper, or was not created by this client, so it is not deleted. */
  public static final class GovernedCollection extends TenantClientException {
    private static final long serialVersionUID = 1L;

    GovernedCollection(String message) {
      super(false, message, null);
    }
  }

  /** The tenant's writers are paused by a demotion for longer than {@link RetryPolicy#maxFence()}; nothing was written. */
  public static final class WritesFenced extends TenantClientException {
    private static final long serialVersionUID = 1L;

    WritesFenced(String message, @Nullable Throwable cause) {
      super(true, message, cause);
    }
  }

  /** A limit of rates was met. */
  public static final class RateLimited extends TenantClientException {
    private static final long serialVersionUID = 1L;

    private final @Nullable Duration retryAfter;

    RateLimited(String message, @Nullable Duration retryAfter, @Nullable Throwable cause) {
      super(true, message, cause);
      this.retryAfter = retryAfter;
    }

    /** The wait that the server asks for; null where it names none. */
    public @Nullable Duration retryAfter() {
      return retryAfter;
    }
  }

  /** Qdrant could not be reached, or could not answer; a write had no effect. */
  public static final class Unavailable extends TenantClientException {
    private static final long serialVersionUID = 1L;

    Unavailable(String message, @Nullable Throwable cause) {
      super(true, message, cause);
    }
  }

  /**
   * A write may have been applied, now or later, wholly or in part: the connection broke, the deadline passed, Qdrant answered
   * {@code wait_timeout} or an error that it gives although a replica has the write. Repeat it; all writes of this client may be
   * repeated.
   */
  public static final class OutcomeUnknown extends TenantClientException {
    private static final long serialVersionUID = 1L;

    OutcomeUnknown(String message, @Nullable Throwable cause) {
      super(true, message, cause);
    }
  }

  /** The waiting thread was interrupted; its interrupt flag is set. A write may have been applied. */
  public static final class Interrupted extends TenantClientException {
    private static final long serialVersionUID = 1L;

    Interrupted(String message, InterruptedException cause) {
      super(true, message, cause);
    }
  }

  /** The client is closed. */
  public static final class Closed extends TenantClientException {
    private static final long serialVersionUID = 1L;

    Closed(String message) {
      super(false, message, null);
    }
  }
}
