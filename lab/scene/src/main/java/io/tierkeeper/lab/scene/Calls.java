package io.tierkeeper.lab.scene;

import java.lang.reflect.Method;
import org.jspecify.annotations.Nullable;

/** What befalls the calls of a process to Qdrant. */
public interface Calls {

  /** Calls that nothing befalls. */
  Calls UNDISTURBED = (method, arguments, call) -> call.perform();

  /** A call; how often it is performed is for {@link Calls} to say. */
  interface Call {
    Object perform() throws Throwable;
  }

  /** Performs the call, or not. */
  Object perform(Method method, Object @Nullable [] arguments, Call call) throws Throwable;
}
