package io.tierkeeper.lab.faults;

import io.tierkeeper.lab.scene.Calls;
import io.tierkeeper.qdrant.QdrantCluster;
import io.tierkeeper.qdrant.QdrantWrites;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;

/** Connections of one process to a Qdrant in which a fault may be injected into each call; closed by their owner. */
public final class InterceptedCluster implements QdrantCluster {

  private final List<QdrantWrites> peers;

  InterceptedCluster(QdrantCluster real, Calls calls) {
    this.peers = real.peers().stream().map(port -> watched(port, calls)).toList();
  }

  private static QdrantWrites watched(QdrantWrites port, Calls calls) {
    return (QdrantWrites) Proxy.newProxyInstance(
        QdrantWrites.class.getClassLoader(),
        new Class<?>[] {QdrantWrites.class},
        (self, method, args) -> calls.perform(method, args, () -> {
          try {
            return method.invoke(port, args);
          } catch (InvocationTargetException e) {
            throw e.getCause();
          }
        }));
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
