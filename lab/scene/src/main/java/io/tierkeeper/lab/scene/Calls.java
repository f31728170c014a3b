package io.tierkeeper.lab.scene;

import java.lang.reflect.Method;
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
}
