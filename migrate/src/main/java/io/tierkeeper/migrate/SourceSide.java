package io.tierkeeper.migrate;

import io.tierkeeper.qdrant.CollectionDescription;
import io.tierkeeper.qdrant.Filter;
import io.tierkeeper.qdrant.Point;
import io.tierkeeper.qdrant.PointId;
import io.tierkeeper.qdrant.ScrollRequest;
import io.tierkeeper.qdrant.ShardKey;
import io.tierkeeper.qdrant.ShardSelector;
import io.tierkeeper.qdrant.TenantId;
import io.tierkeeper.qdrant.Upsert;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** The collection, or the collections of all tenants, that the points come from. */
final class SourceSide implements Side {
  private final MigrationSpec spec;
  private final List<SourceCollection> collections;
  private final Map<TenantId, SourceCollection> byTenant = new HashMap<>();
  private final PointPages pages;

  /** @param collections at least one */
  SourceSide(MigrationSpec spec, List<SourceCollection> collections, PointPages pages) {
    this.spec = spec;
    this.collections = List.copyOf(collections);
    this.pages = pages;
    collections.forEach(each -> {
      if (each.tenant() != null) {
        byTenant.put(each.tenant(), each);
      }
    });
  }

  @Override
  public String name() {
    return spec.source();
  }

  @Override
  public long estimate() {
    return collections.stream().mapToLong(each -> each.description().points()).sum();
  }

  @Override
  public void scan(boolean vectors, Consumer<List<Shown>> page) {
    for (SourceCollection each : collections) {
      ScrollRequest request = new ScrollRequest(
          each.name(), ShardSelector.all(), null, null, pages.page(), true, vectors);
      pages.scan(
          request,
          points -> page.accept(
              points.stream().map(point -> new Shown(each.shown(point), true)).toList()));
    }
  }

  @Override
  public Map<PointId, Shown> read(List<Point> points) {
    Map<PointId, Shown> found = new HashMap<>();
    byCollection(points)
        .forEach((collection, its) -> pages
            .read(collection.name(), ShardSelector.all(), List.copyOf(its.values()))
            .forEach(point -> {
              Point shown = collection.shown(point);
              if (!its.containsKey(shown.id())) {
                throw new MigrationException(
                    "point " + point.id() + " was created in " + spec.target() + ", and collection "
                        + collection.name() + " has another point of this id");
              }
              found.put(shown.id(), new Shown(shown, true));
            }));
    return found;
  }

  @Override
  public Set<PointId> present(List<Point> points) {
    Set<PointId> found = new HashSet<>();
    byCollection(points).forEach((collection, its) -> {
      Set<PointId> there =
          pages.present(collection.name(), ShardSelector.all(), List.copyOf(its.values()));
      its.forEach((shown, stored) -> {
        if (there.contains(stored)) {
          found.add(shown);
        }
      });
    });
    return found;
  }

  /** The points of each collection: the id that is shown, with the id that is stored. */
  private Map<SourceCollection, Map<PointId, PointId>> byCollection(List<Point> points) {
    Map<SourceCollection, Map<PointId, PointId>> found = new LinkedHashMap<>();
    for (Point point : points) {
      SourceCollection collection = collectionOf(point);
      found
          .computeIfAbsent(collection, key -> new LinkedHashMap<>())
          .put(point.id(), collection.storedId(point));
    }
    return found;
  }

  private SourceCollection collectionOf(Point point) {
    if (!spec.isPattern()) {
      return collections.getFirst();
    }
    TenantId tenant = PayloadPath.tenant(point.payload(), spec.tenantField());
    SourceCollection collection = tenant == null ? null : byTenant.get(tenant);
    if (collection == null) {
      throw new MigrationException("tenant '" + tenant + "' of point " + point.id() + " in "
          + spec.target() + " has no collection that matches " + spec.source()
          + (tenant == null
              ? ""
              : "; create " + spec.collectionOf(tenant)
                  + " like the others, or delete the tenant's points from " + spec.target()));
    }
    return collection;
  }

  @Override
  public void write(List<Point> points) {
    Map<SourceCollection, List<Point>> groups = new LinkedHashMap<>();
    points.forEach(point ->
        groups.computeIfAbsent(collectionOf(point), key -> new ArrayList<>()).add(point));
    groups.forEach((collection, its) -> {
      List<Point> stored = its.stream().map(collection::stored).toList();
      bySelector(collection, stored)
          .forEach((selector, part) -> pages.write(
              part, some -> port -> port.upsert(Upsert.of(collection.name(), selector, some))));
    });
  }

  private Map<ShardSelector, List<Point>> bySelector(
      SourceCollection collection, List<Point> points) {
    if (!collection.description().customSharding()) {
      return Map.of(ShardSelector.all(), points);
    }
    Set<ShardKey> keys = keys(collection);
    Map<ShardSelector, List<Point>> groups = new LinkedHashMap<>();
    for (Point point : points) {
      TenantId tenant = PayloadPath.tenant(point.payload(), spec.tenantField());
      ShardSelector selector = tenant != null && keys.contains(ShardKey.of(tenant))
          ? ShardSelector.withFallback(ShardKey.of(tenant), spec.sourceFallback())
          : ShardSelector.key(spec.sourceFallback());
      groups.computeIfAbsent(selector, key -> new ArrayList<>()).add(point);
    }
    return groups;
  }

  private Set<ShardKey> keys(SourceCollection collection) {
    Set<ShardKey> keys = new LinkedHashSet<>();
    pages
        .call(port -> port.view(collection.name()))
        .ifPresent(view -> view.replicas().forEach(replica -> keys.add(replica.key())));
    return keys;
  }

  @Override
  public void delete(List<Point> points) {
    byCollection(points).forEach((collection, its) -> {
      ShardSelector selector = collection.description().customSharding()
          ? new ShardSelector.Keys(List.copyOf(keys(collection)))
          : ShardSelector.all();
      pages.write(
          List.copyOf(its.values()),
          part -> port -> port.delete(collection.name(), selector, Filter.ids(part), true));
    });
  }

  @Override
  public boolean isApplied() {
    return collections.stream().map(SourceCollection::name).allMatch(pages::isApplied);
  }

  List<SourceCollection> collections() {
    return collections;
  }

  CollectionDescription first() {
    return collections.getFirst().description();
  }
}
