package io.tierkeeper.moves;

import io.tierkeeper.qdrant.QdrantCluster;
import io.tierkeeper.qdrant.QdrantWrites;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A cluster of which some calls are answered by a test. */
final class InterceptedCluster implements QdrantCluster {

  /** Answers a call itself, throws, or passes it on. */
  @FunctionalInterface
  interface Interceptor {
    @Nullable
    Object call(int peer, Method method, Object @Nullable [] args, Next next) throws Throwable;
  }

  /** The call as it would have been. */
  @FunctionalInterface
  interface Next {
    @Nullable
    Object go() throws Throwable;
  }

  private final List<QdrantWrites> peers;

  InterceptedCluster(QdrantCluster real, Interceptor interceptor) {
    this.peers = IntStream.range(0, real.peers().size())
        .mapToObj(peer -> intercepted(peer, real.peers().get(peer), interceptor))
        .toList();
  }

  private static QdrantWrites intercepted(int peer, QdrantWrites port, Interceptor interceptor) {
    return (QdrantWrites) Proxy.newProxyInstance(
        QdrantWrites.class.getClassLoader(),
        new Class<?>[] {QdrantWrites.class},
        (self, method, args) -> interceptor.call(peer, method, args, () -> {
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
    // The connections belong to the rig.
  }
}
