package io.tierkeeper.lab.qdrant.emulator.points;

import io.qdrant.client.VectorsFactory;
import io.qdrant.client.grpc.Collections.PayloadSchemaType;
import io.qdrant.client.grpc.Common.Condition;
import io.qdrant.client.grpc.Common.Filter;
import io.qdrant.client.grpc.Common.Match;
import io.qdrant.client.grpc.JsonWithInt.Value;
import io.qdrant.client.grpc.Points.PointStruct;
import io.qdrant.client.grpc.Points.PointsSelector;
import io.qdrant.client.grpc.Points.PointsUpdateOperation;
import io.qdrant.client.grpc.Points.UpdateMode;
import io.qdrant.client.grpc.Points.Vector;
import io.qdrant.client.grpc.Points.Vectors;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The points of one replica with their payload indexes. */
public final class ReplicaStore {

  private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
  private final VectorSchema schema;
  private final TreeMap<PointKey, StoredPoint> points = new TreeMap<>();
  private final Map<String, FieldIndex> indexes = new HashMap<>();
  private final Map<String, PayloadSchemaType> indexTypes = new HashMap<>();
  private final FilterCost cost;

  /** @param cost counts what filters on fields without an index read */
  public ReplicaStore(VectorSchema schema, FilterCost cost) {
    this.schema = schema;
    this.cost = cost;
  }

  // ---- reading

  public int size() {
    return reading(points::size);
  }

  @Nullable
  public StoredPoint get(PointKey key) {
    return reading(() -> points.get(key));
  }

  public List<StoredPoint> all() {
    return reading(() -> List.copyOf(points.values()));
  }

  /** Matching points in id order from an id on (inclusive), at most so many. */
  public List<StoredPoint> scroll(@Nullable Filter filter, @Nullable PointKey from, int limit) {
    return reading(() -> {
      FilterMatcher matcher = FilterMatcher.of(filter, indexTypes);
      int read = 0;
      List<StoredPoint> page = new ArrayList<>();
      NavigableSet<PointKey> keys = candidates(filter);
      for (PointKey key : from == null ? keys : keys.tailSet(from, true)) {
        if (page.size() == limit) {
          break;
        }
        StoredPoint point = points.get(key);
        read++;
        if (point != null && matcher.matches(point)) {
          page.add(point);
        }
      }
      cost.add(matcher.unindexed(), read);
      return page;
    });
  }

  public long count(@Nullable Filter filter) {
    return filter == null ? size() : scroll(filter, null, Integer.MAX_VALUE).size();
  }

  /** The number of matching points of each value of an indexed field. */
  public Map<Object, Long> facet(String field, @Nullable Filter filter) {
    return reading(() -> {
      FilterMatcher matcher = FilterMatcher.of(filter, indexTypes);
      Map<Object, Long> counts = new HashMap<>();
      FieldIndex index = indexes.get(field);
      if (index == null || !index.facets()) {
        throw noIndex(field);
      }
      if (filter == null) {
        index.postings().forEach((value, keys) -> counts.put(value, (long) keys.size()));
        return counts;
      }
      NavigableSet<PointKey> candidates = candidates(filter);
      cost.add(matcher.unindexed(), candidates.size());
      for (PointKey key : candidates) {
        StoredPoint point = points.get(key);
        if (point != null && matcher.matches(point)) {
          index.values(point).forEach(value -> counts.merge(value, 1L, Long::sum));
        }
      }
      return counts;
    });
  }

  /** The ids among these that match the filter now. */
  public List<PointKey> matching(Collection<PointKey> keys, @Nullable Filter filter) {
    return reading(() -> {
      FilterMatcher matcher = FilterMatcher.of(filter, indexTypes);
      cost.add(matcher.unindexed(), keys.size());
      return keys.stream()
          .filter(key -> {
            StoredPoint point = points.get(key);
            return point != null && matcher.matches(point);
          })
          .toList();
    });
  }

  /** The smallest set of ids that an index or an id condition among the must conditions offers. */
  private NavigableSet<PointKey> candidates(@Nullable Filter filter) {
    NavigableSet<PointKey> best = points.navigableKeySet();
    if (filter == null) {
      return best;
    }
    for (Condition condition : filter.getMustList()) {
      NavigableSet<PointKey> offered = offered(condition);
      if (offered != null && offered.size() < best.size()) {
        best = offered;
      }
    }
    return best;
  }

