package io.tierkeeper.qdrant.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tierkeeper.lab.qdrant.emulator.EmulatedQdrant;
import io.tierkeeper.lab.qdrant.emulator.EmulatorOptions;
import io.tierkeeper.qdrant.PeerStatus;
import io.tierkeeper.qdrant.QdrantEndpoints;
import io.tierkeeper.qdrant.QdrantException;
import io.tierkeeper.qdrant.QdrantWrites;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One headless name with https: each address is a peer, and its certificate has the name. */
class HeadlessNameTest {

  @TempDir
  private Path directory;

  private final EmulatedQdrant qdrant = EmulatedQdrant.start(EmulatorOptions.defaults());
  private final List<TlsFront> fronts = new ArrayList<>();

  @AfterEach
  void stop() {
    fronts.forEach(TlsFront::close);
    qdrant.close();
  }

  private GrpcQdrant connect(TlsFront.Certificate certificate) throws Exception {
    int grpc = 0;
    int rest = 0;
    for (int i = 0; i < qdrant.peers().size(); i++) {
      String host = "127.0.0." + (2 + i);
      URI plain = qdrant.peers().get(i).grpcEndpoint();
      TlsFront grpcFront = TlsFront.open(certificate, host, grpc, plain.getPort());
      fronts.add(grpcFront);
      grpc = grpcFront.port();
      TlsFront restFront =
          TlsFront.open(certificate, host, rest, qdrant.peers().get(i).restPort());
      fronts.add(restFront);
      rest = restFront.port();
    }
    return GrpcQdrant.connect(
        new QdrantEndpoints(
            List.of(URI.create("https://qdrant-headless.qdrant:" + grpc)),
            List.of(rest),
            null,
            certificate.authority(),
            null,
            null,
            Duration.ofSeconds(10)),
        host -> addresses());
  }

  private InetAddress[] addresses() throws UnknownHostException {
    InetAddress[] addresses = new InetAddress[qdrant.peers().size()];
    for (int i = 0; i < addresses.length; i++) {
      addresses[i] = InetAddress.getByName("127.0.0." + (2 + i));
    }
    return addresses;
  }

  @Test
  void everyPeerAnswersOverGrpcAndRest() throws Exception {
    try (GrpcQdrant cluster = connect(TlsFront.Certificate.make(
        directory, "dns:qdrant-headless.qdrant,dns:*.qdrant-headless.qdrant"))) {
      assertThat(cluster.peers())
          .hasSizeGreaterThan(1)
          .hasSize(qdrant.peers().size())
          .allSatisfy(peer -> assertThat(peer.describe("absent")).isEmpty())
          .extracting(QdrantWrites::status)
          .extracting(PeerStatus::peerId)
          .doesNotHaveDuplicates();
    }
  }

  @Test
  void aCertificateOfAnotherNameIsRefused() throws Exception {
    try (GrpcQdrant cluster = connect(TlsFront.Certificate.make(
        directory, "dns:another.qdrant,dns:*.qdrant-headless.qdrant,ip:127.0.0.2"))) {
      QdrantWrites peer = cluster.peers().get(0);
      assertThatThrownBy(peer::status).isInstanceOf(QdrantException.class);
      assertThatThrownBy(() -> peer.describe("absent")).isInstanceOf(QdrantException.class);
    }
  }

  @Test
  void aWildcardStandsForOneLabel() throws Exception {
    try (GrpcQdrant cluster = connect(TlsFront.Certificate.make(directory, "dns:*.qdrant"))) {
      // A wildcard directly below a top-level name is refused.
      assertThatThrownBy(() -> cluster.peers().get(0).status()).isInstanceOf(QdrantException.class);
    }
  }
}
