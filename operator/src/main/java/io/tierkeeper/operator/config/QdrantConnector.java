package io.tierkeeper.operator.config;

import io.tierkeeper.qdrant.QdrantCluster;
import io.tierkeeper.qdrant.QdrantEndpoints;

/** How the operator reaches a Qdrant cluster; the composition root names the adapter, tests another. */
@FunctionalInterface
public interface QdrantConnector {

  /** Opens one channel for each peer; does not wait for a peer to answer. The caller closes the result. */
  QdrantCluster connect(QdrantEndpoints endpoints);
}
