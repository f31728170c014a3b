package io.tierkeeper.lab.faults;

import io.tierkeeper.lab.scene.Calls;
import io.tierkeeper.qdrant.QdrantCluster;
import io.tierkeeper.qdrant.QdrantWrites;
import java.util.List;

/** Connections of one process to a Qdrant in which a fault may be injected into each call; closed by their owner. */
public final class InterceptedCluster implements QdrantCluster {

  private final List<QdrantWrites> peers;

  InterceptedCluster(QdrantCluster real, Calls calls) {
    this.peers = real.peers().stream().map(port -> Calls.intercept(port, calls)).toList();
  }

  @Override
  public List<QdrantWrites> peers() {
    return peers;
  }

  @Override
  public void close() {
    // Its owner closes it.
  }
}
