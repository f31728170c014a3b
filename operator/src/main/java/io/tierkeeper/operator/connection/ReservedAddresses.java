package io.tierkeeper.operator.connection;

import io.tierkeeper.operator.config.AddressRange;
import io.tierkeeper.qdrant.QdrantEndpoints.AddressRule;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Refuses the addresses at which a pod or a node finds services that are meant for itself: whoever may create a TieredCollection
 * must not reach them through the operator. A Secret, or the operator's own settings, may allow some of them.
 *
 * @param apiServer host of the Kubernetes API, a name or an address
 * @param allowed by the Secret or the operator's settings
 */
record ReservedAddresses(String apiServer, List<AddressRange> allowed) implements AddressRule {

  /** Of clouds whose metadata service is not link-local. */
  private static final List<AddressRange> METADATA =
      AddressRange.list("100.100.100.200, 168.63.129.16, 192.0.0.192, fd00:ec2::/32, fd20:ce::254");

  private static final List<AddressRange> THIS_NETWORK =
      AddressRange.list("0.0.0.0/8, 255.255.255.255, ::");

  private static final AddressRange NAT64 = AddressRange.list("64:ff9b::/96").getFirst();
  private static final AddressRange SIX_TO_FOUR = AddressRange.list("2002::/16").getFirst();
  private static final AddressRange COMPATIBLE = AddressRange.list("::/96").getFirst();

  @Override
  public Optional<String> refusal(InetAddress address) {
    if (allowed.stream().anyMatch(range -> range.contains(address))) {
      return Optional.empty();
    }
    return kind(address)
        .or(() -> embedded(address).flatMap(this::kind))
        .map(kind -> "address " + address.getHostAddress() + " is refused: it is " + kind
            + "; if Qdrant is there, list it in allowedAddresses of the Secret in"
            + " spec.qdrant.credentialsRef");
  }

  private Optional<String> kind(InetAddress address) {
    if (address.isLoopbackAddress()) {
      return Optional.of("loopback");
    }
    if (METADATA.stream().anyMatch(range -> range.contains(address))) {
      return Optional.of("a cloud's metadata service");
    }
    if (address.isLinkLocalAddress()) {
      return Optional.of("link-local");
    }
    if (address.isMulticastAddress()) {
      return Optional.of("multicast");
    }
    if (THIS_NETWORK.stream().anyMatch(range -> range.contains(address))) {
      return Optional.of("unspecified or broadcast");
    }
    return isApiServer(address) ? Optional.of("the Kubernetes API server") : Optional.empty();
  }

  private boolean isApiServer(InetAddress address) {
    try {
      return Arrays.asList(InetAddress.getAllByName(apiServer)).contains(address);
    } catch (UnknownHostException e) {
      return false;
    }
  }

  /** The IPv4 address to which a gateway translates. */
  private static Optional<InetAddress> embedded(InetAddress address) {
    if (!(address instanceof Inet6Address)) {
      return Optional.empty();
    }
    byte[] bytes = address.getAddress();
    int from = NAT64.contains(address) || COMPATIBLE.contains(address)
        ? 12
        : SIX_TO_FOUR.contains(address) ? 2 : -1;
    try {
      return from < 0
          ? Optional.empty()
          : Optional.of(InetAddress.getByAddress(Arrays.copyOfRange(bytes, from, from + 4)));
    } catch (UnknownHostException e) {
      throw new IllegalStateException("four bytes are an address", e);
    }
  }
}
