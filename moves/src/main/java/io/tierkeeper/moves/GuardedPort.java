package io.tierkeeper.moves;

import io.tierkeeper.qdrant.QdrantPort;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Set;

/** Asks for leadership before every call that is not a mere look. */
final class GuardedPort {

  private static final Set<String> LOOKS = Set.of(
      "endpoint",
      "status",
      "view",
      "describe",
      "scroll",
      "retrieve",
      "count",
      "facet",
      "search",
      "downloadShardSnapshot",
      "toString",
      "hashCode",
      "equals");

  private GuardedPort() {}

  static QdrantPort of(QdrantPort port, Leadership leadership) {
    return (QdrantPort) Proxy.newProxyInstance(
        QdrantPort.class.getClassLoader(),
        new Class<?>[] {QdrantPort.class},
        (self, method, args) -> {
          if (!LOOKS.contains(method.getName())) {
            leadership.requireLeading();
          }
          try {
            return method.invoke(port, args);
          } catch (InvocationTargetException e) {
            throw e.getCause();
          }
        });
  }
}
