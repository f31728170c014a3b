package io.tierkeeper.qdrant.contract;

import io.tierkeeper.lab.qdrant.emulator.EmulatorOptions;
import io.tierkeeper.lab.qdrant.local.LocalQdrant;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Chooses the most real Qdrant that the environment offers: QDRANT_BIN, a binary on PATH, QDRANT_URL, containers of the
 * official image where there is a container engine.
 */
public final class QdrantBackends {
  /** Why a test that needs a real one is skipped. */
  public static final String ABSENT =
      "no real Qdrant: set QDRANT_BIN, put qdrant on PATH, set QDRANT_URL, or start a container engine";

  private QdrantBackends() {}

  /** A real one, started; empty where there is none. */
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

  /** The real one where there is one, else the emulator; started. */
  public static QdrantBackend realest() {
    return real().orElseGet(() -> EmulatedBackend.start(EmulatorOptions.defaults()));
  }
}
