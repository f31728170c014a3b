package io.tierkeeper.qdrant.contract;

import io.tierkeeper.lab.qdrant.emulator.EmulatorOptions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;

/** The contract on the emulator, in every build. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class QdrantPortContractTest implements QdrantPortContract {
  private final QdrantBackend backend = EmulatedBackend.start(EmulatorOptions.defaults());

  @AfterAll
  void stop() {
    backend.close();
  }

  @Override
  public QdrantBackend backend() {
    return backend;
  }
}
