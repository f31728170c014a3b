package io.tierkeeper.examples.embedding;

/** On H2, which is embedded. */
class JobStoreTest extends JobStoreContract {

  @Override
  Settings.DatabaseSettings database() {
    return new Settings.DatabaseSettings(Rig.inMemory(), null, null, 8);
  }
}
