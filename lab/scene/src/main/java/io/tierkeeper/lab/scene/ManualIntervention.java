package io.tierkeeper.lab.scene;

import io.tierkeeper.lab.workload.TieredScene;
import io.tierkeeper.lab.workload.Workload;
import io.tierkeeper.moves.MoveStep;
import io.tierkeeper.moves.Progress;
import io.tierkeeper.moves.StallReason;
import io.tierkeeper.moves.content.CopyMark;
import io.tierkeeper.moves.content.PointContent;
import io.tierkeeper.qdrant.Filter;
import io.tierkeeper.qdrant.Point;
import io.tierkeeper.qdrant.PointId;
import io.tierkeeper.qdrant.QdrantException;
import io.tierkeeper.qdrant.QdrantWrites;
import io.tierkeeper.qdrant.Replica;
import io.tierkeeper.qdrant.ReplicaState;
import io.tierkeeper.qdrant.ReservedNames;
import io.tierkeeper.qdrant.ScrollRequest;
import io.tierkeeper.qdrant.ShardKey;
import io.tierkeeper.qdrant.ShardSelector;
import io.tierkeeper.qdrant.Upsert;
import io.tierkeeper.qdrant.UpsertMode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Resolves stalled moves as an administrator does who knows what the tenant wrote. */
public final class ManualIntervention {

  private final Workload workload;
  private final TieredScene scene;
  private final ShardKey tenant;
  private final int atMost;
  private int decisions;

  /** @param atMost the tenant never has ten times as many points */
  public ManualIntervention(Workload workload, ShardKey tenant, int atMost) {
    this.workload = workload;
    this.scene = workload.scene();
    this.tenant = tenant;
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
          QdrantWrites port = scene.port();
          mendReplicas(port);
          if (step == MoveStep.MERGE) {
            mendFrozen(port, scene.fallback());
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
          dropCopy(scene.port());
        } catch (QdrantException e) {
          // Repeated when the move stalls again.
        }
      }
      case UNMARKED_POINTS_IN_FALLBACK -> {
        decisions++;
        try {
          mend(scene.port(), true);
        } catch (QdrantException e) {
          // Repeated when the move stalls again.
        }
      }
      case MARKER_FIELD_IN_USE -> {
        try {
          removeMarkerFields(scene.port());
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
          ID_HELD_BY_ANOTHER_TENANT,
          VECTOR_NOT_FINITE,
          FOREIGN_POINTS,
          FOREIGN_TRANSFER,
          RESHARDING,
          REVIVE_FAILED,
          FENCE_NOT_LIFTED,
          REFUSED,
          QDRANT_UNAVAILABLE -> {}
    }
  }

  /** The key that agrees with what the tenant was promised is right, the other is mended. */
  private void mend(QdrantWrites port, boolean givingBack) {
    // Of whatever tenant: a point whose payload a client has cleared is there as well.
    Map<PointId, Point> there = content(port, tenant, new Filter(List.of(), List.of()));
    Set<PointId> differing = differing(scene.fallback()).keySet();
    for (Point point : content(port, scene.fallback()).values()) {
      Point old = unmarked(point);
      Point now = there.get(old.id());
      if (beingWritten(old)) {
        continue;
      }
      // A write whose outcome its client does not know may be in one of them, and readers have
      // seen it.
      Optional<Point> wanted = wanted(now == null ? List.of(old) : List.of(now, old));
      Filter its = Filter.ids(List.of(old.id()));
      if (now == null && wanted.isPresent() && onlyPartiallyChangedSince(old)) {
        port.upsert(Upsert.of(scene.name(), ShardSelector.key(tenant), List.of(wanted.get()))
            .mode(UpsertMode.INSERT_ONLY));
      } else if (now == null) {
        // Unwanted, or older than what was there: then a deletion is under way.
        port.delete(scene.name(), ShardSelector.key(scene.fallback()), its, true);
      } else if (wanted.isPresent()
          && (!PointContent.same(now, old) || differing.contains(old.id()))) {
        Point right = wanted.get();
        if (!PointContent.same(now, right)) {
          port.upsert(Upsert.of(scene.name(), ShardSelector.key(tenant), List.of(right)));
        }
        if (PointContent.same(old, right) && !differing.contains(old.id())) {
          continue;
        }
        if (givingBack) {
          port.delete(scene.name(), ShardSelector.key(scene.fallback()), its, true);
        } else {
          port.upsert(Upsert.of(scene.name(), ShardSelector.key(scene.fallback()), List.of(right))
              .mode(UpsertMode.UPDATE_ONLY));
        }
      }
    }
  }

