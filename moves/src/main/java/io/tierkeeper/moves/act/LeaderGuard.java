package io.tierkeeper.moves.act;

import io.tierkeeper.moves.Leadership;
import io.tierkeeper.qdrant.QdrantWrites;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;

/** Verifies leadership before every mutating call. */
public final class LeaderGuard {

  private LeaderGuard() {}

  /** The port; while leadership is not certain, its mutating calls fail before they are sent. */
  public static QdrantWrites of(QdrantWrites port, Leadership leadership) {
    return (QdrantWrites) Proxy.newProxyInstance(
        QdrantWrites.class.getClassLoader(),
        new Class<?>[] {QdrantWrites.class},
        (self, method, args) -> {
          if (QdrantWrites.mutates(method)) {
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
