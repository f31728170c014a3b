package io.tierkeeper.cli.cluster;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.tierkeeper.api.v1alpha1.TenantTier;
import io.tierkeeper.api.v1alpha1.TierMove;
import io.tierkeeper.api.v1alpha1.TieredCollection;
import io.tierkeeper.api.v1alpha1.TieredCollectionStatus;
import io.tierkeeper.launcher.FailureException;
import io.tierkeeper.launcher.UsageException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The tiered collections of a namespace, or of all, with their tenants and moves. */
record Fleet(List<TieredCollection> collections, List<TenantTier> tiers, List<TierMove> moves) {

  /** Lists the three kinds. */
  static Fleet read(Cluster cluster, boolean everywhere) {
    // At once, since a user waits and a cluster may be far away.
    try (ExecutorService tasks = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<List<TenantTier>> tiers =
          tasks.submit(() -> cluster.list(TenantTier.class, everywhere));
      Future<List<TierMove>> moves = tasks.submit(() -> cluster.list(TierMove.class, everywhere));
      return new Fleet(
          sorted(cluster.list(TieredCollection.class, everywhere)),
          sorted(answer(tiers)),
          answer(moves));
    }
  }

  private static <T> T answer(Future<T> task) {
    try {
      return task.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FailureException("interrupted");
    }
  }

  private static <T extends HasMetadata> List<T> sorted(List<T> resources) {
    return resources.stream()
        .sorted(Comparator.comparing((T resource) -> namespace(resource))
            .thenComparing(resource -> resource.getMetadata().getName()))
        .toList();
  }

  static String namespace(HasMetadata resource) {
    return Objects.requireNonNullElse(resource.getMetadata().getNamespace(), "");
  }

  /** The tenants of a collection: those with a TenantTier, then those that only the collection's status has. */
  List<TenantSubject> tenants(TieredCollection collection) {
    String namespace = namespace(collection);
    String name = collection.getMetadata().getName();
    Map<String, TieredCollectionStatus.TopTenant> rows = rows(collection);
    Map<String, List<TierMove>> moves = movesByTenant(namespace, name);
    List<TenantSubject> tenants = new ArrayList<>();
    Set<String> named = new HashSet<>();
    for (TenantTier tier : tiers) {
      if (namespace(tier).equals(namespace)
          && Reading.name(tier.getSpec().collectionRef()).equals(name)) {
        String tenant = Reading.tenant(tier.getSpec());
        named.add(tenant);
        tenants.add(new TenantSubject(
            namespace,
            name,
            collection,
            tenant,
            tier,
            rows.get(tenant),
            moves.getOrDefault(tenant, List.of())));
      }
    }
    rows.forEach((tenant, row) -> {
      if (!named.contains(tenant)) {
        tenants.add(new TenantSubject(
            namespace, name, collection, tenant, null, row, moves.getOrDefault(tenant, List.of())));
      }
    });
    return tenants;
  }

  private static Map<String, TieredCollectionStatus.TopTenant> rows(TieredCollection collection) {
    TieredCollectionStatus status = collection.getStatus();
    Map<String, TieredCollectionStatus.TopTenant> rows = new LinkedHashMap<>();
    if (status != null && status.topTenants() != null) {
      status.topTenants().forEach(row -> rows.put(String.valueOf(row.tenant()), row));
    }
    return rows;
  }

  private Map<String, List<TierMove>> movesByTenant(String namespace, String collection) {
    return moves.stream()
        .filter(move -> namespace(move).equals(namespace)
            && Reading.name(move.getSpec().collectionRef()).equals(collection))
        .sorted(Comparator.comparing(
                (TierMove move) -> String.valueOf(move.getMetadata().getCreationTimestamp()))
            .thenComparing(move -> move.getMetadata().getName())
            .reversed())
        .collect(Collectors.groupingBy(move -> Reading.tenant(move.getSpec())));
  }

  /**
   * The tenant that a name means: the name of a TierMove or a TenantTier, or the value in the payload.
   *
   * @param collection the only one to look in; null for all
   * @throws FailureException if there is none
   * @throws UsageException if there are several
   */
  TenantSubject tenant(String name, @Nullable String collection, String namespace) {
    List<TenantSubject> found = find(name, collection);
    if (found.isEmpty()) {
      throw new FailureException("there is no tenant, TenantTier or TierMove named " + name
          + (collection == null ? "" : " in collection " + collection) + " in namespace "
          + namespace + "; " + known(namespace));
    }
    if (found.size() > 1) {
      throw new UsageException("tenant " + name + " is in several collections: "
          + found.stream().map(TenantSubject::collectionName).collect(Collectors.joining(", "))
          + "; choose one with --collection");
    }
    return found.getFirst();
  }

  /** All tenants that a name means; a TierMove before a TenantTier before a tenant. */
  List<TenantSubject> find(String name, @Nullable String collection) {
    List<TenantSubject> all = collections.stream()
        .filter(each -> collection == null || each.getMetadata().getName().equals(collection))
        .flatMap(each -> tenants(each).stream())
        .toList();
    List<TenantSubject> byMove = all.stream()
        .filter(subject -> subject.moves().stream()
            .anyMatch(move -> move.getMetadata().getName().equals(name)))
        .toList();
    if (!byMove.isEmpty()) {
      return byMove;
    }
    List<TenantSubject> byTier = all.stream()
        .filter(subject ->
            subject.tier() != null && subject.tier().getMetadata().getName().equals(name))
        .toList();
    return byTier.isEmpty()
        ? all.stream().filter(subject -> subject.tenant().equals(name)).toList()
        : byTier;
  }

  /**
   * The collection of a verb.
   *
   * @param name null for the only one
   */
  TieredCollection collection(@Nullable String name, String namespace) {
    if (name == null && collections.size() > 1) {
      throw new UsageException("namespace " + namespace + " has several TieredCollections: "
          + names(collections) + "; name one of them");
    }
    return collections.stream()
        .filter(each -> name == null || each.getMetadata().getName().equals(name))
        .findFirst()
        .orElseThrow(() -> new FailureException(
            (name == null ? "there is no TieredCollection" : "there is no TieredCollection " + name)
                + " in namespace " + namespace
                + (collections.isEmpty()
                    ? "; -n chooses another namespace"
                    : "; there are: " + names(collections))));
  }

  private String known(String namespace) {
    return collections.isEmpty()
        ? "namespace " + namespace + " has no TieredCollection; -n chooses another namespace"
        : "the verb status lists those that are known";
  }

  private static String names(List<? extends HasMetadata> resources) {
    return resources.stream()
        .map(resource -> resource.getMetadata().getName())
        .collect(Collectors.joining(", "));
  }
}
