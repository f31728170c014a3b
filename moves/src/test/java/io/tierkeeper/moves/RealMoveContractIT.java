package io.tierkeeper.moves;

import io.tierkeeper.qdrant.contract.QdrantBackend;
import io.tierkeeper.qdrant.contract.QdrantBackends;
import java.net.URI;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;

/** The contract of moves on real servers, where there are some. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RealMoveContractIT implements MoveContract {
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
      System.out.println("Moves: no real Qdrant here, only the emulator was tested");
      return;
    }
    System.out.println("Moves: tested on " + backend.description());
    backend.close();
  }

  @Override
  public MoveRig rig() {
    if (backend == null) {
      throw new IllegalStateException("not started");
    }
    return new MoveRig(
        backend.cluster(),
        URI.create(
            "http://" + backend.address(0).host() + ":" + backend.address(0).rest()));
  }
}
