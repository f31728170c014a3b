package io.tierkeeper.operator;

import io.tierkeeper.operator.config.QdrantConnector;
import io.tierkeeper.qdrant.QdrantCluster;
import io.tierkeeper.qdrant.QdrantException;
import io.tierkeeper.qdrant.QdrantWrites;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.NullUnmarked;

/** A way to Qdrant that answers nothing any more from the moment on that a condition holds. */
@NullUnmarked
final class HeldQdrant {
  private final BooleanSupplier condition;
  private volatile boolean held;

  HeldQdrant(BooleanSupplier condition) {
    this.condition = condition;
  }

  boolean held() {
    return held;
  }

  QdrantConnector over(QdrantConnector real) {
    return endpoints -> {
      QdrantCluster cluster = real.connect(endpoints);
      List<QdrantWrites> ports = cluster.peers().stream().map(this::guarded).toList();
      return new QdrantCluster() {
        @Override
        public List<QdrantWrites> peers() {
          return ports;
        }

        @Override
        public void close() {
          cluster.close();
        }
      };
    };
  }

  private QdrantWrites guarded(QdrantWrites port) {
    return (QdrantWrites) Proxy.newProxyInstance(
        QdrantWrites.class.getClassLoader(),
        new Class<?>[] {QdrantWrites.class},
        (proxy, method, arguments) -> {
          if (held || condition.getAsBoolean()) {
            held = true;
            throw new QdrantException.Unavailable("held before " + method.getName(), null);
          }
          try {
            return method.invoke(port, arguments);
          } catch (InvocationTargetException e) {
            throw e.getCause();
          }
        });
  }
}
