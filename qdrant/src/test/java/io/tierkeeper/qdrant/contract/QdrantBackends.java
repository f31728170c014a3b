package io.tierkeeper.qdrant.contract;

import io.tierkeeper.lab.qdrant.emulator.EmulatorOptions;
import io.tierkeeper.lab.qdrant.local.LocalQdrant;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Selects the first available Qdrant: QDRANT_BIN, a binary on PATH, QDRANT_URL, containers of the
 * official image where there is a container engine.
 */
public final class QdrantBackends {
  /** Reason for skipping a test that needs a real Qdrant. */
  public static final String ABSENT =
      "no real Qdrant: set QDRANT_BIN, put qdrant on PATH, set QDRANT_URL, or start a container engine";

  private QdrantBackends() {}

  /** Starts or connects a real Qdrant; empty when there is none. */
  public static Optional<QdrantBackend> real() {
    Optional<Path> binary = LocalQdrant.binary(System.getenv());
    if (binary.isPresent()) {
      return Optional.of(BinaryQdrant.start(binary.get()));
    }
    if (System.getenv().containsKey("QDRANT_URL")) {
      return Optional.of(RemoteQdrant.connect(System.getenv()));
    }
    return ContainerQdrant.possible() ? Optional.of(ContainerQdrant.start()) : Optional.empty();
  }

  /** Starts or connects a real Qdrant, or starts the emulator when there is none. */
  public static QdrantBackend realest() {
    return real().orElseGet(() -> EmulatedBackend.start(EmulatorOptions.defaults()));
  }
}
