package io.tierkeeper.operator.collection;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.tierkeeper.api.v1alpha1.LocalReference;
import io.tierkeeper.api.v1alpha1.Reasons;
import io.tierkeeper.api.v1alpha1.TenantTier;
import io.tierkeeper.api.v1alpha1.TenantTierSpec;
import io.tierkeeper.api.v1alpha1.TieredCollectionSpec;
import io.tierkeeper.evaluation.Anomalies;
import io.tierkeeper.evaluation.EvaluationOutcome;
import io.tierkeeper.evaluation.Measurement;
import io.tierkeeper.evaluation.TenantVerdict;
import io.tierkeeper.evaluation.policy.TenantIntents;
import io.tierkeeper.operator.events.EventRecorder;
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

  /** A quota that is used up refuses the next ones too. */
  private static final int MAX_FAILURES = 20;

  private final KubernetesClient client;
  private final EventRecorder events;

  public TenantDiscovery(KubernetesClient client, EventRecorder events) {
    this.client = client;
    this.events = events;
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
    DiscoveryFailures failures = about.runtime().discoveryFailures();
    int failed = 0;
    for (TenantVerdict verdict : outcome.verdicts().values()) {
      if (failed == MAX_FAILURES) {
        return;
      }
      if (verdict.points() <= discovery.createAbovePoints()
          || named.contains(verdict.tenant())
          || failures.rests(verdict.tenant(), about.now())
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
        failures.forget(verdict.tenant());
      } catch (KubernetesClientException e) {
        failed++;
        boolean first = failures.failed(verdict.tenant(), about.now());
        String sentence =
            "No TenantTier is created for tenant " + verdict.name() + ": " + RefusedCreate.words(e);
        log.warn("{}/{}: {}", about.namespace(), about.name(), sentence);
        if (first) {
          events.warning(
              about.resource(),
              "Discover",
              Reasons.TENANT_TIER_REFUSED,
              sentence
                  + ". Create one by hand, or allow it; it is tried again at growing intervals.");
        }
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
