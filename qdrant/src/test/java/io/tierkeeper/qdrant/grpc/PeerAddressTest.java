package io.tierkeeper.qdrant.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tierkeeper.qdrant.QdrantEndpoints;
import io.tierkeeper.qdrant.QdrantException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class PeerAddressTest {

  private static PeerAddress.Resolver resolving(String... addresses) {
    return host -> Arrays.stream(addresses)
        .map(address -> {
          try {
            return InetAddress.getByName(address);
          } catch (UnknownHostException e) {
            throw new AssertionError(e);
          }
        })
        .toArray(InetAddress[]::new);
  }

  private static QdrantEndpoints endpoints(String endpoint) {
    return QdrantEndpoints.plain(List.of(URI.create(endpoint)), List.of(6333));
  }

  @Test
  void aHeadlessNameBecomesOnePeerForEachAddress() {
    assertThat(PeerAddress.of(
            endpoints("http://qdrant-headless:6334"), resolving("10.0.0.2", "10.0.0.1")))
        .containsExactly(
            new PeerAddress(URI.create("http://10.0.0.1:6334"), URI.create("http://10.0.0.1:6333")),
            new PeerAddress(
                URI.create("http://10.0.0.2:6334"), URI.create("http://10.0.0.2:6333")));
  }

  @Test
  void aPeerOnBothAddressFamiliesIsOnePeerAndKeepsItsName() {
    assertThat(PeerAddress.of(endpoints("http://localhost:6334"), resolving("127.0.0.1", "::1")))
        .containsExactly(new PeerAddress(
            URI.create("http://localhost:6334"), URI.create("http://localhost:6333")));
  }

  @Test
  void addressesOfTheSixthVersionAreBracketed() {
    assertThat(PeerAddress.of(endpoints("http://q:6334"), resolving("fd00::1", "fd00::2")))
        .extracting(PeerAddress::grpc)
        .allMatch(uri -> uri.toString().startsWith("http://[fd00:") && uri.getPort() == 6334);
  }

  @Test
  void namedPeersAreTakenAsTheyAreWithTheirOwnRestPorts() {
    QdrantEndpoints two = QdrantEndpoints.plain(
        List.of(URI.create("https://q-0:6334"), URI.create("https://q-1:6334")),
        List.of(6333, 7333));
    assertThat(PeerAddress.of(two, host -> {
          throw new AssertionError("no look-up needed");
        }))
        .extracting(PeerAddress::rest)
        .containsExactly(URI.create("https://q-0:6333"), URI.create("https://q-1:7333"));
  }

  @Test
  void severalAddressesBehindHttpsKeepTheNameThatCertificatesBear() {
    assertThat(PeerAddress.of(
            endpoints("https://qdrant-headless:6334"), resolving("10.0.0.2", "10.0.0.1")))
        .containsExactly(
            new PeerAddress(
                URI.create("https://10.0.0.1:6334"),
                URI.create("https://10.0.0.1:6333"),
                "qdrant-headless"),
            new PeerAddress(
                URI.create("https://10.0.0.2:6334"),
                URI.create("https://10.0.0.2:6333"),
                "qdrant-headless"));
  }

  @Test
  void aNameThatIsNotYetKnownIsUnavailable() {
    assertThatThrownBy(() -> PeerAddress.of(endpoints("http://q:6334"), host -> {
          throw new UnknownHostException(host);
        }))
        .isInstanceOf(QdrantException.Unavailable.class);
  }
}
