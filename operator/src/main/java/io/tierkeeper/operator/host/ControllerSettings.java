package io.tierkeeper.operator.host;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.processing.event.source.filter.OnUpdateFilter;
import java.util.Set;

/**
 * How a controller is called.
 *
 * @param namespaces those watched; empty means all
 * @param updateFilter accepts the updates of a resource that its reconciler is called for; it is always called for a
 *     resource that was created or deleted
 * @param retry when a failed reconciliation is repeated; without end
 */
public record ControllerSettings(
    Set<String> namespaces, OnUpdateFilter<HasMetadata> updateFilter, RetryBackoff retry) {

  public ControllerSettings {
    namespaces = Set.copyOf(namespaces);
  }
}
