package io.tierkeeper.client;

import io.grpc.Deadline;
import io.qdrant.client.grpc.Common;
import io.qdrant.client.grpc.Points.GetPoints;
import io.qdrant.client.grpc.Points.PayloadIncludeSelector;
import io.qdrant.client.grpc.Points.WithPayloadSelector;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Holds writes while the operator has the marker point hidden. No write begins unless a read that began at most
 * {@link ClientConfig#MAX_FENCE_AGE} ago has seen it open, and each write has a deadline counted from that read: a process that
 * stands still in between sends nothing afterwards. So when the operator has waited for its settle time, no write of this client is
 * under way.
 */
final class Fence {

  /** How often a raised fence is looked at. */
  private static final Duration POLL = Duration.ofMillis(200);

  private final FencePoint point;
  private final Duration attemptTimeout;
  private final Duration maxFence;
  private final Calls calls;
  private @Nullable Seen open;
  private @Nullable CompletableFuture<Boolean> asking;

  /**
   * An open fence.
   *
   * @param at when the read began, in nanoseconds of {@link System#nanoTime}
   * @param until when all writes that rely on it must have ended
   */
  private record Seen(long at, Deadline until) {
    private Duration age() {
      return Duration.ofNanos(System.nanoTime() - at);
    }
  }

  Fence(FencePoint point, RetryPolicy retry, Calls calls) {
    this.point = point;
    this.attemptTimeout = retry.attemptTimeout();
    this.maxFence = retry.maxFence();
    this.calls = calls;
  }

  /**
   * Completes when a write may begin, with its deadline.
   *
   * @param held called when the fence is raised
   */
  CompletableFuture<Deadline> awaitOpen(Runnable held) {
    return awaitOpen(held, System.nanoTime() + maxFence.toNanos(), true);
  }

  private CompletableFuture<Deadline> awaitOpen(Runnable held, long until, boolean first) {
    Deadline deadline = open();
    if (deadline != null) {
      return CompletableFuture.completedFuture(deadline);
    }
    return ask().thenCompose(isOpen -> {
      if (System.nanoTime() > until) {
        return CompletableFuture.failedFuture(new TenantClientException.WritesFenced(
            "the fence " + point.collection() + "/" + point.id()
                + " has been raised, or was read too slowly to be relied on, for " + maxFence,
            null));
      }
      if (isOpen) {
        // Unless the answer took too long, this finds what it has said.
        return awaitOpen(held, until, first);
      }
      if (first) {
        held.run();
      }
      return calls.delay(POLL).thenCompose(waited -> awaitOpen(held, until, false));
    });
  }

  /** The deadline of a write that begins now; null where it is not known that it may. */
  private synchronized @Nullable Deadline open() {
    Seen seen = open;
    if (seen == null || seen.age().compareTo(ClientConfig.MAX_FENCE_AGE) >= 0) {
      return null;
    }
    if (seen.age().compareTo(ClientConfig.MAX_FENCE_AGE.dividedBy(2)) > 0) {
      // Ahead of time, so that a writer that is busy never waits for it.
      ask();
    }
    return seen.until();
  }

  /** Reads the marker point; one read serves all that wait. */
  private synchronized CompletableFuture<Boolean> ask() {
    if (asking != null) {
      return asking;
    }
    CompletableFuture<Boolean> answer = new CompletableFuture<>();
    asking = answer;
    Seen[] began = new Seen[1];
    calls
        .read("fence", (connection, deadline) -> {
          // Of the attempt that is answered.
          began[0] = new Seen(
              System.nanoTime(),
              Deadline.after(
                  ClientConfig.MAX_FENCE_AGE.plus(attemptTimeout).toNanos(), TimeUnit.NANOSECONDS));
          return connection.points().withDeadline(deadline).get(request());
        })
        .whenComplete((response, failure) -> {
          // A marker that is gone may have been hidden by other means, so writers wait.
          boolean isOpen = failure == null
              && response.getResultCount() > 0
              && !response.getResult(0).containsPayload(FencePoint.RAISED);
          synchronized (this) {
            open = isOpen ? began[0] : null;
            asking = null;
          }
          if (failure == null) {
            answer.complete(isOpen);
          } else {
            answer.completeExceptionally(failure);
          }
        });
    return answer;
  }

  private GetPoints request() {
    Common.PointId.Builder id = Common.PointId.newBuilder();
    if (point.id() instanceof PointId.Number number) {
      id.setNum(number.value());
    } else {
      id.setUuid(point.id().toString());
    }
    return GetPoints.newBuilder()
        .setCollectionName(point.collection())
        .addIds(id)
        .setWithPayload(WithPayloadSelector.newBuilder()
            .setInclude(PayloadIncludeSelector.newBuilder().addFields(FencePoint.RAISED)))
        .build();
  }
}
