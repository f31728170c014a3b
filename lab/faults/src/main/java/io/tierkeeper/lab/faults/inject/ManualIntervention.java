package io.tierkeeper.lab.faults.inject;

import io.tierkeeper.lab.workload.Workload;
import io.tierkeeper.moves.Move;
import io.tierkeeper.moves.MoveStep;
import io.tierkeeper.moves.Progress;
import io.tierkeeper.moves.StallReason;
import io.tierkeeper.qdrant.Filter;
import io.tierkeeper.qdrant.Point;
import io.tierkeeper.qdrant.PointId;
import io.tierkeeper.qdrant.QdrantCluster;
import io.tierkeeper.qdrant.QdrantException;
import io.tierkeeper.qdrant.QdrantWrites;
import io.tierkeeper.qdrant.Replica;
import io.tierkeeper.qdrant.ReplicaState;
import io.tierkeeper.qdrant.ScrollRequest;
import io.tierkeeper.qdrant.ShardKey;
import io.tierkeeper.qdrant.ShardSelector;
import io.tierkeeper.qdrant.Upsert;
import io.tierkeeper.qdrant.UpsertMode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** What an administrator does about a stalled move, who can ask the tenant what it wrote. */
public final class ManualIntervention {

  private final QdrantCluster cluster;
  private final Workload workload;
  private final String collection;
  private final String tenantField;
  private final ShardKey tenant;
  private final ShardKey fallback;
  private final int atMost;
  private int decisions;

  /** @param atMost more points than ten times as many the tenant never has */
  public ManualIntervention(
      QdrantCluster cluster,
      Workload workload,
      String collection,
      String tenantField,
      ShardKey tenant,
      ShardKey fallback,
      int atMost) {
    this.cluster = cluster;
    this.workload = workload;
    this.collection = collection;
    this.tenantField = tenantField;
    this.tenant = tenant;
    this.fallback = fallback;
    this.atMost = 10 * atMost;
  }

  /** How often a decision required knowledge of the tenant. */
  public int decisions() {
    return decisions;
  }

  /** Resolves a stalled move where that requires knowledge of the tenant; else does nothing. */
  public void decide(Progress.Stalled stalled) {
    decide(stalled.reason(), stalled.journal().step());
  }

  /** The same, by the reason and step in a status. */
  public void decide(StallReason reason, MoveStep step) {
    switch (reason) {
      case VERIFICATION_DIFFERENCE -> {
        decisions++;
        try {
          QdrantWrites port = cluster.peers().getFirst();
          if (step == MoveStep.MERGE) {
            mendFrozen(port, fallback);
          } else if (step == MoveStep.GIVE_BACK) {
            mend(port, true);
            mendFrozen(port, tenant);
          } else {
            mend(port, false);
          }
        } catch (QdrantException e) {
          // Repeated when the move stalls again.
        }
      }
      case DEDICATED_KEY_NOT_ACTIVE -> {
        decisions++;
        try {
          dropCopy(cluster.peers().getFirst());
        } catch (QdrantException e) {
          // Repeated when the move stalls again.
        }
      }
      case PEERS_DISAGREE,
          FALLBACK_UNREADABLE,
          COLLECTION_MISSING,
          DEDICATED_KEY_VANISHED,
          STUCK_BEFORE_ACTIVE,
          PLACEMENT_STUCK,
          SEARCHES_DIFFER,
          UNMARKED_POINTS_IN_FALLBACK,
          ID_HELD_BY_ANOTHER_TENANT,
          FOREIGN_TRANSFER,
          RESHARDING,
          REVIVE_FAILED,
          FENCE_NOT_LIFTED,
          REFUSED -> {}
    }
  }

