package io.tierkeeper.moves.scan;

import io.tierkeeper.moves.content.PointContent;
import io.tierkeeper.moves.content.PointDelta;
import io.tierkeeper.moves.content.ReadGuard;
import io.tierkeeper.qdrant.Filter;
import io.tierkeeper.qdrant.Point;
import io.tierkeeper.qdrant.PointVector;
import io.tierkeeper.qdrant.QdrantException;
import io.tierkeeper.qdrant.QdrantWrites;
import io.tierkeeper.qdrant.ShardKey;
import io.tierkeeper.qdrant.ShardSelector;
import io.tierkeeper.qdrant.Upsert;
import io.tierkeeper.qdrant.UpsertMode;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Changes or deletes a point of a key that clients write to at the same time: only what differs is written, and only
 * while the point is as it was read right before. Whether it was written shows in the next read.
 */
final class PointUpdate {

  private final TenantReads reads;
  private final QdrantWrites writes;
  private final ShardKey key;
  private final ShardSelector selector;
  private final Filter always;

  /** @param always what must hold of the point in any case: its tenant, or its mark */
  PointUpdate(TenantReads reads, QdrantWrites writes, ShardKey key, Filter always) {
    this.reads = reads;
    this.writes = writes;
    this.key = key;
    this.selector = ShardSelector.key(key);
    this.always = always;
  }

  /**
   * Makes a point what is wanted, in up to three calls: vectors first, then all fields, of which the mark is one. After a crash
   * in between, fields and vectors are partly as read and partly as wanted, under the old mark. The caller's comparison must
   * come to the same result from there: one that goes by fields and takes what is already as wanted for a client's change does.
   *
   * @param read the point as it was read a moment ago
   */
  void inSteps(Point read, Point wanted) {
    PointDelta delta = PointDelta.between(read, wanted);
    if (delta.setsNull()) {
      atOnce(read, wanted);
      return;
    }
    if (!delta.vectors().isEmpty()) {
      updateVectors(read, delta);
    }
    if (!delta.removedVectors().isEmpty()) {
      if (!delta.vectors().isEmpty() && !isStill(withVectors(read, delta.vectors()))) {
        // A client has changed it during the first call, and no condition of the second would see
        // that.
        return;
      }
      deleteVectors(read, delta);
    }
    if (delta.payload().isEmpty()) {
      return;
    }
    if (!delta.vectors().isEmpty() || !delta.removedVectors().isEmpty()) {
      // A mark that says that vectors were copied must not come before them.
      Point now = reads.now(key, read.id());
      if (now == null
          || !PointContent.sameVectors(now, wanted)
          || !now.payload().equals(read.payload())) {
        return;
      }
      setPayload(now, delta);
    } else {
      setPayload(read, delta);
    }
  }

  /**
   * Makes a point what is wanted in one call, for a caller that could not tell a part of it from a client's write: only what
   * differs where a call can write just that, else the whole point.
   *
   * @param read the point as it was read a moment ago
   */
  void atOnce(Point read, Point wanted) {
    PointDelta delta = PointDelta.between(read, wanted);
    if (delta.isEmpty()) {
      return;
    }
    if (!delta.inOneCall()) {
      guarded(
          read,
          ReadGuard.whole(read, delta.payload().keySet()),
          guard -> writes.upsert(Upsert.of(reads.move().collection(), selector, List.of(wanted))
              .mode(UpsertMode.UPDATE_ONLY)
              .onlyWhere(guard)));
    } else if (!delta.payload().isEmpty()) {
      setPayload(read, delta);
    } else if (!delta.vectors().isEmpty()) {
      updateVectors(read, delta);
    } else {
      deleteVectors(read, delta);
    }
  }

  /** Deletes a point that was read a moment ago. */
  void delete(Point read) {
    guarded(
        read,
        ReadGuard.whole(read, List.of()),
        guard -> writes.delete(reads.move().collection(), selector, guard, true));
  }

  private static Point withVectors(Point point, Map<String, PointVector> changed) {
    Map<String, PointVector> vectors = new LinkedHashMap<>(point.vectors());
    vectors.putAll(changed);
    return new Point(point.id(), point.payload(), vectors);
  }

  /** Whether the point is still as it was read, marks included. */
  boolean isStill(Point read) {
    Point now = reads.now(key, read.id());
    return now != null
        && now.payload().equals(read.payload())
        && PointContent.sameVectors(now, read);
  }

  private void setPayload(Point read, PointDelta delta) {
    Collection<String> names = delta.payload().keySet();
    guarded(
        read,
        ReadGuard.fields(read, names),
        guard ->
            writes.setPayload(reads.move().collection(), selector, delta.payload(), guard, true));
  }

  /** Conditions do not see vectors, but most clients change a field with a vector: all fields guard it. */
  private void updateVectors(Point read, PointDelta delta) {
    guarded(read, ReadGuard.whole(read, List.of()), guard -> {
      try {
        writes.updateVectors(
            reads.move().collection(), selector, read.id(), delta.vectors(), guard);
      } catch (QdrantException.NotFound deleted) {
        // By a client, whose deletion holds.
      }
    });
  }

  private void deleteVectors(Point read, PointDelta delta) {
    guarded(
        read,
        ReadGuard.whole(read, List.of()),
        guard -> writes.deleteVectors(
            reads.move().collection(), selector, delta.removedVectors(), guard));
  }

  /**
   * An index of another type than a value does not see the value, so that the guard never matches: where nothing was written
   * although nothing has changed, only what must hold in any case guards a second attempt.
   */
  private void guarded(Point read, Filter asRead, Consumer<Filter> write) {
    Filter least = Filter.ids(List.of(read.id())).and(always);
    write.accept(least.and(asRead));
    if (isStill(read)) {
      write.accept(least);
    }
  }
}
