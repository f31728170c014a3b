package io.tierkeeper.moves;

import io.tierkeeper.governance.decision.Direction;
import io.tierkeeper.qdrant.Filter;
import io.tierkeeper.qdrant.ReservedNames;
import io.tierkeeper.qdrant.ShardKey;
import io.tierkeeper.qdrant.TenantId;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;

/**
 * The intent: one tenant of one collection, one direction.
 *
 * @param name of the TierMove
 * @param uid of the TierMove; all ids and names that the move creates are derived from it
 * @param source CloudEvents source of the TieredCollection, as {@code /namespaces/data/tieredcollections/kb}
 * @param collection Qdrant's name of it
 * @param tenantField the payload field that holds the tenant
 * @param tenantIndex kind of the index on that field; the tenant's text depends on it
 * @param tenant whose points are moved
 * @param fallback the shared key
 */
public record Move(
    String name,
    String uid,
    String source,
    String collection,
    String tenantField,
    TenantId.Kind tenantIndex,
    TenantId tenant,
    ShardKey fallback,
    Direction direction,
    MoveSettings settings) {

  public Move {
    if (ShardKey.of(tenant).equals(fallback)) {
      throw new IllegalArgumentException(
          "tenant: " + tenant + " is the fallback key; allowed: any other value");
    }
    if (ReservedNames.isReserved(tenant)) {
      throw new IllegalArgumentException("tenant: " + tenant + " begins with "
          + ReservedNames.PREFIX + "; allowed: any other prefix");
    }
  }

  /** The tenant's text in the collection, for the trail and for names. */
  public String tenantText() {
    return tenant.text(tenantIndex);
  }

  /** The tenant's dedicated key. */
  public ShardKey dedicated() {
    return ShardKey.of(tenant);
  }

  /** The same move by other rules. */
  public Move under(MoveSettings rules) {
    return new Move(
        name,
        uid,
        source,
        collection,
        tenantField,
        tenantIndex,
        tenant,
        fallback,
        direction,
        rules);
  }

  /** All points of the tenant. */
  public Filter tenantFilter() {
    return Filter.tenant(tenantField, tenant);
  }

  /** Points of the tenant that belong to another tenant as well. */
  public Filter sharedPoints() {
    return Filter.sharedPoints(tenantField, tenant);
  }

  /** Points that are not the tenant's. */
  public Filter foreignPoints() {
    return Filter.notOf(tenantField, tenant);
  }

  /** The working shard key whose filtered transfer freezes the dedicated key; it is always empty. */
  public ShardKey freezeSourceKey() {
    return ReservedNames.freezeSource(keyId(uid));
  }

  /** The working shard key that takes a readable copy of the frozen content. */
  public ShardKey thawedCopyKey() {
    return ReservedNames.thawedCopy(keyId(uid));
  }

  /** The keys that this move may create, transfer between, or delete. */
  public List<ShardKey> keys() {
    return List.of(dedicated(), freezeSourceKey(), thawedCopyKey());
  }

  /** The namespace of the TieredCollection, from the source; empty where the source has another form. */
  public String namespace() {
    String[] parts = source.split("/", -1);
    return parts.length > 2 && parts[1].equals("namespaces") ? parts[2] : "";
  }

  /** What the working shard keys of the move with this uid have between their prefix and their last letter. */
  public static String keyId(String uid) {
    return UUID.nameUUIDFromBytes(uid.getBytes(StandardCharsets.UTF_8))
        .toString()
        .substring(0, 13);
  }
}
