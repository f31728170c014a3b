package io.tierkeeper.moves.observe;

import io.tierkeeper.qdrant.QdrantCluster;
import io.tierkeeper.qdrant.QdrantException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

/** Asks every peer at the same time for its status and its view; changes nothing. */
public final class LayoutObserver {

  private final QdrantCluster cluster;

  public LayoutObserver(QdrantCluster cluster) {
    this.cluster = cluster;
  }

  /** One poll. A peer that does not answer is listed as silent; nothing is thrown for it. */
  public ClusterLayout observe(String collection) {
    List<PeerObservation> sights = new ArrayList<>();
    List<String> silent = new ArrayList<>();
    boolean credentialsRefused = false;
    List<Future<PeerObservation>> answers = cluster.ask(
        port -> new PeerObservation(port, port.status(), port.view(collection).orElse(null)));
    for (int i = 0; i < answers.size(); i++) {
      URI endpoint = cluster.peers().get(i).endpoint();
      try {
        sights.add(answers.get(i).get());
      } catch (ExecutionException e) {
        if (e.getCause() instanceof QdrantException fault) {
          silent.add(endpoint + " (" + fault.getMessage() + ")");
          credentialsRefused |= fault instanceof QdrantException.CredentialsRefused;
        } else if (e.getCause() instanceof RuntimeException fault) {
          throw fault;
        } else if (e.getCause() instanceof Error fault) {
          throw fault;
        } else {
          throw new IllegalStateException(e.getCause());
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        silent.add(endpoint + " (interrupted)");
      }
    }
    return new ClusterLayout(
        collection, List.copyOf(sights), List.copyOf(silent), credentialsRefused);
  }
}
