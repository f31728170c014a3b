package io.tierkeeper.cli.cluster;

import io.tierkeeper.api.v1alpha1.TenantTier;
import io.tierkeeper.api.v1alpha1.TenantTierStatus;
import io.tierkeeper.api.v1alpha1.TierMove;
import io.tierkeeper.api.v1alpha1.TieredCollection;
import io.tierkeeper.api.v1alpha1.TieredCollectionStatus;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A tenant of a collection and what the API has of it.
 *
 * @param collectionName as its resources name it; the resource may be missing
 * @param tenant the value in the payload
 * @param tier null if the tenant has no TenantTier
 * @param row its row in {@code status.topTenants}; null if it has none
 * @param moves its TierMoves, the newest first
 */
record TenantSubject(
    String namespace,
    String collectionName,
    @Nullable TieredCollection collection,
    String tenant,
    @Nullable TenantTier tier,
    TieredCollectionStatus.@Nullable TopTenant row,
    List<TierMove> moves) {

  @Nullable
  TenantTierStatus status() {
    return tier == null ? null : tier.getStatus();
  }

  /** The move that is not over. */
  Optional<TierMove> open() {
    return moves.stream().filter(move -> !Reading.ended(move)).findFirst();
  }

  /** The present tier. */
  String presentTier() {
    TenantTierStatus status = status();
    String known =
        status != null && status.tier() != null ? status.tier() : row == null ? null : row.tier();
    return known == null ? "Unknown" : known;
  }

  @Nullable
  Long points() {
    TenantTierStatus status = status();
    return status != null && status.points() != null
        ? status.points()
        : row == null ? null : row.points();
  }

  @Nullable
  String share() {
    TenantTierStatus status = status();
    return status != null && status.dampedMass() != null
        ? status.dampedMass()
        : row == null ? null : row.dampedMass();
  }

  /** Promote, Demote or Hold. */
  String advice() {
    TenantTierStatus status = status();
    String known = status != null && status.advice() != null
        ? status.advice().action()
        : row == null ? null : row.advice();
    return known == null ? "Hold" : known;
  }

  /** {@code tenant acme of collection kb}. */
  String words() {
    return "tenant " + tenant + " of collection " + collectionName;
  }
}
