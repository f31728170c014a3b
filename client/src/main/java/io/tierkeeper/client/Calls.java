package io.tierkeeper.client;

import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.ListenableFuture;
import com.google.common.util.concurrent.MoreExecutors;
import io.grpc.Deadline;
import io.qdrant.client.QdrantGrpcClient;
import io.qdrant.client.grpc.Points.PointsOperationResponse;
import io.qdrant.client.grpc.Points.UpdateStatus;
import io.qdrant.client.grpc.QdrantOuterClass.HealthCheckReply;
import io.qdrant.client.grpc.QdrantOuterClass.HealthCheckRequest;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Makes calls: waits for a fence, repeats what may be repeated, and turns failures into this module's errors. */
final class Calls implements AutoCloseable {

  /** One attempt of a call on a connection. */
  @FunctionalInterface
  interface Attempt<T> {
    ListenableFuture<T> on(QdrantGrpcClient connection, Deadline deadline);
  }

  /** What kind of call it is. */
  enum Kind {
    READ,
    /** A write of points, which a fence holds. */
    WRITE,
    /** A change of collections or snapshots. */
    ADMIN
  }

  private final ClientConfig config;
  private final Connections connections;
  private final @Nullable Fence fence;
  private final ScheduledThreadPoolExecutor timer;
  private final AtomicReference<@Nullable CompletableFuture<Void>> checked =
      new AtomicReference<>();
  private volatile boolean closed;

  Calls(ClientConfig config, Connections connections) {
    this.config = config;
    this.connections = connections;
    this.fence = config.fence() == null ? null : new Fence(config.fence(), config.retry(), this);
    this.timer = new ScheduledThreadPoolExecutor(1, task -> {
      Thread thread = new Thread(task, "tierkeeper-client");
      thread.setDaemon(true);
      return thread;
    });
    timer.setRemoveOnCancelPolicy(true);
  }

  /** A write of points; {@code wait_timeout} counts as not done. */
  CompletableFuture<Void> write(String operation, Attempt<PointsOperationResponse> attempt) {
    return send(operation, Kind.WRITE, attempt).thenApply(answer -> null);
  }

  <T> CompletableFuture<T> read(String operation, Attempt<T> attempt) {
    return send(operation, Kind.READ, attempt);
  }

  <T> CompletableFuture<T> send(String operation, Kind kind, Attempt<T> attempt) {
    Call<T> call = new Call<>(operation, kind, attempt);
    requireSupported().whenComplete((supported, failure) -> {
      if (failure == null) {
        call.begin();
      } else {
        call.fail(unwrap(failure));
      }
    });
    return call.result;
  }

  /** Completes when the server is known to be new enough; asked for once. */
  private CompletableFuture<Void> requireSupported() {
    CompletableFuture<Void> known = checked.get();
    if (known != null && !known.isCompletedExceptionally()) {
      return known;
    }
    CompletableFuture<Void> mine = new CompletableFuture<>();
    if (!checked.compareAndSet(known, mine)) {
      return requireSupported();
    }
    health().whenComplete((reply, failure) -> {
      if (failure != null) {
        mine.completeExceptionally(unwrap(failure));
      } else if (ServerVersion.isSupported(reply.getVersion())) {
        mine.complete(null);
      } else {
        mine.completeExceptionally(new TenantClientException.UnsupportedServer("Qdrant "
            + reply.getVersion() + " is older than " + TenantClient.MIN_SERVER_VERSION
            + ": it ignores the fallback of a shard key selector"));
      }
    });
    return mine;
  }

  /** Asks a server for its version. */
  CompletableFuture<HealthCheckReply> health() {
    Call<HealthCheckReply> call = new Call<>(
        "health",
        Kind.READ,
        (connection, deadline) -> connection
            .qdrant()
            .withDeadline(deadline)
            .healthCheck(HealthCheckRequest.getDefaultInstance()));
    call.begin();
    return call.result;
  }

  /** Completes after a time. */
  CompletableFuture<Void> delay(Duration wait) {
    CompletableFuture<Void> delayed = new CompletableFuture<>();
    later(wait, () -> delayed.complete(null), delayed);
    return delayed;
  }

