package io.tierkeeper.migrate;

import io.tierkeeper.migrate.MigrationRecord.State;
import io.tierkeeper.moves.content.PointContent;
import io.tierkeeper.qdrant.CollectionDescription;
import io.tierkeeper.qdrant.CollectionDescription.IndexedField;
import io.tierkeeper.qdrant.CollectionTemplate;
import io.tierkeeper.qdrant.Filter;
import io.tierkeeper.qdrant.Point;
import io.tierkeeper.qdrant.PointId;
import io.tierkeeper.qdrant.QdrantException;
import io.tierkeeper.qdrant.ScrollRequest;
import io.tierkeeper.qdrant.ShardSelector;
import io.tierkeeper.qdrant.settings.CollectionSettings;
import io.tierkeeper.qdrant.settings.IndexType;
import io.tierkeeper.qdrant.settings.Options;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The collections of a migration, and all calls that change one as a whole. */
final class Preparation {
  static final Duration POLL = Duration.ofMillis(100);

  /** Named in a message, at most. */
  private static final int SHOWN = 10;

  private final MigrationSpec spec;
  private final PointPages pages;

  Preparation(MigrationSpec spec, PointPages pages) {
    this.spec = spec;
    this.pages = pages;
  }

  /** The collections of the source that exist, in the order of their names. */
  List<SourceCollection> sources() {
    if (!spec.isPattern()) {
      return describe(spec.source()).stream()
          .map(found -> new SourceCollection(found, null, spec))
          .toList();
    }
    return pages.call(port -> port.collections()).stream()
        .sorted()
        .filter(name -> !name.equals(spec.target()))
        .flatMap(name -> spec.tenantOf(name).stream()
            .flatMap(tenant -> describe(name).stream()
                .map(found -> new SourceCollection(found, spec.tenant(tenant), spec))))
        .toList();
  }

  String noSource() {
    return spec.isPattern()
        ? "no collection matches " + spec.source()
        : "collection " + spec.source() + " does not exist";
  }

  private Optional<CollectionDescription> describe(String name) {
    return pages.call(port -> port.describe(name));
  }

  Optional<CollectionDescription> target() {
    return describe(spec.target());
  }

  /** What the target says of a migration; empty where it does not exist or says nothing. */
  Optional<MigrationRecord> record() {
    return target().flatMap(MigrationRecord::of);
  }

  /** @throws MigrationException where the target belongs to another migration */
  void requireSame(MigrationRecord record) {
    requireSame("SOURCE", spec.source(), record.source());
    requireSame("--ids", lower(spec.ids()), lower(record.ids()));
    requireSame("--tenant-key", spec.tenantField(), record.tenantField());
  }

