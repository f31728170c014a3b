package io.tierkeeper.qdrant;

import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;

/** The peers of one Qdrant cluster, each behind a channel of its own, in the order of their endpoints. */
public interface QdrantCluster extends AutoCloseable {

  /** At least one peer; the list is fixed for the life of this object. */
  List<QdrantWrites> peers();

  /**
   * Asks every peer the same at the same time.
   *
   * @return an answer or what was thrown instead, in the order of {@link #peers()}; all are there
   */
  default <T> List<Future<T>> ask(Function<QdrantReads, T> question) {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      return peers().stream()
          .map(port -> threads.submit(() -> question.apply(port)))
          .toList();
    }
  }

  /** Closes all channels; calls in flight fail as unavailable. A repeat does nothing. */
  @Override
  void close();
}
