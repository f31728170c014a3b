package io.tierkeeper.lab.scene;

import io.tierkeeper.qdrant.QdrantWrites;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import org.jspecify.annotations.Nullable;

/** Intercepts the calls of a process to Qdrant, for example to inject faults. */
public interface Calls {

  /** Performs each call once. */
  Calls UNDISTURBED = (method, arguments, call) -> call.perform();

  /** A call; {@link Calls} decides how often it is performed. */
  interface Call {
    Object perform() throws Throwable;
  }

  /** Performs the call any number of times, or fails. */
  Object perform(Method method, Object @Nullable [] arguments, Call call) throws Throwable;

  /** The port with all of its calls intercepted. */
  static QdrantWrites intercept(QdrantWrites port, Calls calls) {
    return (QdrantWrites) Proxy.newProxyInstance(
        QdrantWrites.class.getClassLoader(),
        new Class<?>[] {QdrantWrites.class},
        (self, method, arguments) -> calls.perform(method, arguments, () -> {
          try {
            return method.invoke(port, arguments);
          } catch (InvocationTargetException e) {
            throw e.getCause();
          }
        }));
  }
}
