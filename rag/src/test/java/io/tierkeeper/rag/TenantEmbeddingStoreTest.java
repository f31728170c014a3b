package io.tierkeeper.rag;

/** On the emulator. */
class TenantEmbeddingStoreTest extends EmbeddingStoreContract {

  @Override
  RagRig rig() {
    return RagRig.start();
  }
}
