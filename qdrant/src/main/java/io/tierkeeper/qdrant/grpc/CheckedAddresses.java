package io.tierkeeper.qdrant.grpc;

import io.grpc.EquivalentAddressGroup;
import io.grpc.NameResolver;
import io.grpc.NameResolverProvider;
import io.grpc.NameResolverRegistry;
import io.grpc.Status;
import io.grpc.StatusOr;
import io.tierkeeper.qdrant.QdrantEndpoints.AddressRefusedException;
import io.tierkeeper.qdrant.QdrantEndpoints.AddressRule;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Evaluates an {@link AddressRule} for each address that a name resolves to, for gRPC in the channel's own resolution, so that a
 * name which changes its address later does not lead elsewhere. The REST client resolves by itself: its name is checked right
 * before each request, and the JVM caches a resolution for longer than it takes to connect.
 */
record CheckedAddresses(AddressRule rule, PeerAddress.Resolver resolver) {

  static final CheckedAddresses NONE =
      new CheckedAddresses(AddressRule.ANY, InetAddress::getAllByName);

  /**
   * Verifies every address of an endpoint's host. An unknown host passes: the connection reports it.
   *
   * @throws AddressRefusedException where the rule refuses one of them
   */
  void check(URI endpoint) {
    if (rule == AddressRule.ANY) {
      return;
    }
    InetAddress[] addresses;
    try {
      addresses = resolver.addressesOf(endpoint.getHost());
    } catch (UnknownHostException e) {
      return;
    }
    for (InetAddress address : addresses) {
      Optional<String> refusal = rule.refusal(address);
      if (refusal.isPresent()) {
        throw new AddressRefusedException("endpoint " + endpoint + ": " + refusal.get());
      }
    }
  }

  /** Resolves as gRPC does, and fails where the rule refuses an address. */
  NameResolver.Factory names() {
    NameResolverProvider dns = Objects.requireNonNull(
        NameResolverRegistry.getDefaultRegistry().getProviderForScheme("dns"));
    return new NameResolver.Factory() {
      @Override
      public @Nullable NameResolver newNameResolver(URI target, NameResolver.Args args) {
        @Nullable NameResolver found = dns.newNameResolver(target, args);
        return found == null ? null : new Checked(found);
      }

      @Override
      public String getDefaultScheme() {
        return dns.getDefaultScheme();
      }
    };
  }

  private Optional<String> refusal(@Nullable List<EquivalentAddressGroup> groups) {
    if (groups == null) {
      return Optional.empty();
    }
    for (EquivalentAddressGroup group : groups) {
      for (SocketAddress address : group.getAddresses()) {
        Optional<String> refusal =
            address instanceof InetSocketAddress inet && inet.getAddress() != null
                ? rule.refusal(inet.getAddress())
                : Optional.of("address " + address + " is not an IP address");
        if (refusal.isPresent()) {
          return refusal;
        }
      }
    }
    return Optional.empty();
  }

  private final class Checked extends NameResolver {
    private final NameResolver resolver;

    Checked(NameResolver resolver) {
      this.resolver = resolver;
    }

    @Override
    public String getServiceAuthority() {
      return resolver.getServiceAuthority();
    }

    @Override
    public void start(Listener2 listener) {
      resolver.start(new Listener2() {
        @Override
        public void onResult(ResolutionResult result) {
          Status unused = onResult2(result);
        }

        @Override
        public Status onResult2(ResolutionResult result) {
          StatusOr<List<EquivalentAddressGroup>> found = result.getAddressesOrError();
          Optional<String> refusal =
              found.hasValue() ? refusal(found.getValue()) : Optional.empty();
          if (refusal.isPresent()) {
            Status status = Status.UNAVAILABLE.withDescription(refusal.get());
            listener.onError(status);
            return status;
          }
          return listener.onResult2(result);
        }

        @Override
        public void onError(Status error) {
          listener.onError(error);
        }
      });
    }

    @Override
    public void refresh() {
      resolver.refresh();
    }

    @Override
    public void shutdown() {
      resolver.shutdown();
    }
  }
}
