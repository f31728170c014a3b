package io.tierkeeper.migrate;

import io.tierkeeper.qdrant.CollectionDescription;
import io.tierkeeper.qdrant.Point;
import io.tierkeeper.qdrant.PointId;
import io.tierkeeper.qdrant.TenantId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One collection of the source, and how its points look in the target.
 *
 * @param tenant whose collection it is; null for one collection of all tenants
 */
record SourceCollection(
    CollectionDescription description, @Nullable TenantId tenant, MigrationSpec spec) {

  String name() {
    return description.name();
  }

  /** A stored point as the target has it. */
  Point shown(Point stored) {
    if (tenant == null) {
      return stored;
    }
    Object present = PayloadPath.get(stored.payload(), spec.tenantField());
    if (present != null && !present.equals(tenant.payload())) {
      throw new MigrationException(
          "point " + stored.id() + " of collection " + name() + " has " + spec.tenantField()
              + "='" + present + "', but the collection is that of tenant '" + tenant
              + "'; correct the field, or name another one with --tenant-key");
    }
    Map<String, Object> payload = withTenant(stored);
    if (spec.ids() == MigrationSpec.Ids.KEEP) {
      return new Point(stored.id(), payload, stored.vectors());
    }
    if (stored.id().toString().equals(payload.get(spec.idField()))) {
      payload.remove(spec.idField());
      return new Point(stored.id(), payload, stored.vectors());
    }
    if (payload.containsKey(spec.idField())) {
      throw new MigrationException(
          "point " + stored.id() + " of collection " + name() + " has a payload field "
              + spec.idField() + "; name another field for its id with --id-field");
    }
    payload.put(spec.idField(), stored.id().toString());
    return new Point(derived(stored.id()), payload, stored.vectors());
  }

  private Map<String, Object> withTenant(Point stored) {
    try {
      return new TreeMap<>(PayloadPath.with(stored.payload(), spec.tenantField(), tenantPayload()));
    } catch (IllegalArgumentException e) {
      throw new MigrationException(
          "point " + stored.id() + " of collection " + name() + " has a payload field "
              + e.getMessage() + " that is not an object; name another field with --tenant-key");
    }
  }

  private Object tenantPayload() {
    if (tenant == null) {
      throw new IllegalStateException(name() + " is the collection of all tenants");
    }
    return tenant.payload();
  }

  /** The id under which a point of the target is stored here. */
  PointId storedId(Point shown) {
    Object kept = tenant == null || spec.ids() == MigrationSpec.Ids.KEEP
        ? null
        : shown.payload().get(spec.idField());
    if (!(kept instanceof String text)) {
      return shown.id();
    }
    PointId stored = PointId.parse(text);
    // A client may use the field for itself.
    return derived(stored).equals(shown.id()) ? stored : shown.id();
  }

  /**
   * A point of the target as it is stored here; the tenant stays in the payload. A point that was created in the target keeps its id,
   * which its payload then says.
   */
  Point stored(Point shown) {
    if (tenant == null || spec.ids() == MigrationSpec.Ids.KEEP) {
      return shown;
    }
    PointId id = storedId(shown);
    Map<String, Object> payload = new TreeMap<>(shown.payload());
    if (id.equals(shown.id())) {
      payload.put(spec.idField(), id.toString());
    } else {
      payload.remove(spec.idField());
    }
    return new Point(id, payload, shown.vectors());
  }

  /** The first 128 bits of the SHA-256 of tenant and id as UTF-8, each with its length in bytes before it. */
  private PointId derived(PointId stored) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (String part : new String[] {String.valueOf(tenant), stored.toString()}) {
        byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
        digest.update(bytes);
      }
      ByteBuffer bits = ByteBuffer.wrap(digest.digest());
      return PointId.of(new UUID(bits.getLong(), bits.getLong()));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
