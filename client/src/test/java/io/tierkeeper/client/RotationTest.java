package io.tierkeeper.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.grpc.Server;
import io.grpc.TlsServerCredentials;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.qdrant.client.grpc.QdrantGrpc.QdrantImplBase;
import io.qdrant.client.grpc.QdrantOuterClass.HealthCheckReply;
import io.qdrant.client.grpc.QdrantOuterClass.HealthCheckRequest;
import io.tierkeeper.lab.qdrant.emulator.EmulatedQdrant;
import io.tierkeeper.lab.qdrant.emulator.EmulatorOptions;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keys and certificates are replaced while the client runs. */
class RotationTest {

  @TempDir
  private Path files;

  @Test
  void usesTheNewKeyOfAFileAtOnce() throws Exception {
    Path key = Files.writeString(files.resolve("key"), "old");
    try (EmulatedQdrant qdrant =
            EmulatedQdrant.start(EmulatorOptions.defaults().withPeers(1).withApiKey("new"));
        TenantClient client =
            TenantClient.connect(ClientRig.config(qdrant).apiKeyFile(key).build())) {
      assertThatExceptionOfType(TenantClientException.AccessRefused.class)
          .isThrownBy(() -> client.collection().exists())
          .withMessageNotContaining("old");
      Files.writeString(key, "new\n");
      assertThat(client.collection().exists()).isFalse();
    }
  }

  @Test
  void asksASupplierForEachCall() {
    AtomicReference<String> key = new AtomicReference<>("old");
    try (EmulatedQdrant qdrant =
            EmulatedQdrant.start(EmulatorOptions.defaults().withPeers(1).withApiKey("new"));
        TenantClient client =
            TenantClient.connect(ClientRig.config(qdrant).apiKey(key::get).build())) {
      assertThatExceptionOfType(TenantClientException.AccessRefused.class)
          .isThrownBy(() -> client.collection().exists());
      key.set("new");
      assertThat(client.collection().exists()).isFalse();
    }
  }

  @Test
  void connectsWithNewCertificatesWhenTheFilesAreReplaced() throws Exception {
    PemFiles one = PemFiles.make(files, "one");
    PemFiles two = PemFiles.make(files, "two");
    PemFiles used = PemFiles.make(files, "used");
    one.replace(used);
    Server first = serve(one, 0);
    int port = first.getPort();
    ClientConfig config = ClientConfig.builder("kb")
        .url("https://127.0.0.1:" + port)
        .tls(new Tls(used.certificate(), used.certificate(), used.key()))
        .retry(ClientRig.QUICK)
        .build();
    try (TenantClient client = TenantClient.connect(config)) {
      assertThat(client.health()).isEqualTo("1.19.0");
      first.shutdownNow().awaitTermination();
      Server second = serve(two, port);
      try {
        assertThatExceptionOfType(TenantClientException.Unavailable.class)
            .as("the old authority and the old certificate")
            .isThrownBy(client::health);
        two.replace(used);
        assertThat(client.health()).isEqualTo("1.19.0");
      } finally {
        second.shutdownNow().awaitTermination();
      }
    }
  }

  @Test
  void refusesFilesThatCannotBeRead() {
    assertThatExceptionOfType(TenantClientException.InvalidRequest.class)
        .isThrownBy(() -> TenantClient.connect(ClientConfig.builder("kb")
            .url("https://localhost")
            .tls(Tls.trusting(files.resolve("absent")))
            .build()))
        .withMessageContaining("absent cannot be read");
  }

  /** A server that trusts its own certificate only, and asks clients for it. */
  private static Server serve(PemFiles files, int port) throws Exception {
    return NettyServerBuilder.forAddress(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
            TlsServerCredentials.newBuilder()
                .keyManager(files.certificate().toFile(), files.key().toFile())
                .trustManager(files.certificate().toFile())
                .clientAuth(TlsServerCredentials.ClientAuth.REQUIRE)
                .build())
        .addService(new QdrantImplBase() {
          @Override
          public void healthCheck(
              HealthCheckRequest request, StreamObserver<HealthCheckReply> observer) {
            observer.onNext(HealthCheckReply.newBuilder().setVersion("1.19.0").build());
            observer.onCompleted();
          }
        })
        .build()
        .start();
  }
}
