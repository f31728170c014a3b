package io.tierkeeper.operator.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.Interceptor;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.tierkeeper.api.v1alpha1.TieredCollection;
import io.tierkeeper.lab.kubeapi.EmbeddedKubernetes;
import io.tierkeeper.operator.config.OperatorOptions;
import io.tierkeeper.operator.config.QdrantAccess;
import io.tierkeeper.operator.config.QdrantConnector;
import io.tierkeeper.qdrant.QdrantCluster;
import io.tierkeeper.qdrant.QdrantEndpoints;
import io.tierkeeper.qdrant.QdrantException;
import io.tierkeeper.qdrant.QdrantWrites;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What of the Secrets reaches Qdrant, to whom, and what a change of them does. */
class QdrantConnectionsTest {

  private final EmbeddedKubernetes kubernetes = EmbeddedKubernetes.start();
  private final KubernetesClient client = kubernetes.client();
  private @Nullable List<String> resolved = List.of();
  private final List<QdrantEndpoints> asked = new ArrayList<>();
  private final List<Opened> opened = new ArrayList<>();
  private final QdrantConnections connections = connections(endpoints -> {
    asked.add(endpoints);
    if (resolved == null) {
      throw new QdrantException.Unavailable("host name not found", null);
    }
    Opened cluster =
        new Opened(resolved.stream().map(QdrantConnectionsTest::peer).toList());
    opened.add(cluster);
    return cluster;
  });

  /** Remembers only whether it was closed. */
  private static final class Opened implements QdrantCluster {
    private final List<QdrantWrites> peers;
    private boolean closed;

    Opened(List<QdrantWrites> peers) {
      this.peers = peers;
    }

    @Override
    public List<QdrantWrites> peers() {
      return peers;
    }

    @Override
    public void close() {
      closed = true;
    }
  }

  @AfterEach
  void stop() {
    connections.close();
    client.close();
    kubernetes.close();
  }

  @Test
  void sendsTheKeyOfTheSecretToAHostThatItAllows() throws Exception {
    secret("qdrant-key", Map.of("apiKey", "first\n", "allowedHosts", "other.example, q.example"));
    connections.of(collection("credentialsRef: {name: qdrant-key}"));
    assertThat(asked).hasSize(1);
    assertThat(asked.get(0).apiKey()).isEqualTo("first");
    assertThat(asked.get(0).toString()).doesNotContain("first");
  }

  @Test
  void keepsItsConnectionWhileNothingChangesAndMakesANewOneWhenTheKeyIsRotated() throws Exception {
    secret("qdrant-key", Map.of("apiKey", "first", "allowedHosts", "q.example"));
    TieredCollection collection = collection("credentialsRef: {name: qdrant-key}");
    QdrantConnections.Connection first = connections.of(collection);
    assertThat(connections.of(collection)).isSameAs(first);
    assertThat(opened).hasSize(1);

    secret("qdrant-key", Map.of("apiKey", "second", "allowedHosts", "q.example"));
    QdrantConnections.Connection second = connections.of(collection);
    assertThat(second.identity()).isEqualTo(first.identity());
    assertThat(asked.get(1).apiKey()).isEqualTo("second");
    assertThat(opened.get(0).closed).isTrue();
    assertThat(opened.get(1).closed).isFalse();
  }

  @Test
  void resolvesTheOnlyNameAnewAndKeepsTheConnectionWhereTheAddressesAreTheSame() throws Exception {
    TieredCollection collection = named("kb", "http://qdrant-headless.qdrant:6334");
    resolved = List.of("10.0.0.1", "10.0.0.2", "10.0.0.3");
    QdrantConnections.Connection first = connections.of(collection);
    assertThat(connections.reconnect(collection, first)).isSameAs(first);
    assertThat(opened.get(0).closed).isFalse();
    assertThat(opened.get(1).closed).isTrue();

    // A peer was restarted, and the cluster has grown from three to five.
    resolved = List.of("10.0.0.1", "10.0.0.2", "10.0.0.9", "10.0.0.4", "10.0.0.5");
    QdrantConnections.Connection second = connections.reconnect(collection, first);
    assertThat(second).isNotSameAs(first);
    assertThat(second.cluster().peers()).hasSize(5);
    assertThat(opened.get(0).closed).isTrue();
    assertThat(connections.of(collection)).isSameAs(second);

    resolved = null;
    assertThat(connections.reconnect(collection, second)).isSameAs(second);
    assertThat(connections.of(collection)).isSameAs(second);
  }

  @Test
  void sendsNoKeyToAHostThatTheSecretDoesNotAllow() {
    secret("qdrant-key", Map.of("apiKey", "first", "allowedHosts", "other.example"));
    ConnectionFault fault = fault("credentialsRef: {name: qdrant-key}");
    assertThat(fault.reason()).isEqualTo("HostNotAllowed");
    assertThat(fault.sentence())
        .contains("q.example")
        .contains("other.example")
        .doesNotContain("first");
    assertThat(asked).isEmpty();
  }