  private void requireSame(String option, String given, String recorded) {
    if (!given.equals(recorded)) {
      throw new MigrationException(option + " is '" + given + "', but the migration into "
          + spec.target() + " was begun with '" + recorded + "'");
    }
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  /** What would be done. */
  MigrationPlan plan() {
    List<SourceCollection> found = sources();
    if (found.isEmpty()) {
      throw new MigrationException(noSource());
    }
    Optional<CollectionDescription> target = target();
    List<String> warnings = new ArrayList<>(requireAlike(found, target.orElse(null)));
    CollectionDescription first = found.getFirst().description();
    long points = found.stream().mapToLong(each -> each.description().points()).sum();
    return new MigrationPlan(
        found.stream()
            .map(each -> new MigrationPlan.SourceInfo(
                each.name(), each.description().points(), layout(each.description())))
            .toList(),
        spec.target(),
        target.isEmpty(),
        target.isPresent() ? List.of() : indexes(first),
        points,
        first.vectorBytes().isPresent() ? points * first.vectorBytes().getAsLong() : -1,
        spec.isPattern() ? 0 : withoutTenant(first, warnings),
        warnings);
  }

  private static String layout(CollectionDescription description) {
    return (description.customSharding() ? "custom" : "automatic") + " sharding, "
        + description.shardNumber() + (description.shardNumber() == 1 ? " shard" : " shards");
  }

  private long withoutTenant(CollectionDescription source, List<String> warnings) {
    Filter none = new Filter(List.of(new Filter.IsEmpty(spec.tenantField())), List.of());
    try {
      long count = pages.call(port -> port.count(source.name(), ShardSelector.all(), none));
      if (count > 0) {
        warnings.add(count + " points have no value in " + spec.tenantField()
            + "; they are copied into the fallback key, where no tenant finds them");
      }
      return count;
    } catch (QdrantException.Rejected e) {
      warnings.add(
          "points without " + spec.tenantField() + " cannot be counted: " + e.getMessage());
      return -1;
    }
  }

  private List<String> indexes(CollectionDescription source) {
    List<String> indexes = new ArrayList<>();
    indexes.add(spec.tenantField() + " " + lower(spec.tenantIndex()) + " (tenant)");
    plainIndexes(source).forEach((field, type) -> indexes.add(field + " " + type.word()));
    return indexes;
  }

  private Map<String, IndexType> plainIndexes(CollectionDescription source) {
    Map<String, IndexType> found = new TreeMap<>();
    source.indexedFields().forEach((field, index) -> {
      if (!field.equals(spec.tenantField())) {
        type(index).ifPresent(type -> found.put(field, type));
      }
    });
    return found;
  }

  private static Optional<IndexType> type(IndexedField index) {
    return Arrays.stream(IndexType.values())
        .filter(type -> type.word().equals(index.type()))
        .findFirst();
  }

  /**
   * Points of one collection must fit into the other.
   *
   * @return warnings
   */
  private List<String> requireAlike(
      List<SourceCollection> found, @Nullable CollectionDescription target) {
    CollectionDescription first = found.getFirst().description();
    Stream.concat(
            found.stream().skip(1).map(SourceCollection::description), Stream.ofNullable(target))
        .forEach(other -> requireSameVectors(first, other));
    if (target != null) {
      if (!target.customSharding()) {
        throw new MigrationException(
            "--to '" + target.name()
                + "' is not tiered: its sharding_method is auto; allowed: a collection with custom sharding, or a new name");
      }
      if (!target.indexedFields().containsKey(spec.tenantField())) {
        throw new MigrationException(
            "--to '" + target.name() + "' has no index on " + spec.tenantField()
                + "; create one with is_tenant, or name the field of its tenants with --tenant-key");
      }
    }
    List<String> warnings = new ArrayList<>();
    if (target == null) {
      first.indexedFields().forEach((field, index) -> {
        if (type(index).isEmpty()) {
          warnings.add("the index on " + field + " of type " + index.type()
              + " is not created; create it by hand");
        }
      });
    }
    if (first.customSharding()
        && pages
            .call(port -> port.view(first.name()))
            .filter(view -> view.has(spec.sourceFallback()))
            .isEmpty()) {
      throw new MigrationException("--source-fallback-key '" + spec.sourceFallback()
          + "': collection " + first.name() + " has no such shard key");
    }
    return warnings;
  }

  private static void requireSameVectors(CollectionDescription one, CollectionDescription other) {
    Map<String, String> expected = shapes(one.settings());
    Map<String, String> found = shapes(other.settings());
    if (!expected.equals(found)) {
      throw new MigrationException("the vectors of collection " + other.name() + " are " + found
          + ", those of " + one.name() + " are " + expected + "; they must be the same");
    }
  }

  private static Map<String, String> shapes(CollectionSettings settings) {
    Map<String, String> shapes = new TreeMap<>();
    settings
        .vectors()
        .forEach((name, vector) -> shapes.put(
            name.isEmpty() ? "unnamed" : name,
            (vector.multivector() ? "multivector " : "") + vector.size() + " " + vector.distance()
                + " " + vector.datatype()));
    settings.sparseVectors().forEach((name, vector) -> shapes.put(name, "sparse"));
    return shapes;
  }

  /** Creates the target where it is missing, and records the migration in it. */
  MigrationRecord begin(List<SourceCollection> found) {
    Optional<CollectionDescription> existing = target();
    requireAlike(found, existing.orElse(null));
    MigrationRecord record = new MigrationRecord(
        UUID.randomUUID().toString(),
        spec.source(),
        State.COPYING,
        spec.ids(),
        spec.tenantField(),
        existing.isEmpty(),
        null,
        null);
    if (existing.isPresent()) {
      requireEmpty(existing.get());
      store(record);
    } else {
      create(found.getFirst().description(), record);
    }
    return record;
  }

  private void requireEmpty(CollectionDescription target) {
    boolean empty = pages.peers().stream()
        .allMatch(peer -> pages
            .call(port -> peer.scroll(
                ScrollRequest.whole(target.name(), ShardSelector.all(), null, 1).idsOnly()))
            .points()
            .isEmpty());
    if (!empty) {
      throw new MigrationException("--to '" + target.name()
          + "' has points that no migration wrote; allowed: an empty collection, or a new name");
    }
  }

  private void create(CollectionDescription source, MigrationRecord record) {
    try {
      pages.run(port -> port.createCollection(
          new CollectionTemplate(spec.target(), settings(source), record.metadata())));
    } catch (QdrantException.Rejected e) {
      // A repeat of a call whose answer was lost.
      if (!record().equals(Optional.of(record))) {
        throw e;
      }
    }
  }

  /** Those of the source but for strict mode, which may refuse the copy. */
  private static CollectionSettings settings(CollectionDescription source) {
    CollectionSettings own = source.settings();
    return new CollectionSettings(
        own.vectors(),
        own.sparseVectors(),
        own.hnsw(),
        own.quantization(),
        own.optimizers(),
        own.params(),
        Options.NONE);
  }

  /**
   * Creates the fallback key and the indexes that are missing; may be repeated.
   *
   * @param created whether the migration created the target, which then gets all indexes of the source
   */
  void complete(CollectionDescription source, boolean created) {
    boolean hasKey = pages
        .call(port -> port.view(spec.target()))
        .filter(view -> view.has(spec.fallback()))
        .isPresent();
    if (!hasKey) {
      createFallback(Math.max(1, source.replicationFactor()));
    }
    Map<String, IndexedField> there =
        target().map(CollectionDescription::indexedFields).orElse(Map.of());
    if (!there.containsKey(spec.tenantField())) {
      pages.run(
          port -> port.createTenantIndex(spec.target(), spec.tenantField(), spec.tenantIndex()));
    }
    if (created) {
      plainIndexes(source).forEach((field, type) -> {
        if (!there.containsKey(field)) {
          pages.run(port -> port.createPayloadIndex(spec.target(), field, type));
        }
      });
    }
  }

  private void createFallback(int replicas) {
    try {
      pages.run(port -> port.createShardKey(spec.target(), spec.fallback(), replicas));
    } catch (QdrantException.Rejected e) {
      // A repeat of a call whose answer was lost.
      boolean there = pages
          .call(port -> port.view(spec.target()))
          .filter(view -> view.has(spec.fallback()))
          .isPresent();
      if (!there) {
        throw e;
      }
    }
  }

  void store(MigrationRecord record) {
    pages.run(port -> port.changeMetadata(spec.target(), record.metadata()));
  }

  /** Removes what the target says of the migration. */
  void forget() {
    Map<String, @Nullable String> nothing = new HashMap<>();
    nothing.put(MigrationRecord.METADATA, null);
    pages.run(port -> port.changeMetadata(spec.target(), nothing));
  }

  /** Marks the collections of the source that {@link #deleteSources} may delete. */
  void allowDeletion(List<SourceCollection> sources, MigrationRecord record) {
    sources.forEach(each -> pages.run(
        port -> port.changeMetadata(each.name(), Map.of(MigrationRecord.MIGRATED, record.id()))));
  }

  /** Deletes what {@link #allowDeletion} has marked. */
  void deleteSources(MigrationRecord record) {
    for (SourceCollection each : sources()) {
      if (record.id().equals(each.description().metadata().get(MigrationRecord.MIGRATED))) {
        pages.run(port -> port.deleteCollection(each.name()));
      }
    }
  }

  /** @param collection that the alias stands for; null to remove the alias */
  void point(String alias, @Nullable String collection) {
    pages.run(port -> port.setAlias(alias, collection));
  }

  /** Points of the source that are missing in the target or differ there, as a text. */
  String different(Side source, Side target) {
    List<String> ids = new ArrayList<>();
    long[] more = {0};
    source.scan(true, page -> {
      List<Point> points = page.stream().map(Side.Shown::point).toList();
      Map<PointId, Side.Shown> there = target.read(points);
      for (Point point : points) {
        Side.Shown shown = there.get(point.id());
        if (shown == null || !PointContent.same(point, shown.point())) {
          if (ids.size() < SHOWN) {
            ids.add(point.id().toString());
          } else {
            more[0]++;
          }
        }
      }
    });
    return String.join(", ", ids) + (more[0] > 0 ? " and " + more[0] + " more" : "");
  }

  void sleep(Duration time) {
    try {
      Thread.sleep(time);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new MigrationException("interrupted; repeat the command to resume");
    }
  }
}