  /** Of a point that replicas of the dedicated key hold in different versions, or that some of them lack, the right one is written. */
  private void mendReplicas(QdrantWrites port) {
    differing(tenant).forEach((id, versions) -> {
      if (beingWritten(versions.getFirst())) {
        return;
      }
      Optional<Point> wanted = wanted(versions);
      if (wanted.isPresent()) {
        port.upsert(Upsert.of(scene.name(), ShardSelector.key(tenant), List.of(wanted.get())));
      } else {
        port.delete(scene.name(), ShardSelector.key(tenant), Filter.ids(List.of(id)), true);
      }
    });
  }

  /** The versions of the points of which the replicas of a key hold different ones; in the dedicated key also of those that one lacks. */
  private Map<PointId, List<Point>> differing(ShardKey key) {
    Set<Long> holders = new HashSet<>();
    for (Replica replica : scene.port().view(scene.name()).orElseThrow().replicas()) {
      if (replica.key().equals(key) && replica.state() == ReplicaState.ACTIVE) {
        holders.add(replica.peerId());
      }
    }
    Map<PointId, List<Point>> versions = new LinkedHashMap<>();
    for (QdrantWrites peer : scene.cluster().peers()) {
      if (holders.contains(peer.status().peerId())) {
        content(peer, key)
            .forEach((id, point) ->
                versions.computeIfAbsent(id, one -> new ArrayList<>()).add(point));
      }
    }
    boolean all = key.equals(tenant);
    versions
        .values()
        .removeIf(known -> (known.size() == holders.size() || !all)
            && known.stream().allMatch(each -> PointContent.same(each, known.getFirst())));
    return versions;
  }

  /** Where an application has written such a field; a whole mark is none. */
  private void removeMarkerFields(QdrantWrites port) {
    List<PointId> marked = content(port, tenant).values().stream()
        .filter(CopyMark::reservedFieldInUse)
        .map(Point::id)
        .toList();
    if (!marked.isEmpty()) {
      port.deletePayload(
          scene.name(), ShardSelector.key(tenant), CopyMark.FIELDS, Filter.ids(marked));
    }
  }

  /** What the frozen content has and the fallback lacks is wanted there, or neither there nor where it serves. */
  private void mendFrozen(QdrantWrites port, ShardKey serving) {
    ShardKey frozen = port.view(scene.name()).orElseThrow().replicas().stream()
        .filter(replica -> replica.state() == ReplicaState.ACTIVE)
        .map(Replica::key)
        .filter(ReservedNames::isThawedCopy)
        .findFirst()
        .orElse(null);
    if (frozen == null) {
      return;
    }
    Map<PointId, Point> copied = content(port, scene.fallback());
    for (Point last : content(port, frozen).values()) {
      if (copied.containsKey(last.id()) || beingWritten(last)) {
        continue;
      }
      Optional<Point> wanted = wanted(List.of(last));
      if (wanted.isPresent() && upToDate(last)) {
        port.upsert(Upsert.of(scene.name(), ShardSelector.key(scene.fallback()), List.of(last))
            .mode(UpsertMode.INSERT_ONLY));
        continue;
      }
      Filter its = Filter.ids(List.of(last.id()));
      port.delete(scene.name(), ShardSelector.key(frozen), its, true);
      if (wanted.isEmpty()) {
        port.delete(scene.name(), ShardSelector.key(serving), its, true);
      } else if (serving.equals(scene.fallback())) {
        port.upsert(Upsert.of(scene.name(), ShardSelector.key(serving), List.of(wanted.get()))
            .mode(UpsertMode.INSERT_ONLY));
      }
    }
  }

  /** Whether the fallback's version is the newest that was written as a whole: changes since had no effect in the other key. */
  private boolean onlyPartiallyChangedSince(Point old) {
    return workload.onlyPartiallyChangedSince(((PointId.Num) old.id()).value(), version(old));
  }

  private Optional<Point> wanted(List<Point> existing) {
    return workload.newest(tenant, ((PointId.Num) existing.getFirst().id()).value(), existing);
  }

  private boolean upToDate(Point point) {
    return workload.upToDate(tenant, point);
  }

  /** Whether the tenant itself does not know the version yet; the decision is repeated when the move stalls again. */
  private boolean beingWritten(Point point) {
    return workload.clients(tenant).writes(((PointId.Num) point.id()).value());
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
    if (content(port, scene.fallback()).size() >= workload.clients(tenant).live()) {
      port.deleteShardKey(scene.name(), tenant);
    }
  }

  private Map<PointId, Point> content(QdrantWrites port, ShardKey key) {
    return content(port, key, scene.filter(tenant));
  }

  private Map<PointId, Point> content(QdrantWrites port, ShardKey key, Filter filter) {
    Map<PointId, Point> found = new LinkedHashMap<>();
    port.scroll(ScrollRequest.whole(scene.name(), ShardSelector.key(key), filter, atMost))
        .points()
        .forEach(point -> found.put(point.id(), point));
    return found;
  }
}