  private @Nullable NavigableSet<PointKey> offered(Condition condition) {
    if (condition.hasHasId()) {
      NavigableSet<PointKey> keys = new TreeSet<>();
      condition.getHasId().getHasIdList().forEach(id -> keys.add(PointKey.of(id)));
      return keys;
    }
    if (condition.hasFilter() && condition.getFilter().getMustCount() > 0) {
      return candidates(condition.getFilter());
    }
    if (!condition.hasField() || !condition.getField().hasMatch()) {
      return null;
    }
    FieldIndex index = indexes.get(condition.getField().getKey());
    Match match = condition.getField().getMatch();
    if (index == null) {
      return null;
    }
    if (match.hasKeyword()) {
      return index.postingOfText(match.getKeyword());
    }
    if (match.hasInteger()) {
      return index.type() == PayloadSchemaType.Integer ? index.posting(match.getInteger()) : null;
    }
    if (match.hasKeywords()) {
      NavigableSet<PointKey> union = new TreeSet<>();
      for (String text : match.getKeywords().getStringsList()) {
        NavigableSet<PointKey> posting = index.postingOfText(text);
        if (posting == null) {
          return null;
        }
        union.addAll(posting);
      }
      return union;
    }
    return null;
  }

  // ---- writing

  /** Indexes the values of this type in a field; replaces an index of another type. */
  public void createIndex(String field, PayloadSchemaType type) {
    writing(() -> {
      FieldIndex index = new FieldIndex(field, type);
      indexTypes.put(field, type);
      points.values().forEach(index::add);
      indexes.put(field, index);
    });
  }

  public void dropIndex(String field) {
    writing(() -> {
      indexes.remove(field);
      indexTypes.remove(field);
    });
  }

  /** Puts other content in the place of all points. */
  public void replace(Collection<StoredPoint> content) {
    writing(() -> {
      List.copyOf(points.keySet()).forEach(this::remove);
      content.forEach(this::put);
    });
  }

  public void apply(PointsUpdateOperation operation) {
    writing(() -> perform(operation));
  }

  private void perform(PointsUpdateOperation operation) {
    switch (operation.getOperationCase()) {
      case UPSERT -> upsert(operation.getUpsert());
      case DELETE_POINTS ->
        selected(operation.getDeletePoints().getPoints(), false).forEach(this::remove);
      case SET_PAYLOAD -> {
        var set = operation.getSetPayload();
        change(selected(set.getPointsSelector(), true), payload -> {
          if (set.hasKey() && !set.getKey().isEmpty()) {
            return PayloadPath.parse(set.getKey()).merge(payload, set.getPayloadMap());
          }
          Map<String, Value> merged = new LinkedHashMap<>(payload);
          set.getPayloadMap().forEach((field, value) -> {
            if (value.hasNullValue()) {
              merged.remove(field);
            } else {
              merged.put(field, value);
            }
          });
          return merged;
        });
      }
      case OVERWRITE_PAYLOAD ->
        change(
            selected(operation.getOverwritePayload().getPointsSelector(), true),
            payload -> operation.getOverwritePayload().getPayloadMap());
      case DELETE_PAYLOAD ->
        change(selected(operation.getDeletePayload().getPointsSelector(), true), payload -> {
          Map<String, Value> rest = payload;
          for (String key : operation.getDeletePayload().getKeysList()) {
            rest = PayloadPath.parse(key).remove(rest);
          }
          return rest;
        });
      case CLEAR_PAYLOAD ->
        change(selected(operation.getClearPayload().getPoints(), false), payload -> Map.of());
      case UPDATE_VECTORS -> updateVectors(operation.getUpdateVectors());
      case DELETE_VECTORS -> {
        var names = operation.getDeleteVectors().getVectors().getNamesList();
        for (PointKey key : selected(operation.getDeleteVectors().getPointsSelector(), true)) {
          StoredPoint point = points.get(key);
          if (point != null) {
            Map<String, Vector> rest = new LinkedHashMap<>(point.vectors());
            names.forEach(rest::remove);
            put(new StoredPoint(key, point.payload(), rest));
          }
        }
      }
      case DELETE_DEPRECATED, CLEAR_PAYLOAD_DEPRECATED ->
        throw QdrantError.unimplemented(
            "the deprecated update operation " + operation.getOperationCase());
      case OPERATION_NOT_SET -> throw QdrantError.badInput("Missing field operation");
    }
  }

