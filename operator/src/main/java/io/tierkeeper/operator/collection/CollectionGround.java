package io.tierkeeper.operator.collection;

import io.tierkeeper.evaluation.MeasurementObserver;
import io.tierkeeper.moves.observe.ClusterLayout;
import io.tierkeeper.operator.connection.QdrantConnections.Connection;
import io.tierkeeper.qdrant.CollectionDescription;
import io.tierkeeper.qdrant.CollectionDescription.IndexedField;
import io.tierkeeper.qdrant.QdrantReads;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A collection that responds and whose layout allows moves. */
record CollectionGround(
    Connection connection, ClusterLayout layout, CollectionDescription description) {

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
