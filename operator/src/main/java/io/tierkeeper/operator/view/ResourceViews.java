package io.tierkeeper.operator.view;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.IndexerResourceCache;
import io.tierkeeper.api.v1alpha1.LocalReference;
import io.tierkeeper.api.v1alpha1.TenantTier;
import io.tierkeeper.api.v1alpha1.TierMove;
import io.tierkeeper.api.v1alpha1.TierPolicy;
import io.tierkeeper.api.v1alpha1.TieredCollection;
import io.tierkeeper.evaluation.policy.TenantIntents;
import io.tierkeeper.qdrant.TenantId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the controllers watch, shared among them, so that each kind is kept in memory once. */
public final class ResourceViews {

  private static final Logger log = LoggerFactory.getLogger(ResourceViews.class);

  private static final String BY_COLLECTION = "collection";
  private static final String BY_POLICY = "policy";
  private static final String BY_TENANT = "tenant";

  /** When a reconciliation that came before all caches were filled is repeated. */
  public static final Duration SYNC_POLL = Duration.ofMillis(200);

  private final KubernetesClient client;
  private volatile boolean synced;
  private final Map<Class<?>, IndexerResourceCache<?>> caches = new ConcurrentHashMap<>();

  public ResourceViews(KubernetesClient client) {
    this.client = client;
  }

  /**
   * Whether the caches of all kinds were filled. Each controller starts when its own cache is filled; what is decided from
   * the empty cache of another kind is wrong: all tenants are without moves and TenantTiers.
   */
  public boolean synced() {
    return synced;
  }

  /** To be called when the caches of all kinds are filled. */
  public void allSynced() {
    synced = true;
  }

  /** Takes over the cache of a controller, before it starts. */
  public void tenantTiers(IndexerResourceCache<TenantTier> cache) {
    cache.addIndexer(
        BY_COLLECTION,
        tier -> key(tier, tier.getSpec() == null ? null : tier.getSpec().collectionRef()));
    cache.addIndexer(BY_TENANT, ResourceViews::tenants);
    caches.put(TenantTier.class, cache);
  }

  public void tierMoves(IndexerResourceCache<TierMove> cache) {
    cache.addIndexer(
        BY_COLLECTION,
        move -> key(move, move.getSpec() == null ? null : move.getSpec().collectionRef()));
    caches.put(TierMove.class, cache);
  }

  public void collections(IndexerResourceCache<TieredCollection> cache) {
    cache.addIndexer(
        BY_POLICY,
        collection -> key(
            collection,
            collection.getSpec() == null ? null : collection.getSpec().policyRef()));
    caches.put(TieredCollection.class, cache);
  }

  public void policies(IndexerResourceCache<TierPolicy> cache) {
    caches.put(TierPolicy.class, cache);
  }

  /** All TenantTiers that name the collection. */
  public List<TenantTier> tenantTiersOf(String namespace, String collection) {
    return cache(TenantTier.class).byIndex(BY_COLLECTION, namespace + "/" + collection);
  }

  /** All TenantTiers that name the collection and this tenant: more than one where they conflict. */
  public List<TenantTier> tenantTiersOf(String namespace, String collection, TenantId tenant) {
    return cache(TenantTier.class).byIndex(BY_TENANT, key(namespace + "/" + collection, tenant));
  }

  /** All TierMoves of the collection, finished ones too. */
  public List<TierMove> movesOf(String namespace, String collection) {
    return cache(TierMove.class).byIndex(BY_COLLECTION, namespace + "/" + collection);
  }

  /** All TierMoves that are watched. */
  public List<TierMove> moves() {
    return cache(TierMove.class).list().filter(ResourceViews::readable).toList();
  }

  /** All TieredCollections that are watched. */
  public Stream<TieredCollection> collections() {
    return cache(TieredCollection.class).list().filter(ResourceViews::readable);
  }

  /** All TierPolicies that are watched. */
  public List<TierPolicy> policies() {
    return cache(TierPolicy.class).list().filter(ResourceViews::readable).toList();
  }

  public List<TieredCollection> collectionsWith(TierPolicy policy) {
    return cache(TieredCollection.class)
        .byIndex(
            BY_POLICY,
            policy.getMetadata().getNamespace() + "/" + policy.getMetadata().getName());
  }

  /** Absent means absent on the server too: a watch may be late. */
  public Optional<TierPolicy> policy(String namespace, String name) {
    return find(TierPolicy.class, namespace, name);
  }

  public Optional<TieredCollection> collection(String namespace, String name) {
    return find(TieredCollection.class, namespace, name);
  }

  public Optional<TierMove> tierMove(String namespace, String name) {
    return find(TierMove.class, namespace, name);
  }

  public Optional<TenantTier> tenantTier(String namespace, String name) {
    return find(TenantTier.class, namespace, name);
  }

  /**
   * Whether a resource has a spec. The schema requires one, but resources are stored that an older schema let pass; they are
   * named in the log and count as absent.
   */
  public static boolean readable(HasMetadata resource) {
    boolean readable =
        !(resource instanceof CustomResource<?, ?> custom) || custom.getSpec() != null;
    if (!readable) {
      log.warn(
          "{} {}/{} is ignored: it has no spec that can be read; apply it again, or delete it",
          resource.getKind(),
          resource.getMetadata().getNamespace(),
          resource.getMetadata().getName());
    }
    return readable;
  }

  private <T extends HasMetadata> Optional<T> find(Class<T> kind, String namespace, String name) {
    Optional<T> cached = cache(kind).get(new ResourceID(name, namespace));
    return cached
        .or(() -> Optional.ofNullable(
            client.resources(kind).inNamespace(namespace).withName(name).get()))
        .filter(ResourceViews::readable);
  }

  @SuppressWarnings("unchecked")
  private <T extends HasMetadata> IndexerResourceCache<T> cache(Class<T> kind) {
    IndexerResourceCache<?> cache = caches.get(kind);
    if (cache == null) {
      throw new IllegalStateException(kind.getSimpleName() + " is not watched yet");
    }
    return (IndexerResourceCache<T>) cache;
  }

  private static List<String> tenants(TenantTier tier) {
    if (tier.getSpec() == null) {
      return List.of();
    }
    Optional<TenantId> tenant = TenantIntents.tenant(tier.getSpec());
    return key(tier, tier.getSpec().collectionRef()).stream()
        .flatMap(collection -> tenant.map(it -> key(collection, it)).stream())
        .toList();
  }

  /** A keyword and a number of the same digits are two tenants. */
  private static String key(String collection, TenantId tenant) {
    return collection + (tenant instanceof TenantId.Number ? "/number/" : "/keyword/") + tenant;
  }

  private static List<String> key(
      HasMetadata resource, @org.jspecify.annotations.Nullable LocalReference reference) {
    return reference == null || reference.name() == null
        ? List.of()
        : List.of(resource.getMetadata().getNamespace() + "/" + reference.name());
  }
}
