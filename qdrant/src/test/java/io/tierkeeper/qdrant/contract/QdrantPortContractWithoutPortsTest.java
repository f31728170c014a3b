package io.tierkeeper.qdrant.contract;

import io.tierkeeper.lab.qdrant.emulator.EmulatorOptions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;

/** The contract on the emulator without a network, on which the simulator stands. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class QdrantPortContractWithoutPortsTest implements QdrantPortContract {
  private final EmulatedBackend backend =
      EmulatedBackend.startWithoutPorts(EmulatorOptions.defaults());

  @AfterAll
  void stop() {
    backend.close();
  }

  @Override
  public QdrantBackend backend() {
    return backend;
  }
}
