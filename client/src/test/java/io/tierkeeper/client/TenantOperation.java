package io.tierkeeper.client;

import io.qdrant.client.grpc.Common.Filter;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Every operation on the points of a tenant, with hostile arguments. What a read returns is its result. */
enum TenantOperation {
  UPSERT {
    @Override
    Set<PointId> perform(TenantPoints points, List<PointId> ids, Filter filter) {
      points.upsert(ids.stream()
          .map(id -> Point.of(id, ClientRig.vector(1), Map.of("stolen", true)))
          .toList());
      return Set.of();
    }
  },
  UPSERT_WITHOUT_WAITING {
    @Override
    Set<PointId> perform(TenantPoints points, List<PointId> ids, Filter filter) {
      try (BatchWriter writer =
          points.batchWriter(BatchOptions.DEFAULT.withWaits(false).withChecksIds(false))) {
        ids.forEach(id -> writer.add(Point.of(id, ClientRig.vector(1), Map.of("stolen", true))));
      }
      return Set.of();
    }
  },
  DELETE {
    @Override
    Set<PointId> perform(TenantPoints points, List<PointId> ids, Filter filter) {
      points.delete(ids);
      return Set.of();
    }
  },
  DELETE_MATCHING {
    @Override
    Set<PointId> perform(TenantPoints points, List<PointId> ids, Filter filter) {
      points.deleteMatching(filter);
      return Set.of();
    }
  },
  DELETE_ALL {
    @Override
    Set<PointId> perform(TenantPoints points, List<PointId> ids, Filter filter) {
      points.deleteAll();
      return Set.of();
    }
  },
  SET_PAYLOAD {
    @Override
    Set<PointId> perform(TenantPoints points, List<PointId> ids, Filter filter) {
      points.setPayload(ids, Map.of("stolen", true));
      return Set.of();
    }
  },
  SET_PAYLOAD_MATCHING {
    @Override
    Set<PointId> perform(TenantPoints points, List<PointId> ids, Filter filter) {
      points.setPayloadMatching(filter, Map.of("stolen", true));
      return Set.of();
    }
  },
  DELETE_PAYLOAD {
    @Override
    Set<PointId> perform(TenantPoints points, List<PointId> ids, Filter filter) {
      points.deletePayload(ids, List.of("number"));
      return Set.of();
    }
  },
  DELETE_PAYLOAD_MATCHING {
    @Override
    Set<PointId> perform(TenantPoints points, List<PointId> ids, Filter filter) {
      points.deletePayloadMatching(filter, List.of("number"));
      return Set.of();
    }
  },
  UPDATE_VECTORS {
    @Override
    Set<PointId> perform(TenantPoints points, List<PointId> ids, Filter filter) {
      points.updateVectors(ids.stream()
          .distinct()
          .collect(Collectors.toMap(
              id -> id, id -> Map.of(Point.UNNAMED, VectorData.dense(ClientRig.vector(1))))));
      return Set.of();
    }
  },
  DELETE_VECTORS {
    @Override
    Set<PointId> perform(TenantPoints points, List<PointId> ids, Filter filter) {
      points.deleteVectors(ids, List.of(Point.UNNAMED));
      return Set.of();
    }
  },
  GET {
    @Override
    Set<PointId> perform(TenantPoints points, List<PointId> ids, Filter filter) {
      return ids(points.get(ids, Shown.ALL));
    }
  },
  SCROLL {
    @Override
    Set<PointId> perform(TenantPoints points, List<PointId> ids, Filter filter) {
      Page page = points.scroll(filter, ids.isEmpty() ? null : ids.get(0), 3, Shown.ALL);
      Set<PointId> found = ids(page.points());
      if (page.next() != null) {
        // Of a text only its UUID is known here; nothing is found by the id of another tenant.
        List<Point> next = points.get(List.of(page.next()), Shown.ID);
        if (next.isEmpty()) {
          throw new AssertionError("the next page begins with a point of another tenant");
        }
        found.addAll(ids(next));
      }
      return found;
    }
  },
  STREAM {
    @Override
    Set<PointId> perform(TenantPoints points, List<PointId> ids, Filter filter) {
      return ids(points.stream(filter, 2, Shown.ID).toList());
    }
  },
  COUNT {
    @Override
    Set<PointId> perform(TenantPoints points, List<PointId> ids, Filter filter) {
      long all = points.count();
      if (points.countMatching(filter) > all) {
        throw new AssertionError("more points match than there are");
      }
      return ids(points.stream(null, 100, Shown.ID).limit(all).toList());
    }
  },
  SEARCH {
    @Override
    Set<PointId> perform(TenantPoints points, List<PointId> ids, Filter filter) {
      return points.search(Search.nearest(ClientRig.vector(2)).filter(filter).limit(100)).stream()
          .map(ScoredPoint::id)
          .collect(Collectors.toSet());
    }
  },
  SEARCH_ALL {
    @Override
    Set<PointId> perform(TenantPoints points, List<PointId> ids, Filter filter) {
      Search search = Search.nearest(ClientRig.vector(2)).limit(100);
      return points.searchAll(List.of(search, search.filter(filter))).stream()
          .flatMap(List::stream)
          .map(ScoredPoint::id)
          .collect(Collectors.toSet());
    }
  },
  SEARCH_FUSED {
    @Override
    Set<PointId> perform(TenantPoints points, List<PointId> ids, Filter filter) {
      Search part = Search.nearest(ClientRig.vector(2)).limit(100);
      return points
          .search(Search.fusion(Search.Fusion.RRF, part, part.filter(filter)).limit(100))
          .stream()
          .map(ScoredPoint::id)
          .collect(Collectors.toSet());
    }
  },
  SEARCH_LIKE {
    @Override
    Set<PointId> perform(TenantPoints points, List<PointId> ids, Filter filter) {
      return ids.isEmpty()
          ? Set.of()
          : points.search(Search.like(ids.get(0)).filter(filter).limit(100)).stream()
              .map(ScoredPoint::id)
              .collect(Collectors.toSet());
    }
  };

  /** Returns the ids of all points that it has seen. */
  abstract Set<PointId> perform(TenantPoints points, List<PointId> ids, Filter filter);

  /** Whether it can change something. */
  boolean isWrite() {
    return compareTo(GET) < 0;
  }

  private static Set<PointId> ids(List<Point> points) {
    return points.stream().map(Point::id).collect(Collectors.toSet());
  }
}
