package io.tierkeeper.operator.collection;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.tierkeeper.api.v1alpha1.LocalReference;
import io.tierkeeper.api.v1alpha1.TenantTier;
import io.tierkeeper.api.v1alpha1.TenantTierSpec;
import io.tierkeeper.api.v1alpha1.TieredCollectionSpec;
import io.tierkeeper.evaluation.Anomalies;
import io.tierkeeper.evaluation.EvaluationOutcome;
import io.tierkeeper.evaluation.Measurement;
import io.tierkeeper.evaluation.TenantVerdict;
import io.tierkeeper.evaluation.policy.TenantIntents;
import io.tierkeeper.operator.move.TierNames;
import io.tierkeeper.qdrant.ShardKey;
import io.tierkeeper.qdrant.TenantId;
import java.util.Set;
import java.util.SortedSet;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Creates a TenantTier for each tenant with more points than {@code discovery.createAbovePoints}. */
public final class TenantDiscovery {

  private static final Logger log = LoggerFactory.getLogger(TenantDiscovery.class);
  private static final String DISCOVERED = "tierkeeper.io/discovered";

  private final KubernetesClient client;

  public TenantDiscovery(KubernetesClient client) {
    this.client = client;
  }

  void create(CollectionCase about, EvaluationOutcome outcome) {
    TieredCollectionSpec.Discovery discovery = about.spec().discovery();
    if (discovery == null
        || discovery.mode() != TieredCollectionSpec.DiscoveryMode.Create
        || discovery.createAbovePoints() == null) {
      return;
    }
    Measurement measurement = outcome.memory().measurement();
    Anomalies anomalies = measurement == null ? Anomalies.NONE : measurement.anomalies();
    Set<TenantId> named = about.tiers().stream()
        .flatMap(tier -> TenantIntents.tenant(tier.getSpec()).stream())
        .collect(Collectors.toSet());
    for (TenantVerdict verdict : outcome.verdicts().values()) {
      if (verdict.points() <= discovery.createAbovePoints()
          || named.contains(verdict.tenant())
          || ShardKey.of(verdict.tenant()).equals(about.fallback())) {
        continue;
      }
      // Clients address the shard key by the spelling of the payload; with several there is no key
      // for all of them.
      SortedSet<String> spellings = anomalies.spellings().get(verdict.tenant());
      if (spellings != null && spellings.size() > 1) {
        continue;
      }
      TenantId tenant = spellings == null ? verdict.tenant() : TenantId.of(spellings.first());
      try {
        client.resource(tier(about, verdict.name(), tenant)).create();
      } catch (KubernetesClientException e) {
        // Two tenants may have the same slug; the TenantTier of the second one must be created by
        // hand.
        log.info(
            "{}/{}: no TenantTier created for tenant {}: {}",
            about.namespace(),
            about.name(),
            verdict.name(),
            e.getMessage());
      }
    }
  }

  private static TenantTier tier(CollectionCase about, String name, TenantId tenant) {
    TenantTier tier = new TenantTier();
    tier.setMetadata(new ObjectMetaBuilder()
        .withName(TierNames.tenantTier(about.name(), name))
        .withNamespace(about.namespace())
        .addToLabels(DISCOVERED, "true")
        .build());
    tier.setSpec(new TenantTierSpec(
        new LocalReference(about.name()),
        tenant.keyword(),
        tenant.number(),
        null,
        null,
        null,
        null,
        null,
        null));
    return tier;
  }
}
