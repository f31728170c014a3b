package io.tierkeeper.rag;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tierkeeper.lab.qdrant.local.LocalQdrant;
import java.nio.file.Path;
import java.util.Optional;

/** On three peers of a real Qdrant, where there is a binary (QDRANT_BIN, PATH). */
class RealTenantEmbeddingStoreIT extends EmbeddingStoreContract {

  @Override
  RagRig rig() {
    Optional<Path> binary = LocalQdrant.binary(System.getenv());
    assumeTrue(binary.isPresent(), "no real Qdrant: set QDRANT_BIN, or put qdrant on PATH");
    return RagRig.start(LocalQdrant.start(binary.get()));
  }
}
