package io.tierkeeper.qdrant.contract;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;

/** The contract on a real Qdrant, where there is one. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RealQdrantPortContractIT implements QdrantPortContract {
  private @Nullable QdrantBackend backend;

  @BeforeAll
  void start() {
    Optional<QdrantBackend> real = QdrantBackends.real();
    Assumptions.assumeTrue(real.isPresent(), QdrantBackends.ABSENT);
    backend = real.orElseThrow();
  }

  @AfterAll
  void stop() {
    if (backend == null) {
      System.out.println("Qdrant contract: no real Qdrant here, only the emulator was tested");
      return;
    }
    System.out.println("Qdrant contract: tested on " + backend.description());
    backend.close();
  }

  @Override
  public QdrantBackend backend() {
    if (backend == null) {
      throw new IllegalStateException("not started");
    }
    return backend;
  }
}
