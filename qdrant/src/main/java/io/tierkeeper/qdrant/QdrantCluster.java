package io.tierkeeper.qdrant;

import java.util.List;

/** The peers of one Qdrant cluster, each behind a channel of its own, in the order of their endpoints. */
public interface QdrantCluster extends AutoCloseable {

  /** At least one port; the list is fixed for the life of this object. */
  List<QdrantPort> peers();

  /** Closes all channels; calls in flight fail as unavailable. A repeat does nothing. */
  @Override
  void close();
}
