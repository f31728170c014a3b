package io.tierkeeper.qdrant.grpc;

import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.qdrant.client.QdrantGrpcClient;
import io.tierkeeper.qdrant.QdrantCluster;
import io.tierkeeper.qdrant.QdrantEndpoints;
import io.tierkeeper.qdrant.QdrantWrites;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A real Qdrant cluster over its official gRPC client, one connection for each peer. */
public final class GrpcQdrant implements QdrantCluster {
  /** Qdrant takes no request over 32 MiB by default, so no point is larger. */
  private static final int MAX_MESSAGE_BYTES = 32 << 20;

  private final List<QdrantWrites> peers;
  private final List<QdrantGrpcClient> clients;
  private final List<HttpClient> http;

  private GrpcQdrant(
      List<QdrantWrites> peers, List<QdrantGrpcClient> clients, List<HttpClient> http) {
    this.peers = peers;
    this.clients = clients;
    this.http = http;
  }

  /**
   * Prepares the connections without speaking to the servers. Where the only endpoint is a name with several
   * addresses, each address is a peer; with https its certificate must have that name.
   *
   * @throws IllegalArgumentException where a field of the endpoints is not usable
   * @throws io.tierkeeper.qdrant.QdrantEndpoints.AddressRefusedException where the rule for addresses refuses one
   * @throws io.tierkeeper.qdrant.QdrantException.Unavailable where the only endpoint's name is not known
   */
  public static GrpcQdrant connect(QdrantEndpoints endpoints) {
    return connect(endpoints, InetAddress::getAllByName);
  }

  static GrpcQdrant connect(QdrantEndpoints endpoints, PeerAddress.Resolver resolver) {
    CheckedAddresses checked = new CheckedAddresses(endpoints.addressRule(), resolver);
    List<PeerAddress> addresses = PeerAddress.of(endpoints, resolver);
    addresses.forEach(address -> checked.check(address.grpc()));
    TlsMaterial tls = TlsMaterial.read(endpoints);
    HttpClient.Builder rest = HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .connectTimeout(endpoints.deadline());
    if (addresses.stream().anyMatch(PeerAddress::secure)) {
      rest.sslContext(tls.sslContext(addresses.get(0).name()));
    }
    HttpClient http = rest.build();
    List<QdrantWrites> peers = new ArrayList<>();
    List<QdrantGrpcClient> clients = new ArrayList<>();
    for (PeerAddress address : addresses) {
      ManagedChannel channel = channel(address, tls, checked);
      QdrantGrpcClient.Builder client = QdrantGrpcClient.newBuilder(channel, true, false);
      if (endpoints.apiKey() != null) {
        client.withApiKey(endpoints.apiKey());
      }
      QdrantGrpcClient grpc = client.build();
      clients.add(grpc);
      peers.add(new GrpcPeer(
          address.grpc(),
          grpc,
          new RestPaths(http, address.rest(), endpoints.apiKey(), endpoints.deadline(), checked),
          endpoints.deadline()));
    }
    return new GrpcQdrant(List.copyOf(peers), List.copyOf(clients), List.of(http));
  }

  /**
   * A way to one peer.
   *
   * @param endpoint what errors call it
   * @param channel closed with the cluster
   * @param http for the paths that gRPC does not offer
   */
  public record Wire(URI endpoint, ManagedChannel channel, HttpClient http) {}

  /** A cluster that is reached through these, one for each peer; deadlines are as long as those of real servers. */
  public static GrpcQdrant over(List<Wire> wires, Duration deadline) {
    List<QdrantWrites> peers = new ArrayList<>();
    List<QdrantGrpcClient> clients = new ArrayList<>();
    for (Wire wire : wires) {
      QdrantGrpcClient grpc =
          QdrantGrpcClient.newBuilder(wire.channel(), true, false).build();
      clients.add(grpc);
      peers.add(new GrpcPeer(
          wire.endpoint(),
          grpc,
          new RestPaths(wire.http(), wire.endpoint(), null, deadline, CheckedAddresses.NONE),
          deadline));
    }
    return new GrpcQdrant(
        List.copyOf(peers), List.copyOf(clients), wires.stream().map(Wire::http).toList());
  }

  // The replacement, a registry for the whole process, cannot know the rule of one channel.
  @SuppressWarnings("deprecation")
  private static ManagedChannel channel(
      PeerAddress address, TlsMaterial tls, CheckedAddresses checked) {
    ManagedChannelBuilder<?> channel = Grpc.newChannelBuilderForAddress(
        address.grpc().getHost(),
        address.grpc().getPort(),
        address.secure() ? tls.channelCredentials() : InsecureChannelCredentials.create());
    if (address.name() != null) {
      // The certificate is verified against it.
      channel.overrideAuthority(address.name() + ":" + address.grpc().getPort());
    }
    return channel
        .keepAliveTime(10, TimeUnit.SECONDS)
        .keepAliveTimeout(5, TimeUnit.SECONDS)
        .keepAliveWithoutCalls(true)
        .maxInboundMessageSize(MAX_MESSAGE_BYTES)
        .directExecutor()
        .nameResolverFactory(checked.names())
        .build();
  }

  @Override
  public List<QdrantWrites> peers() {
    return peers;
  }

  @Override
  public void close() {
    for (QdrantGrpcClient client : clients) {
      client.channel().shutdownNow();
      client.close();
    }
    http.forEach(HttpClient::shutdownNow);
  }
}
