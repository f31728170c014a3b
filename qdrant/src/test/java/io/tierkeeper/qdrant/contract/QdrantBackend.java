package io.tierkeeper.qdrant.contract;

import io.tierkeeper.qdrant.QdrantCluster;
import java.util.Optional;

/** Something that speaks Qdrant's protocol, with the means to upset it; an implementation of the port faces it. */
public interface QdrantBackend extends AutoCloseable {

  /** What it is, for the line at the end of a test run. */
  String description();

  /** The peers, connected, for the life of the backend. */
  QdrantCluster cluster();

  /** Where a client that is not ours finds the first peer. */
  Address address();

  /** Empty where the servers are not ours to upset. */
  Optional<Disturbance> disturbance();

  @Override
  void close();

  /** One peer's ports. */
  record Address(String host, int rest, int grpc) {}

  /** What can be done to a single peer, by its place in {@link #cluster()}. */
  interface Disturbance {

    /** The peer stands still but keeps its connections. */
    void pause(int peer);

    /** Ends a pause. */
    void resume(int peer);

    /** The peer's process is gone at once; its disk stays. */
    void kill(int peer);

    /** A killed peer starts again and answers. */
    void restart(int peer);
  }
}
