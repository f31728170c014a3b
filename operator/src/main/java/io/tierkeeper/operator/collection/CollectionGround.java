package io.tierkeeper.operator.collection;

import io.tierkeeper.evaluation.MeasurementObserver;
import io.tierkeeper.moves.observe.ClusterLayout;
import io.tierkeeper.operator.connection.QdrantConnections.Connection;
import io.tierkeeper.qdrant.CollectionDescription;
import io.tierkeeper.qdrant.CollectionDescription.IndexedField;
import io.tierkeeper.qdrant.QdrantReads;
import io.tierkeeper.qdrant.TenantId;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A collection that responds and whose layout allows moves.
 *
 * @param lastEnded {@link io.tierkeeper.operator.move.MoveFacts#lastEnded} from before the layout was observed
 */
record CollectionGround(
    Connection connection,
    ClusterLayout layout,
    CollectionDescription description,
    Map<TenantId, String> lastEnded) {

  QdrantReads port() {
    return layout.peers().get(0).port();
  }

  /** The index of the tenant field, which a valid layout has. */
  IndexedField index(@Nullable String tenantKey) {
    return Objects.requireNonNull(description.indexedFields().get(tenantKey));
  }

  /** Tenants that one facet may return. */
  int facetLimit() {
    return (int) Math.min(
        MeasurementObserver.FACET_LIMIT,
        description.strictMode().maxQueryLimit().orElse(Long.MAX_VALUE));
  }
}
