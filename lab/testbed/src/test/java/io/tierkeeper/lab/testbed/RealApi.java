package io.tierkeeper.lab.testbed;

import org.junit.jupiter.api.Assumptions;

/** Skips a test where there is no real API. */
final class RealApi {
  private RealApi() {}

  static KubernetesBackend required() {
    var real = KubernetesBackends.real();
    Assumptions.assumeTrue(real.isPresent(), ApiServerBinaries.ABSENT);
    return real.orElseThrow();
  }

  /** For what needs its audit log or its kubectl. */
  static ApiServer apiServer() {
    var server = KubernetesBackends.apiServer();
    Assumptions.assumeTrue(server.isPresent(), ApiServerBinaries.ABSENT);
    return server.orElseThrow();
  }
}
