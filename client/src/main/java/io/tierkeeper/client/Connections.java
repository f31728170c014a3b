package io.tierkeeper.client;

import io.grpc.CallCredentials;
import io.grpc.ChannelCredentials;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.TlsChannelCredentials;
import io.qdrant.client.QdrantGrpcClient;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** The connections of a client, used in turn; replaced when the files for TLS have changed. */
final class Connections implements AutoCloseable {

  private static final Metadata.Key<String> API_KEY =
      Metadata.Key.of("api-key", Metadata.ASCII_STRING_MARSHALLER);

  /** How long calls on closed connections may take to end. */
  private static final long CLOSE_SECONDS = 5;

  private final ClientConfig config;
  private final boolean own;
  private final AtomicInteger turn = new AtomicInteger();
  private volatile List<QdrantGrpcClient> clients;
  private List<String> material;
  private long checkedAt = System.nanoTime();
  private volatile boolean suspected;

  private Connections(
      ClientConfig config, boolean own, List<QdrantGrpcClient> clients, List<String> material) {
    this.config = config;
    this.own = own;
    this.clients = clients;
    this.material = material;
  }

  /** Connects to the endpoints of the configuration, when a call is made. */
  static Connections open(ClientConfig config) {
    // First, so that files that are replaced in between are noticed later.
    List<String> material = material(config.tls());
    return new Connections(config, true, dial(config), material);
  }

  /** Uses channels of the application, which closes them. */
  static Connections over(ClientConfig config, List<ManagedChannel> channels) {
    return new Connections(
        config, false, channels.stream().map(channel -> on(config, channel)).toList(), List.of());
  }

  /** A call has failed, perhaps since a certificate was replaced: the files are looked at before the next one. */
  void suspect() {
    suspected = true;
  }

  /** The next one. */
  QdrantGrpcClient next() {
    if (own) {
      replaceIfRotated();
    }
    List<QdrantGrpcClient> all = clients;
    return all.get(Math.floorMod(turn.getAndIncrement(), all.size()));
  }

  private synchronized void replaceIfRotated() {
    long now = System.nanoTime();
    if (!suspected && now - checkedAt < ClientConfig.FILE_CHECK.toNanos()) {
      return;
    }
    checkedAt = now;
    suspected = false;
    List<String> found;
    List<QdrantGrpcClient> fresh;
    try {
      found = material(config.tls());
      if (found.equals(material)) {
        return;
      }
      fresh = dial(config);
    } catch (TenantClientException e) {
      // Certificate and key are replaced one after the other; until both are there the old
      // connections serve.
      return;
    }
    material = found;
    List<QdrantGrpcClient> old = clients;
    clients = fresh;
    // Calls that run on them end normally.
    old.forEach(client -> client.channel().shutdown());
  }

  private static List<String> material(Tls tls) {
    return Stream.of(tls.trustedCa(), tls.clientCertificate(), tls.clientKey())
        .filter(Objects::nonNull)
        .map(Connections::content)
        .toList();
  }

  private static String content(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new TenantClientException.InvalidRequest("TLS file " + file + " cannot be read", e);
    }
  }

  private static List<QdrantGrpcClient> dial(ClientConfig config) {
    List<QdrantGrpcClient> clients = new ArrayList<>();
    for (URI url : config.urls()) {
      for (int i = 0; i < config.connections(); i++) {
        clients.add(on(config, channel(config, url)));
      }
    }
    return List.copyOf(clients);
  }

  private static ManagedChannel channel(ClientConfig config, URI url) {
    int port = url.getPort() < 0 ? ClientConfig.DEFAULT_PORT : url.getPort();
    boolean secure = "https".equalsIgnoreCase(url.getScheme());
    return Grpc.newChannelBuilder(
            "dns:///" + url.getHost() + ":" + port,
            secure ? credentials(config.tls()) : InsecureChannelCredentials.create())
        // A name with the addresses of several peers: all of them are used, and one that is down is
        // left out.
        .defaultLoadBalancingPolicy("round_robin")
        .keepAliveTime(ClientConfig.KEEP_ALIVE.toSeconds(), TimeUnit.SECONDS)
        .maxInboundMessageSize(config.maxAnswerBytes())
        // The client repeats calls itself, where it knows that it may.
        .disableRetry()
        .build();
  }

  private static ChannelCredentials credentials(Tls tls) {
    TlsChannelCredentials.Builder credentials = TlsChannelCredentials.newBuilder();
    try {
      if (tls.trustedCa() != null) {
        credentials.trustManager(tls.trustedCa().toFile());
      }
      if (tls.clientCertificate() != null && tls.clientKey() != null) {
        credentials.keyManager(tls.clientCertificate().toFile(), tls.clientKey().toFile());
      }
    } catch (IOException e) {
      throw new TenantClientException.InvalidRequest(
          "a TLS file cannot be read: " + e.getMessage(), e);
    }
    return credentials.build();
  }

  private static QdrantGrpcClient on(ClientConfig config, ManagedChannel channel) {
    // The check of versions only warns, and waits for the server; the client has its own.
    return QdrantGrpcClient.newBuilder(channel, false, false)
        .withCallCredentials(new Key(config))
        .build();
  }

  /** Takes the key anew for each call. */
  private static final class Key extends CallCredentials {
    private final ClientConfig config;

    private Key(ClientConfig config) {
      this.config = config;
    }

    @Override
    public void applyRequestMetadata(RequestInfo info, Executor executor, MetadataApplier applier) {
      Metadata headers = new Metadata();
      try {
        String key = config.apiKey();
        if (key != null && !key.isEmpty()) {
          headers.put(API_KEY, key);
        }
      } catch (RuntimeException e) {
        applier.fail(Status.UNAUTHENTICATED.withDescription("no API key: " + e.getMessage()));
        return;
      }
      applier.apply(headers);
    }
  }

  @Override
  public void close() {
    if (!own) {
      return;
    }
    List<QdrantGrpcClient> all = clients;
    all.forEach(client -> client.channel().shutdown());
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(CLOSE_SECONDS);
    for (QdrantGrpcClient client : all) {
      ManagedChannel channel = client.channel();
      try {
        if (!channel.awaitTermination(until - System.nanoTime(), TimeUnit.NANOSECONDS)) {
          channel.shutdownNow();
        }
      } catch (InterruptedException e) {
        channel.shutdownNow();
        Thread.currentThread().interrupt();
      }
    }
  }
}