  @Test
  void sendsNoKeyUnencryptedUnlessTheSecretSaysSo() throws Exception {
    secret("qdrant-key", Map.of("apiKey", "first", "allowedHosts", "q.example"));
    TieredCollection keyed = keyed("http://q.example:6334");
    assertThat(fault(keyed).sentence())
        .contains("http://q.example:6334")
        .contains("unencrypted")
        .doesNotContain("first");
    secret(
        "qdrant-key",
        Map.of("apiKey", "first", "allowedHosts", "http://q.example:6334 http://q.example:6333"));
    connections.of(keyed);
    assertThat(asked).hasSize(1);
  }

  @Test
  void bindsTheKeyToSchemeHostAndPortOfGrpcAndOfRest() {
    secret("qdrant-key", Map.of("apiKey", "first", "allowedHosts", "https://q.example:6334"));
    assertThat(fault(keyed("https://q.example:7000")).sentence())
        .contains("https://q.example:7000");
    assertThat(fault(keyed("https://q.example:6334")).sentence())
        .contains("https://q.example:6333");
    secret("qdrant-key", Map.of("apiKey", "first", "allowedHosts", "s3cr3t:pasted"));
    assertThat(fault(keyed("https://q.example:6334")).sentence())
        .contains("allowedHosts of Secret qdrant-key: entry 1")
        .doesNotContain("s3cr3t");
    assertThat(asked).isEmpty();
  }

  @Test
  void allowsAReservedAddressOnlyIfTheSecretNamesIt() throws Exception {
    secret("qdrant-key", Map.of("apiKey", "first", "allowedHosts", "q.example"));
    connections.of(keyed("https://q.example:6334"));
    InetAddress loopback = InetAddress.getByName("127.0.0.5");
    assertThat(asked.get(0).addressRule().refusal(loopback).orElseThrow())
        .contains("127.0.0.5")
        .contains("loopback")
        .contains("allowedAddresses");
    secret(
        "qdrant-key",
        Map.of("apiKey", "first", "allowedHosts", "q.example", "allowedAddresses", "127.0.0.0/8"));
    connections.of(keyed("https://q.example:6334"));
    assertThat(asked.get(1).addressRule().refusal(loopback)).isEmpty();
  }

  @Test
  void namesTheSecretThatIsMissingAndTheEntryThatItLacks() {
    assertThat(fault("credentialsRef: {name: absent}").sentence())
        .contains("spec.qdrant.credentialsRef")
        .contains("Secret absent does not exist in namespace default");
    secret("qdrant-ca", Map.of("tls.crt", "PEM"));
    ConnectionFault fault = fault("tls: {caRef: {name: qdrant-ca}}");
    assertThat(fault.reason()).isEqualTo("CredentialsNotFound");
    assertThat(fault.sentence()).contains("spec.qdrant.tls.caRef").contains("has no data ca.crt");
  }

  /** The Role may name the Secrets; the answer is the same for one that exists and for one that does not. */
  @Test
  void saysHowToAllowASecretThatTheRoleDoesNotName() {
    secret("qdrant-key", Map.of("apiKey", "first", "allowedHosts", "q.example"));
    Interceptor refusal = new Interceptor() {
      @Override
      public void before(BasicBuilder builder, HttpRequest request, RequestTags tags) {
        if (request.uri().getPath().contains("/secrets/")) {
          throw new KubernetesClientException(
              "forbidden", 403, new StatusBuilder().withCode(403).build());
        }
      }
    };
    try (KubernetesClient restricted = new KubernetesClientBuilder()
            .withConfig(client.getConfiguration())
            .withHttpClientBuilderConsumer(
                builder -> builder.addOrReplaceInterceptor("refuses", refusal))
            .build();
        QdrantConnections refused =
            new QdrantConnections(restricted, OperatorOptions.defaults().qdrant())) {
      ConnectionFault fault = catchThrowableOfType(
          ConnectionFault.class, () -> refused.of(keyed("https://q.example:6334")));
      assertThat(fault.reason()).isEqualTo("CredentialsNotFound");
      assertThat(fault.sentence())
          .contains("spec.qdrant.credentialsRef")
          .contains("Secret qdrant-key of namespace default")
          .contains("rbac.secretNames");
    }
  }

