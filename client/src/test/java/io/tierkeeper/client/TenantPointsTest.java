package io.tierkeeper.client;

/** On the emulator. */
class TenantPointsTest extends TenantPointsContract {

  @Override
  ClientRig rig() {
    return ClientRig.start();
  }
}
