package io.tierkeeper.proof;

import io.tierkeeper.moves.Progress;
import io.tierkeeper.qdrant.Filter;
import io.tierkeeper.qdrant.Point;
import io.tierkeeper.qdrant.PointId;
import io.tierkeeper.qdrant.QdrantException;
import io.tierkeeper.qdrant.QdrantPort;
import io.tierkeeper.qdrant.ScrollRequest;
import io.tierkeeper.qdrant.ShardKey;
import io.tierkeeper.qdrant.ShardSelector;
import io.tierkeeper.qdrant.Upsert;
import io.tierkeeper.qdrant.UpsertMode;
import io.tierkeeper.qdrant.emulator.EmulatedQdrant;
import io.tierkeeper.simulation.Workload;
import io.tierkeeper.turns.Simulator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** Somebody who can ask the tenant what it wrote, and does what a stalled move asks for. */
final class Person {

  private final Simulator simulator;
  private final EmulatedQdrant qdrant;
  private final Workload workload;
  private final String collection;
  private final String tenantField;
  private final ShardKey tenant;
  private final ShardKey fallback;
  private final int atMost;
  private int decisions;

  /** @param atMost more points than ten times as many the tenant never has */
  Person(
      Simulator simulator,
      EmulatedQdrant qdrant,
      Workload workload,
      String collection,
      String tenantField,
      ShardKey tenant,
      ShardKey fallback,
      int atMost) {
    this.simulator = simulator;
    this.qdrant = qdrant;
    this.workload = workload;
    this.collection = collection;
    this.tenantField = tenantField;
    this.tenant = tenant;
    this.fallback = fallback;
    this.atMost = 10 * atMost;
  }

  /** How often something was asked that a person must know. */
  int decisions() {
    return decisions;
  }

  /** Does what a stalled move asks for, where that needs knowledge of the tenant; else it looks on. */
  void decide(Progress.Stalled stalled) {
    switch (stalled.reason()) {
      case VERIFICATION_DIFFERENCE -> {
        decisions++;
        try (SimulatedCluster cluster = cluster()) {
          mend(cluster.peers().getFirst());
        } catch (QdrantException e) {
          // Asked again when the move stalls again.
        }
      }
      case DEDICATED_KEY_NOT_ACTIVE -> {
        decisions++;
        try (SimulatedCluster cluster = cluster()) {
          dropCopy(cluster.peers().getFirst());
        } catch (QdrantException e) {
          // Asked again when the move stalls again.
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
  private void mend(QdrantPort port) {
    Map<PointId, Point> there = content(port, tenant);
    for (Point old : content(port, fallback).values()) {
      Point now = there.get(old.id());
      OptionalLong wanted = workload.acknowledgedVersion(((PointId.Num) old.id()).value());
      if (now == null && wanted.isPresent()) {
        port.upsert(Upsert.of(collection, ShardSelector.key(tenant), List.of(old))
            .mode(UpsertMode.INSERT_ONLY));
      } else if (now == null) {
        port.delete(collection, ShardSelector.key(fallback), Filter.ids(List.of(old.id())), true);
      } else if (wanted.isPresent()
          && wanted.getAsLong() == (Long) old.payload().getOrDefault("v", -1L)) {
        port.upsert(Upsert.of(collection, ShardSelector.key(tenant), List.of(old)));
      }
    }
  }

  /** A key that does not serve is a copy where the fallback has all that the tenant was promised. */
  private void dropCopy(QdrantPort port) {
    if (content(port, fallback).size() >= workload.live(tenant)) {
      port.deleteShardKey(collection, tenant);
    }
  }

  private SimulatedCluster cluster() {
    return new SimulatedCluster(qdrant, simulator, SimulatedCluster.Calls.UNDISTURBED);
  }

  private Map<PointId, Point> content(QdrantPort port, ShardKey key) {
    Map<PointId, Point> found = new LinkedHashMap<>();
    port.scroll(ScrollRequest.whole(
            collection, ShardSelector.key(key), Filter.tenant(tenantField, tenant), atMost))
        .points()
        .forEach(point -> found.put(point.id(), point));
    return found;
  }
}
