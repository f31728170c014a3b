package io.tierkeeper.migrate;

import io.tierkeeper.qdrant.CollectionDescription;
import io.tierkeeper.qdrant.Filter;
import io.tierkeeper.qdrant.PeerView;
import io.tierkeeper.qdrant.Point;
import io.tierkeeper.qdrant.PointId;
import io.tierkeeper.qdrant.QdrantWrites;
import io.tierkeeper.qdrant.ReservedNames;
import io.tierkeeper.qdrant.ScrollRequest;
import io.tierkeeper.qdrant.ShardKey;
import io.tierkeeper.qdrant.ShardSelector;
import io.tierkeeper.qdrant.Upsert;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The tiered collection. While the source is live, only the migration writes to it, and to the fallback key alone. */
final class TargetSide implements Side {

  /** The payload field that says which migration wrote a point; a client that replaces the point removes it. */
  static final String MARK = "tierkeeper_migration";

  private final MigrationSpec spec;
  private final String migration;
  private final PointPages pages;

  TargetSide(MigrationSpec spec, String migration, PointPages pages) {
    this.spec = spec;
    this.migration = migration;
    this.pages = pages;
  }

  @Override
  public String name() {
    return spec.target();
  }

  @Override
  public long estimate() {
    return pages
        .call(port -> port.describe(spec.target()))
        .map(CollectionDescription::points)
        .orElse(0L);
  }

  @Override
  public void scan(boolean vectors, Consumer<List<Shown>> page) {
    ScrollRequest request = new ScrollRequest(
        spec.target(), ShardSelector.all(), null, null, pages.page(), true, vectors);
    pages.scan(request, points -> page.accept(points.stream().map(this::shown).toList()));
  }

  private Shown shown(Point point) {
    Map<String, Object> payload = new TreeMap<>(point.payload());
    boolean ours = migration.equals(payload.remove(MARK));
    return new Shown(new Point(point.id(), payload, point.vectors()), ours);
  }

  @Override
  public Map<PointId, Shown> read(List<Point> points) {
    Map<PointId, Shown> found = new HashMap<>();
    pages
        .read(spec.target(), ShardSelector.all(), points.stream().map(Point::id).toList())
        .forEach(point -> found.put(point.id(), shown(point)));
    if (spec.isPattern()) {
      points.forEach(point -> requireSameTenant(point, found.get(point.id())));
    }
    return found;
  }

  private void requireSameTenant(Point point, @Nullable Shown there) {
    if (there == null) {
      return;
    }
    Object one = PayloadPath.get(point.payload(), spec.tenantField());
    Object other = PayloadPath.get(there.point().payload(), spec.tenantField());
    if (!Objects.equals(one, other)) {
      throw new MigrationException("point " + point.id() + " is a point of tenant '" + one
          + "' and of tenant '" + other + "': ids must be unique in " + spec.target()
          + "; delete it and migrate with --ids derive");
    }
  }

  @Override
  public Set<PointId> present(List<Point> points) {
    return pages.present(
        spec.target(), ShardSelector.all(), points.stream().map(Point::id).toList());
  }

  @Override
  public void write(List<Point> points) {
    requireOnlyFallback();
    List<Point> marked = points.stream()
        .map(point -> {
          Map<String, Object> payload = new TreeMap<>(point.payload());
          payload.put(MARK, migration);
          return new Point(point.id(), payload, point.vectors());
        })
        .toList();
    pages.write(
        marked,
        part -> port ->
            port.upsert(Upsert.of(spec.target(), ShardSelector.key(spec.fallback()), part)));
  }

  @Override
  public void delete(List<Point> points) {
    requireOnlyFallback();
    pages.write(
        points.stream().map(Point::id).toList(),
        part -> port ->
            port.delete(spec.target(), ShardSelector.key(spec.fallback()), Filter.ids(part), true));
  }

  /** A promoted tenant would have its points twice. */
  void requireOnlyFallback() {
    Set<ShardKey> others = new LinkedHashSet<>(keys());
    others.remove(spec.fallback());
    if (!others.isEmpty()) {
      throw new MigrationException(
          spec.target() + " has shard keys other than " + spec.fallback() + ": " + others
              + "; no tenant may be promoted while the source is live: set spec.mode Observe in its TieredCollection, "
              + "delete the collection and migrate again");
    }
  }

  private Set<ShardKey> keys() {
    Set<ShardKey> keys = new LinkedHashSet<>();
    pages
        .peers()
        .forEach(peer -> pages
            .call(port -> peer.view(spec.target()))
            .ifPresent(view -> view.replicas().forEach(replica -> keys.add(replica.key()))));
    return keys;
  }

  /** While a move runs, points may be in two keys. */
  void requireNoMove() {
    for (var peer : pages.peers()) {
      PeerView view = pages
          .call(port -> peer.view(spec.target()))
          .orElseThrow(
              () -> new MigrationException("collection " + spec.target() + " does not exist"));
      boolean working =
          view.replicas().stream().anyMatch(replica -> ReservedNames.isWorkingKey(replica.key()));
      if (working || !view.transfers().isEmpty()) {
        throw new MigrationException(
            "a move is running in " + spec.target()
                + "; set spec.mode Observe in its TieredCollection and repeat the command when the move has ended");
      }
    }
  }

  @Override
  public boolean isApplied() {
    return pages.isApplied(spec.target());
  }

  /** Marks all points as written by the migration: both sides are equal, and the source is live again. */
  void adopt(LongConsumer progress) {
    forEachKey(
        point -> true,
        progress,
        (key, ids) -> port -> port.setPayload(
            spec.target(), ShardSelector.key(key), Map.of(MARK, migration), Filter.ids(ids), true));
  }

  /** Removes the marks. */
  void removeMarks(LongConsumer progress) {
    forEachKey(
        point -> point.payload().containsKey(MARK),
        progress,
        (key, ids) -> port -> port.deletePayload(
            spec.target(), ShardSelector.key(key), Set.of(MARK), Filter.ids(ids)));
  }

  private void forEachKey(
      Predicate<Point> which,
      LongConsumer progress,
      BiFunction<ShardKey, List<PointId>, Consumer<QdrantWrites>> write) {
    for (ShardKey key : keys()) {
      ScrollRequest request = new ScrollRequest(
          spec.target(), ShardSelector.key(key), null, null, pages.page(), true, false);
      pages.scan(request, points -> {
        List<PointId> ids = points.stream().filter(which).map(Point::id).toList();
        pages.write(ids, part -> write.apply(key, part));
        progress.accept(points.size());
      });
    }
  }
}
