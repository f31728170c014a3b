package io.tierkeeper.lab.faults.inject;

import io.tierkeeper.qdrant.QdrantException;
import io.tierkeeper.qdrant.ScrollRequest;
import io.tierkeeper.qdrant.Upsert;
import java.lang.reflect.Method;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What Qdrant, or a proxy before it, refuses the move process: answers and requests of many whole points, and transfers of shard
 * snapshots into another shard; and how much memory the process has. Also knows which snapshots the process has taken and not tried to delete.
 */
public final class Refusals {

  /** What becomes of transfers of snapshots. */
  public enum Transfers {
    ALLOWED,
    /** As by a proxy that limits uploads. */
    REJECTED,
    /** As by a full disk. */
    UNAVAILABLE
  }

  private int maxPoints = Integer.MAX_VALUE;
  private Transfers transfers = Transfers.ALLOWED;
  private boolean tooManyPoints;
  private int shardOfSnapshot = -1;
  private final Set<String> snapshots = new LinkedHashSet<>();

  /** Refuses calls of more whole points than this; of any where it is zero. */
  public void refuseAbove(int points) {
    maxPoints = points;
  }

  public void transfers(Transfers become) {
    transfers = become;
  }

  /** The process has no memory for the points of any tenant. */
  public void tooManyPoints() {
    tooManyPoints = true;
  }

  /** The memory of the process in bytes. */
  public long heap() {
    return tooManyPoints ? 1 : Runtime.getRuntime().maxMemory();
  }

  /** Nothing is refused any more. */
  public void end() {
    maxPoints = Integer.MAX_VALUE;
    transfers = Transfers.ALLOWED;
    tooManyPoints = false;
  }

  /** The process has crashed: it cannot know of its snapshots any more. */
  public void crashed() {
    snapshots.clear();
  }

  /** What is wrong with the snapshots when all moves have ended. */
  public List<String> findings() {
    return snapshots.isEmpty()
        ? List.of()
        : List.of(snapshots.size() + " shard snapshots were taken and not deleted");
  }

  /** The process tries a call, which may be lost. */
  public void tries(Method method, Object @Nullable [] arguments) {
    if (arguments != null && method.getName().equals("deleteShardSnapshot")) {
      snapshots.remove((String) arguments[2]);
    }
  }

  /**
   * The process is about to make a call.
   *
   * @throws QdrantException where it is refused
   */
  public void sends(Method method, Object @Nullable [] arguments) {
    if (arguments == null) {
      return;
    }
    switch (method.getName()) {
      case "scroll" -> {
        ScrollRequest request = (ScrollRequest) arguments[0];
        points(request.withVectors() ? request.limit() : 0);
      }
      case "retrieve" -> points(((Collection<?>) arguments[2]).size());
      case "upsert" -> points(((Upsert) arguments[0]).points().size());
      case "createShardSnapshot" -> shardOfSnapshot = (Integer) arguments[1];
      case "recoverShardSnapshot", "probeShardSnapshot" -> {
        if (shardOfSnapshot != (Integer) arguments[1]) {
          transfer();
        }
      }
      default -> {}
    }
  }

  /** The call has been answered. */
  public void answered(Method method, @Nullable Object answer) {
    if (method.getName().equals("createShardSnapshot") && answer instanceof String name) {
      snapshots.add(name);
    }
  }

  private void points(int count) {
    if (count > maxPoints) {
      throw new QdrantException.Rejected(
          count + " points are too large for a message (ask for fewer points at a time)", null);
    }
  }

  private void transfer() {
    switch (transfers) {
      case ALLOWED -> {}
      case REJECTED -> throw new QdrantException.Rejected("413 Request Entity Too Large", null);
      case UNAVAILABLE ->
        throw new QdrantException.Unavailable("No space left on device (os error 28)", null);
    }
  }
}
