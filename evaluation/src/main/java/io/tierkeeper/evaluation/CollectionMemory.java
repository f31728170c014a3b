package io.tierkeeper.evaluation;

import io.tierkeeper.governance.Evaluation;
import io.tierkeeper.qdrant.TenantId;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is remembered of a collection between two evaluations; replaced, never changed.
 *
 * @param tenants by tenant
 * @param measurement the last one; null before the first, and after a restart
 * @param evaluation of that measurement
 */
public record CollectionMemory(
    Map<TenantId, TenantMemory> tenants,
    @Nullable Measurement measurement,
    @Nullable Evaluation evaluation) {

  public static final CollectionMemory EMPTY = new CollectionMemory(Map.of(), null, null);

  public CollectionMemory {
    tenants = Map.copyOf(tenants);
  }

  public TenantMemory of(TenantId tenant) {
    return tenants.getOrDefault(tenant, TenantMemory.FIRST);
  }
}
