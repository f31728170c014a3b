package io.tierkeeper.moves.scan;

import io.tierkeeper.qdrant.QdrantException;
import java.util.List;
import java.util.function.Consumer;

/** Calls about many points, which a server or a proxy may refuse as too large: the points are halved until one is left. */
public final class Halving {

  private Halving() {}

  /**
   * Makes the call for all items, in as many parts as necessary; not at all for none.
   *
   * @param call may be repeated, since a part may have succeeded before another is refused
   * @throws QdrantException.Rejected if it is refused for a single item
   */
  public static <T> void each(List<T> items, Consumer<List<T>> call) {
    if (items.isEmpty()) {
      return;
    }
    try {
      call.accept(items);
    } catch (QdrantException.Rejected e) {
      int half = items.size() / 2;
      if (half == 0) {
        throw e;
      }
      each(items.subList(0, half), call);
      each(items.subList(half, items.size()), call);
    }
  }
}
