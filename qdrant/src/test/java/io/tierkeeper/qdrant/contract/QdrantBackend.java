package io.tierkeeper.qdrant.contract;

import io.tierkeeper.qdrant.QdrantCluster;
import java.util.Optional;

/** A Qdrant cluster that an implementation of the port is tested against, with faults where the test controls its peers. */
public interface QdrantBackend extends AutoCloseable {

  /** Name and version, for the line at the end of a test run. */
  String description();

  /** The peers, connected, for the life of the backend. */
  QdrantCluster cluster();

  /** Address of a peer, by its position in {@link #cluster()}, for other clients. */
  Address address(int peer);

  /** A peer as other clients use it; the caller closes it. */
  default RawPeer raw(int peer) {
    return RawPeer.at(address(peer));
  }

  /** Faults of single peers; empty where the test does not control the peers. */
  Optional<Disturbance> disturbance();

  @Override
  void close();

  /** One peer's ports. */
  record Address(String host, int rest, int grpc) {}

  /** Injects faults into a single peer, by its position in {@link #cluster()}. */
  interface Disturbance {

    /** Pauses the process of a peer; its connections stay open. */
    void pause(int peer);

    /** Ends a pause. */
    void resume(int peer);

    /** Kills the process of a peer; its storage stays. */
    void kill(int peer);

    /** Starts a killed peer and returns when it answers. */
    void restart(int peer);
  }
}
