package io.tierkeeper.qdrant.grpc;

import io.tierkeeper.qdrant.QdrantEndpoints;
import io.tierkeeper.qdrant.QdrantException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The two endpoints of one peer.
 *
 * @param name in the peer's certificate, where the endpoints are numbers of a headless name; null where they have their own
 */
record PeerAddress(URI grpc, URI rest, @Nullable String name) {
  private static final Pattern UNPRINTABLE = Pattern.compile("[^\\x21-\\x7e]");

  /** A peer whose certificate has the host of its endpoints. */
  PeerAddress(URI grpc, URI rest) {
    this(grpc, rest, null);
  }

  /** Looks a host name up; replaced in tests. */
  interface Resolver {
    InetAddress[] addressesOf(String host) throws UnknownHostException;
  }

  boolean secure() {
    return grpc.getScheme().equals("https");
  }

  /**
   * One address for each peer: the endpoints as given, or where the only endpoint is a headless name, each of the
   * addresses behind it.
   */
  static List<PeerAddress> of(QdrantEndpoints endpoints, Resolver resolver) {
    check(endpoints);
    List<PeerAddress> peers = new ArrayList<>();
    for (int i = 0; i < endpoints.endpoints().size(); i++) {
      URI grpc = endpoints.endpoints().get(i);
      int restPort = endpoints.restPorts().get(endpoints.restPorts().size() == 1 ? 0 : i);
      if (endpoints.endpoints().size() > 1) {
        peers.add(new PeerAddress(grpc, withPort(grpc, grpc.getHost(), restPort)));
      } else {
        peers.addAll(behind(grpc, restPort, resolver));
      }
    }
    return List.copyOf(peers);
  }

  private static List<PeerAddress> behind(URI grpc, int restPort, Resolver resolver) {
    List<String> addresses = distinctPeers(grpc, resolver);
    if (addresses.size() < 2) {
      return List.of(new PeerAddress(grpc, withPort(grpc, grpc.getHost(), restPort)));
    }
    // A certificate has the name that was given, not the addresses behind it.
    @Nullable String name = grpc.getScheme().equals("https") ? grpc.getHost() : null;
    return addresses.stream()
        .map(host -> new PeerAddress(
            withPort(grpc, host, grpc.getPort()), withPort(grpc, host, restPort), name))
        .toList();
  }

  private static List<String> distinctPeers(URI grpc, Resolver resolver) {
    InetAddress[] found;
    try {
      found = resolver.addressesOf(grpc.getHost());
    } catch (UnknownHostException e) {
      throw new QdrantException.Unavailable("endpoint " + grpc + ": host name not found", e);
    }
    // A peer on two address families is one peer.
    boolean v4 = Arrays.stream(found).anyMatch(Inet4Address.class::isInstance);
    return Arrays.stream(found)
        .filter(address -> !v4 || address instanceof Inet4Address)
        .map(InetAddress::getHostAddress)
        .distinct()
        .sorted(Comparator.naturalOrder())
        .map(host -> host.contains(":") ? "[" + host + "]" : host)
        .toList();
  }

  private static void check(QdrantEndpoints endpoints) {
    int count = endpoints.endpoints().size();
    if (count == 0) {
      throw new IllegalArgumentException("endpoints must name at least one peer");
    }
    for (URI endpoint : endpoints.endpoints()) {
      String scheme = endpoint.getScheme();
      if (!("http".equals(scheme) || "https".equals(scheme))
          || endpoint.getHost() == null
          || endpoint.getPort() < 1
          || endpoint.getRawUserInfo() != null) {
        throw new IllegalArgumentException("endpoint " + endpoint.getScheme() + "://"
            + endpoint.getHost() + ":" + endpoint.getPort()
            + " must be http://host:port or https://host:port without user or path");
      }
    }
    int ports = endpoints.restPorts().size();
    if (ports != 1 && ports != count) {
      throw new IllegalArgumentException("restPorts has "
          + ports
          + " entries; allowed are one, or one for each of the "
          + count
          + " endpoints");
    }
    if (endpoints.deadline().toMillis() < 1) {
      throw new IllegalArgumentException(
          "deadline " + endpoints.deadline() + " must be at least one millisecond");
    }
    String apiKey = endpoints.apiKey();
    if (apiKey != null) {
      // Checked here since the HTTP client would repeat a bad header value in its error.
      Matcher bad = UNPRINTABLE.matcher(apiKey);
      if (apiKey.isEmpty() || bad.find()) {
        throw new IllegalArgumentException("apiKey must be printable ASCII without spaces"
            + (apiKey.isEmpty()
                ? ", it is empty"
                : "; character " + (bad.start() + 1) + " is not"));
      }
    }
  }

  private static URI withPort(URI like, String host, int port) {
    return URI.create(like.getScheme() + "://" + host + ":" + port);
  }
}
