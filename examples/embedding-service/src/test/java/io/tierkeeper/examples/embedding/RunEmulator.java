package io.tierkeeper.examples.embedding;

import io.tierkeeper.lab.qdrant.emulator.EmulatedQdrant;

/** An emulated Qdrant for {@code run-emulator}. */
final class RunEmulator {

  private RunEmulator() {}

  /** Runs until the process is ended. */
  public static void main(String[] arguments) throws InterruptedException {
    EmulatedQdrant qdrant = EmulatedQdrant.start(Rig.ONE_PEER);
    System.out.println("export QDRANT_URL=" + qdrant.peers().getFirst().grpcEndpoint());
    Thread.currentThread().join();
  }
}