  /** The key that agrees with what the tenant was promised is right, the other is mended. */
  private void mend(QdrantWrites port, boolean givingBack) {
    Map<PointId, Point> there = content(port, tenant);
    for (Point point : content(port, fallback).values()) {
      Point old = unmarked(point);
      Point now = there.get(old.id());
      if (beingWritten(old)) {
        continue;
      }
      OptionalLong wanted = wanted(old);
      if (now == null && wanted.equals(OptionalLong.of(version(old)))) {
        port.upsert(Upsert.of(collection, ShardSelector.key(tenant), List.of(old))
            .mode(UpsertMode.INSERT_ONLY));
      } else if (now == null) {
        // Unwanted, or older than what was there: then a deletion is under way.
        port.delete(collection, ShardSelector.key(fallback), Filter.ids(List.of(old.id())), true);
      } else if (wanted.equals(OptionalLong.of(version(old))) && version(now) < version(old)) {
        port.upsert(Upsert.of(collection, ShardSelector.key(tenant), List.of(old)));
      } else if (!givingBack && version(now) > version(old)) {
        port.upsert(Upsert.of(collection, ShardSelector.key(fallback), List.of(now))
            .mode(UpsertMode.UPDATE_ONLY));
      } else if (givingBack && version(now) != version(old)) {
        port.delete(collection, ShardSelector.key(fallback), Filter.ids(List.of(old.id())), true);
      }
    }
  }

  /** What the frozen content has and the fallback lacks is wanted there, or neither there nor where it serves. */
  private void mendFrozen(QdrantWrites port, ShardKey serving) {
    ShardKey frozen = port.view(collection).orElseThrow().replicas().stream()
        .filter(replica -> replica.state() == ReplicaState.ACTIVE)
        .map(Replica::key)
        .filter(key ->
            key.toString().startsWith(Move.WORKING_KEY_PREFIX) && key.toString().endsWith("/z"))
        .findFirst()
        .orElse(null);
    if (frozen == null) {
      return;
    }
    Map<PointId, Point> copied = content(port, fallback);
    for (Point last : content(port, frozen).values()) {
      if (copied.containsKey(last.id()) || beingWritten(last)) {
        continue;
      }
      OptionalLong wanted = wanted(last);
      if (wanted.equals(OptionalLong.of(version(last)))) {
        port.upsert(Upsert.of(collection, ShardSelector.key(fallback), List.of(last))
            .mode(UpsertMode.INSERT_ONLY));
        continue;
      }
      port.delete(collection, ShardSelector.key(frozen), Filter.ids(List.of(last.id())), true);
      if (wanted.isEmpty()) {
        port.delete(collection, ShardSelector.key(serving), Filter.ids(List.of(last.id())), true);
      }
    }
  }

  private OptionalLong wanted(Point point) {
    return workload.acknowledgedVersion(((PointId.Num) point.id()).value());
  }

  /** Then the tenant itself cannot say what it will be; it is asked again when the move stalls again. */
  private boolean beingWritten(Point point) {
    return workload.writes(tenant, ((PointId.Num) point.id()).value());
  }

  private static long version(Point point) {
    return (Long) point.payload().getOrDefault("v", -1L);
  }

  /** Without the fields by which a move knows its copies. */
  private static Point unmarked(Point point) {
    Map<String, Object> payload = new LinkedHashMap<>(point.payload());
    payload.keySet().removeIf(field -> field.startsWith("tierkeeper_"));
    return new Point(point.id(), payload, point.vectors());
  }

  /** A key that does not serve is a copy where the fallback has all that the tenant was promised. */
  private void dropCopy(QdrantWrites port) {
    if (content(port, fallback).size() >= workload.live(tenant)) {
      port.deleteShardKey(collection, tenant);
    }
  }

  private Map<PointId, Point> content(QdrantWrites port, ShardKey key) {
    Map<PointId, Point> found = new LinkedHashMap<>();
    port.scroll(ScrollRequest.whole(
            collection, ShardSelector.key(key), Filter.tenant(tenantField, tenant), atMost))
        .points()
        .forEach(point -> found.put(point.id(), point));
    return found;
  }
}