  /** Runs a task after a delay; if the client was closed meanwhile, the future of the caller fails instead. */
  private void later(Duration wait, Runnable task, CompletableFuture<?> waiting) {
    try {
      timer.schedule(task, wait.toNanos(), TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException e) {
      waiting.completeExceptionally(closed());
    }
  }

  private static TenantClientException closed() {
    return new TenantClientException.Closed("the client is closed");
  }

  static TenantClientException unwrap(Throwable failure) {
    Throwable cause = failure;
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return CallErrors.of("call", true, cause);
  }

  /** The same future, which fails with this module's errors only. */
  static <T> CompletableFuture<T> unwrapped(CompletableFuture<T> inner) {
    CompletableFuture<T> result = new CompletableFuture<>();
    inner.whenComplete((value, failure) -> {
      if (failure == null) {
        result.complete(value);
      } else {
        result.completeExceptionally(unwrap(failure));
      }
    });
    return result;
  }

  /**
   * Waits for a call.
   *
   * @throws TenantClientException as the call failed
   */
  static <T> T join(CompletableFuture<T> future) {
    try {
      return future.get();
    } catch (ExecutionException e) {
      TenantClientException failure = unwrap(e.getCause() == null ? e : e.getCause());
      // The stack that matters to the caller is its own.
      failure.addSuppressed(new CalledFrom());
      throw failure;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TenantClientException.Interrupted("interrupted while waiting for Qdrant", e);
    }
  }

  /** Shows where a blocking call was made, whose failure has the stack of another thread. */
  private static final class CalledFrom extends Exception {
    private static final long serialVersionUID = 1L;

    private CalledFrom() {
      super("called from");
    }
  }

  private final class Call<T> {
    private final String operation;
    private final Kind kind;
    private final Attempt<T> attempt;
    private final CompletableFuture<T> result = new CompletableFuture<>();
    private final long began = System.nanoTime();
    private long fencedNanos;
    private int attempts;
    private boolean keyRead;

    private Call(String operation, Kind kind, Attempt<T> attempt) {
      this.operation = operation;
      this.kind = kind;
      this.attempt = attempt;
    }

    /** Before the future completes, so that a listener hears of a call before those that wait for it. */
    private void ended(CallListener.Outcome outcome) {
      config
          .listener()
          .ended(
              operation,
              outcome,
              Math.max(1, attempts),
              Duration.ofNanos(System.nanoTime() - began));
    }

    private void begin() {
      if (closed) {
        fail(closed());
        return;
      }
      if (kind != Kind.WRITE || fence == null) {
        attempt(null);
        return;
      }
      long asked = System.nanoTime();
      fence.awaitOpen(() -> config.listener().fenced(operation)).whenComplete((until, failure) -> {
        // A pause by the operator is no failure, so it takes nothing of the budget.
        fencedNanos += System.nanoTime() - asked;
        if (failure == null) {
          attempt(until);
        } else {
          fail(unwrap(failure));
        }
      });
    }

    /** @param until when the write must have ended, where there is a fence */
    private void attempt(@Nullable Deadline until) {
      attempts++;
      Deadline deadline =
          Deadline.after(config.retry().attemptTimeout().toNanos(), TimeUnit.NANOSECONDS);
      ListenableFuture<T> sent;
      try {
        sent = attempt.on(connections.next(), until == null ? deadline : until.minimum(deadline));
      } catch (TenantClientException e) {
        fail(e);
        return;
      }
      sent.addListener(() -> answered(sent), MoreExecutors.directExecutor());
    }

    private void answered(ListenableFuture<T> done) {
      T answer;
      try {
        answer = Objects.requireNonNull(Futures.getDone(done));
      } catch (ExecutionException e) {
        Throwable cause = e.getCause() == null ? e : e.getCause();
        failed(CallErrors.of(operation, kind != Kind.READ, cause));
        return;
      }
      TenantClientException undone = undone(answer);
      if (undone == null) {
        ended(CallListener.Outcome.OK);
        result.complete(answer);
      } else {
        failed(undone);
      }
    }

    /** A write that Qdrant has only queued when its time was up may not have been forwarded in a move, so it is repeated. */
    private @Nullable TenantClientException undone(T answer) {
      if (!(answer instanceof PointsOperationResponse response)) {
        return null;
      }
      UpdateStatus status = response.getResult().getStatus();
      return status == UpdateStatus.Completed || status == UpdateStatus.Acknowledged
          ? null
          : new TenantClientException.OutcomeUnknown(
              operation + ": Qdrant answered " + status, null);
    }

    private void failed(TenantClientException failure) {
      if (failure instanceof TenantClientException.AccessRefused && !keyRead) {
        keyRead = true;
        if (config.isApiKeyRotated()) {
          begin();
          return;
        }
      }
      if (failure.retryable()) {
        connections.suspect();
      }
      Duration wait = nextWait(failure);
      if (wait == null) {
        fail(failure);
        return;
      }
      config.listener().retried(operation, failure, wait);
      later(wait, this::begin, result);
    }

    /** The wait before the next attempt; null where there is none. */
    private @Nullable Duration nextWait(TenantClientException failure) {
      RetryPolicy retry = config.retry();
      if (!failure.retryable() || closed) {
        return null;
      }
      Duration wait = retry.backOff(attempts, ThreadLocalRandom.current().nextDouble());
      long spent = System.nanoTime() - began - fencedNanos;
      if (failure instanceof TenantClientException.WritesFenced) {
        // A token that is refused while the fence is raised.
        return spent < retry.maxFence().toNanos() ? wait : null;
      }
      if (failure instanceof TenantClientException.RateLimited limited
          && limited.retryAfter() != null
          && limited.retryAfter().compareTo(wait) > 0) {
        wait = limited.retryAfter();
      }
      return attempts < retry.maxAttempts()
              && spent + wait.toNanos() < retry.budget().toNanos()
          ? wait
          : null;
    }

    private void fail(TenantClientException failure) {
      ended(failure.retryable() ? CallListener.Outcome.FAILED : CallListener.Outcome.REFUSED);
      result.completeExceptionally(failure.after(Math.max(1, attempts)));
    }
  }

  @Override
  public void close() {
    closed = true;
    connections.close();
    timer.shutdown();
  }
}
