package io.tierkeeper.client;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tierkeeper.lab.qdrant.local.LocalQdrant;
import java.nio.file.Path;
import java.util.Optional;

/** On three peers of a real Qdrant, where there is a binary (QDRANT_BIN, PATH). */
class RealTenantPointsIT extends TenantPointsContract {

  @Override
  ClientRig rig() {
    Optional<Path> binary = LocalQdrant.binary(System.getenv());
    assumeTrue(binary.isPresent(), "no real Qdrant: set QDRANT_BIN, or put qdrant on PATH");
    return ClientRig.start(LocalQdrant.start(binary.get()));
  }
}