  private void upsert(PointsUpdateOperation.PointStructList upsert) {
    UpdateMode mode = upsert.hasUpdateMode() ? upsert.getUpdateMode() : UpdateMode.Upsert;
    FilterMatcher condition =
        upsert.hasUpdateFilter() ? FilterMatcher.of(upsert.getUpdateFilter(), indexTypes) : null;
    for (PointStruct struct : upsert.getPointsList()) {
      PointKey key = PointKey.of(struct.getId());
      StoredPoint old = points.get(key);
      boolean write = switch (mode) {
        case InsertOnly -> old == null;
        case UpdateOnly -> old != null && (condition == null || condition.matches(old));
        // Without a mode the filter guards existing points only: absent ones are created.
        case Upsert, UNRECOGNIZED -> old == null || condition == null || condition.matches(old);
      };
      if (write) {
        put(new StoredPoint(key, struct.getPayloadMap(), schema.accept(struct.getVectors())));
      }
    }
  }

  private void updateVectors(PointsUpdateOperation.UpdateVectors update) {
    FilterMatcher condition =
        update.hasUpdateFilter() ? FilterMatcher.of(update.getUpdateFilter(), indexTypes) : null;
    PointKey missed = null;
    for (var change : update.getPointsList()) {
      PointKey key = PointKey.of(change.getId());
      StoredPoint old = points.get(key);
      if (old == null) {
        missed = key;
      } else if (condition == null || condition.matches(old)) {
        Map<String, Vector> vectors = new LinkedHashMap<>(old.vectors());
        vectors.putAll(schema.accept(change.getVectors()));
        put(new StoredPoint(key, old.payload(), vectors));
      }
    }
    requireNoneMissed(missed);
  }

  private List<PointKey> selected(PointsSelector selector, boolean keepAbsent) {
    return switch (selector.getPointsSelectorOneOfCase()) {
      case POINTS ->
        selector.getPoints().getIdsList().stream()
            .map(PointKey::of)
            .filter(key -> keepAbsent || points.containsKey(key))
            .toList();
      case FILTER ->
        scroll(selector.getFilter(), null, Integer.MAX_VALUE).stream()
            .map(StoredPoint::key)
            .toList();
      case POINTSSELECTORONEOF_NOT_SET ->
        throw QdrantError.badInput("Malformed PointsSelector type");
    };
  }

  private void change(List<PointKey> keys, UnaryOperator<Map<String, Value>> payload) {
    PointKey missed = null;
    for (PointKey key : keys) {
      StoredPoint old = points.get(key);
      if (old == null) {
        missed = key;
      } else {
        put(new StoredPoint(key, payload.apply(old.payload()), old.vectors()));
      }
    }
    requireNoneMissed(missed);
  }

  private static void requireNoneMissed(@Nullable PointKey missed) {
    if (missed != null) {
      throw QdrantError.notFound("No point with id " + missed + " found");
    }
  }

  private void put(StoredPoint point) {
    StoredPoint old = points.put(point.key(), point);
    for (FieldIndex index : indexes.values()) {
      if (old == null) {
        index.add(point);
      } else {
        index.replace(old, point);
      }
    }
  }

  private void remove(PointKey key) {
    StoredPoint old = points.remove(key);
    if (old != null) {
      indexes.values().forEach(index -> index.remove(old));
    }
  }

  public static QdrantError noIndex(String field) {
    return QdrantError.badInput("No appropriate index for faceting: `"
        + field
        + "`. Please create one to facet on this field. Check"
        + " https://qdrant.tech/documentation/concepts/indexing/#payload-index to see which payload"
        + " schemas support Match conditions");
  }

  private <T extends @Nullable Object> T reading(Supplier<T> question) {
    lock.readLock().lock();
    try {
      return question.get();
    } finally {
      lock.readLock().unlock();
    }
  }

  private void writing(Runnable change) {
    lock.writeLock().lock();
    try {
      change.run();
    } finally {
      lock.writeLock().unlock();
    }
  }

  static PointStruct struct(StoredPoint point) {
    return PointStruct.newBuilder()
        .setId(point.key().toId())
        .putAllPayload(point.payload())
        .setVectors(vectors(point.vectors()))
        .build();
  }

  private static Vectors vectors(Map<String, Vector> vectors) {
    Vector plain = vectors.get(VectorSchema.UNNAMED);
    return plain == null
        ? VectorsFactory.namedVectors(vectors)
        : Vectors.newBuilder().setVector(plain).build();
  }

  public static List<PointStruct> structs(Collection<StoredPoint> content) {
    return content.stream().map(ReplicaStore::struct).toList();
  }

  /** Points as another replica sent them, checked again on arrival. */
  public static List<StoredPoint> stored(Collection<PointStruct> structs, VectorSchema schema) {
    return structs.stream()
        .map(s -> new StoredPoint(
            PointKey.of(s.getId()), s.getPayloadMap(), schema.accept(s.getVectors())))
        .toList();
  }
}