  @Test
  void handsTlsMaterialOverInFilesThatOnlyTheOwnerMayReadAndThatGoWithTheConnections()
      throws Exception {
    secret("qdrant-ca", Map.of("ca.crt", "the authority"));
    secret("me", Map.of("tls.crt", "the chain", "tls.key", "the private key"));
    TieredCollection collection =
        collection("tls: {caRef: {name: qdrant-ca}, clientRef: {name: me}}");
    connections.of(collection);
    QdrantEndpoints endpoints = asked.get(0);
    assertThat(Objects.requireNonNull(endpoints.trustedCa())).hasContent("the authority");
    assertThat(Objects.requireNonNull(endpoints.clientCertificate())).hasContent("the chain");
    Path key = Objects.requireNonNull(endpoints.clientKey());
    assertThat(key).hasContent("the private key");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key)))
        .isEqualTo("rw-------");

    secret("qdrant-ca", Map.of("ca.crt", "another authority"));
    connections.of(collection);
    assertThat(Objects.requireNonNull(asked.get(1).trustedCa())).hasContent("another authority");
    assertThat(opened.get(0).closed).isTrue();

    connections.close();
    assertThat(key).doesNotExist();
    assertThat(Objects.requireNonNull(asked.get(1).trustedCa())).doesNotExist();
  }

  @Test
  void setsUpACollectionWhileTheSetUpOfAnotherIsBlocked() throws Exception {
    CountDownLatch blocked = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    try (QdrantConnections blocking = connections(endpoints -> {
          if (endpoints.toString().contains("slow.example")) {
            blocked.countDown();
            awaitUninterruptibly(release);
          }
          return new Opened(List.of());
        });
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<QdrantConnections.Connection> slow =
          threads.submit(() -> blocking.of(named("slow", "https://slow.example:6334")));
      blocked.await();
      Future<QdrantConnections.Connection> other =
          threads.submit(() -> blocking.of(named("kb", "https://q.example:6334")));
      try {
        assertThat(other.get(30, TimeUnit.SECONDS).identity()).contains("q.example");
        assertThat(slow.isDone()).isFalse();
      } finally {
        release.countDown();
      }
      assertThat(slow.get(30, TimeUnit.SECONDS).identity()).contains("slow.example");
    }
  }

  @Test
  void keepsTheConnectionOfTheNewerSecretWhenAnOlderSetUpEndsLast() throws Exception {
    secret("qdrant-key", Map.of("apiKey", "old", "allowedHosts", "q.example"));
    CountDownLatch blocked = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    Opened discarded = new Opened(List.of());
    TieredCollection collection = collection("credentialsRef: {name: qdrant-key}");
    try (QdrantConnections blocking = connections(endpoints -> {
          if ("old".equals(endpoints.apiKey())) {
            blocked.countDown();
            awaitUninterruptibly(release);
            return discarded;
          }
          return new Opened(List.of());
        });
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<QdrantConnections.Connection> older = threads.submit(() -> blocking.of(collection));
      blocked.await();
      secret("qdrant-key", Map.of("apiKey", "new", "allowedHosts", "q.example"));
      QdrantConnections.Connection newer;
      try {
        newer = blocking.of(collection);
      } finally {
        release.countDown();
      }
      assertThat(older.get(30, TimeUnit.SECONDS)).isSameAs(newer);
      assertThat(discarded.closed).isTrue();
    }
  }

  private static QdrantWrites peer(String host) {
    return (QdrantWrites) Proxy.newProxyInstance(
        QdrantWrites.class.getClassLoader(),
        new Class<?>[] {QdrantWrites.class},
        (self, method, args) -> {
          if (method.getName().equals("endpoint")) {
            return URI.create("http://" + host + ":6334");
          }
          throw new AssertionError("asked " + method.getName());
        });
  }

  private QdrantConnections connections(QdrantConnector connector) {
    return new QdrantConnections(client, new QdrantAccess(connector, List.of()));
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static TieredCollection named(String name, String endpoint) {
    return Serialization.unmarshal("""
        apiVersion: tierkeeper.io/v1alpha1
        kind: TieredCollection
        metadata: {name: %s, namespace: default}
        spec:
          qdrant: {endpoints: ["%s"]}
        """.formatted(name, endpoint), TieredCollection.class);
  }

  private ConnectionFault fault(String extra) {
    return fault(collection(extra));
  }

  private ConnectionFault fault(TieredCollection collection) {
    return catchThrowableOfType(ConnectionFault.class, () -> connections.of(collection));
  }

  private static TieredCollection keyed(String endpoint) {
    return Serialization.unmarshal("""
        apiVersion: tierkeeper.io/v1alpha1
        kind: TieredCollection
        metadata: {name: kb, namespace: default}
        spec:
          qdrant: {endpoints: ["%s"], credentialsRef: {name: qdrant-key}}
        """.formatted(endpoint), TieredCollection.class);
  }

  private void secret(String name, Map<String, String> data) {
    client
        .resource(new SecretBuilder()
            .withNewMetadata()
            .withName(name)
            .withNamespace("default")
            .endMetadata()
            .withData(data.entrySet().stream()
                .collect(java.util.stream.Collectors.toMap(
                    Map.Entry::getKey,
                    entry -> java.util.Base64.getEncoder()
                        .encodeToString(
                            entry.getValue().getBytes(java.nio.charset.StandardCharsets.UTF_8)))))
            .build())
        .createOr(io.fabric8.kubernetes.client.dsl.NonDeletingOperation::update);
  }

  private static TieredCollection collection(String extra) {
    return Serialization.unmarshal("""
        apiVersion: tierkeeper.io/v1alpha1
        kind: TieredCollection
        metadata: {name: kb, namespace: default}
        spec:
          qdrant:
            endpoints: ["https://q.example:6334"]
            %s
        """.formatted(extra), TieredCollection.class);
  }
}
