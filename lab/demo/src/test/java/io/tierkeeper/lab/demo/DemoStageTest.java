package io.tierkeeper.lab.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What the demo says about the ports of Qdrant. */
class DemoStageTest {

  private static final Map<URI, Integer> PORTS = new TreeMap<>(
      Map.of(URI.create("http://127.0.0.1:7001"), 7002, URI.create("http://127.0.0.1:7003"), 7004));

  @Test
  void saysThatTheEmulatorSpeaksRestOnlyInPart() {
    assertThat(DemoStage.qdrantPorts(PORTS, true))
        .startsWith(
            "  Qdrant: gRPC http://127.0.0.1:7001, REST http://127.0.0.1:7002 (only in part)",
            "  Qdrant: gRPC http://127.0.0.1:7003, REST http://127.0.0.1:7004 (only in part)")
        .contains(
            "    QdrantClient(host=\"127.0.0.1\", port=7002, grpc_port=7001, prefer_grpc=True)");
  }

  @Test
  void saysNothingOfTheKindAboutARealQdrant() {
    assertThat(DemoStage.qdrantPorts(PORTS, false))
        .containsExactly(
            "  Qdrant: gRPC http://127.0.0.1:7001, REST http://127.0.0.1:7002",
            "  Qdrant: gRPC http://127.0.0.1:7003, REST http://127.0.0.1:7004");
  }
}
