package io.tierkeeper.operator.page;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.tierkeeper.api.v1alpha1.Direction;
import io.tierkeeper.api.v1alpha1.LocalReference;
import io.tierkeeper.api.v1alpha1.TenantTier;
import io.tierkeeper.api.v1alpha1.TenantTierSpec;
import io.tierkeeper.api.v1alpha1.TenantTierStatus;
import io.tierkeeper.api.v1alpha1.TierMove;
import io.tierkeeper.api.v1alpha1.TierMoveSpec;
import io.tierkeeper.api.v1alpha1.TierMoveStatus;
import io.tierkeeper.api.v1alpha1.TierPolicy;
import io.tierkeeper.api.v1alpha1.TieredCollection;
import io.tierkeeper.api.v1alpha1.TieredCollectionSpec;
import io.tierkeeper.api.v1alpha1.TieredCollectionStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** One collection {@code default/kb} in the caches, with whatever a test adds. */
final class FakeCaches implements PageReader.Caches {

  static final String SECRET = "s3cret-value";

  final List<TierPolicy> policies = new ArrayList<>();
  final List<TenantTier> tiers = new ArrayList<>();
  final List<TierMove> moves = new ArrayList<>();
  final TieredCollection collection = new TieredCollection();

  FakeCaches() {
    collection.setMetadata(
        new ObjectMetaBuilder().withNamespace("default").withName("kb").build());
    collection.getMetadata().setAnnotations(Map.of("token", SECRET));
    collection.setSpec(new TieredCollectionSpec(
        new TieredCollectionSpec.Qdrant(
            List.of("http://user:" + SECRET + "@qdrant:6334"),
            6333,
            new LocalReference(SECRET),
            null),
        "knowledge_base",
        "tenant",
        "fallback",
        new LocalReference("standard"),
        null,
        null,
        null,
        null,
        null,
        null));
    collection.setStatus(TieredCollectionStatus.empty().toBuilder()
        .mode("Approve")
        .tenants(1L)
        .conditions(List.of(new ConditionBuilder()
            .withType("Ready")
            .withStatus("True")
            .withMessage("Tenants are measured and evaluated.")
            .build()))
        .build());
  }

  void tenant(String tenant, double mass) {
    TenantTier tier = new TenantTier();
    tier.setMetadata(new ObjectMetaBuilder()
        .withNamespace("default")
        .withName("kb-" + tiers.size())
        .build());
    tier.setSpec(new TenantTierSpec(
        new LocalReference("kb"), tenant, null, null, null, null, null, null, null));
    tier.setStatus(TenantTierStatus.empty().toBuilder()
        .tier("Fallback")
        .points(100L)
        .dampedMass(String.format(Locale.ROOT, "%.6f", mass))
        .advice(new TenantTierStatus.Advice("Hold", "Stabilizing", null, null, "Holds."))
        .gates(
            List.of(new TenantTierStatus.Gate("ShareAbovePromote", "0.1", "> 0.15", false, null)))
        .build());
    tiers.add(tier);
  }

  void move(String tenant, String phase) {
    TierMove move = new TierMove();
    move.setMetadata(new ObjectMetaBuilder()
        .withNamespace("default")
        .withName("kb-" + tenant + "-promote")
        .build());
    move.setSpec(new TierMoveSpec(
        new LocalReference("kb"),
        tenant,
        null,
        Direction.Promote,
        "sha256:0",
        new TierMoveSpec.Plan(
            100L,
            null,
            null,
            null,
            null,
            List.of("Preflight", "CreateKey", "Copy"),
            null,
            Map.of("input", SECRET)),
        null,
        null,
        null,
        null,
        null));
    move.setStatus(TierMoveStatus.empty().toBuilder()
        .phase(phase)
        .step(new TierMoveStatus.Step("CreateKey", 2, 3, 1, null))
        .progress(new TierMoveStatus.Progress(40L, 100L, 40, 15L))
        .message("Copying.")
        .journal(JsonNodeFactory.instance.textNode(SECRET))
        .build());
    moves.add(move);
  }

  @Override
  public List<TieredCollection> collections() {
    return List.of(collection);
  }

  @Override
  public List<TierPolicy> policies() {
    return policies;
  }

  @Override
  public List<TenantTier> tenantTiersOf(String namespace, String name) {
    return List.copyOf(tiers);
  }

  @Override
  public List<TierMove> moves() {
    return moves;
  }
}
