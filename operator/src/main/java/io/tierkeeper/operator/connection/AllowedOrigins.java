package io.tierkeeper.operator.connection;

import io.tierkeeper.operator.config.AddressRange;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * To whom a Secret lets its key be sent: scheme, host and port. A host alone stands for https at Qdrant's own ports, so that a key
 * travels unencrypted only where the Secret says {@code http://}.
 *
 * @param origins each as {@code scheme://host:port}
 * @param addresses hosts that are IP addresses, which names them also where they are reserved
 */
record AllowedOrigins(Set<String> origins, List<AddressRange> addresses) {
  private static final Pattern ENTRY =
      Pattern.compile("(?:(https?)://)?(\\[[0-9a-fA-F:.]+]|[^:/\\[\\]@?#]+)(?::(\\d{1,5}))?/?");

  private static final Set<Integer> QDRANT_PORTS = Set.of(6333, 6334);

  /**
   * Reads the entry {@code allowedHosts} of a Secret.
   *
   * @throws IllegalArgumentException where an entry cannot be used; it is named by its place, not repeated
   */
  static AllowedOrigins read(String text) {
    return read(text, QDRANT_PORTS);
  }

  /** The same with other ports for a host alone. */
  static AllowedOrigins read(String text, Set<Integer> usualPorts) {
    Set<String> origins = new TreeSet<>();
    List<AddressRange> addresses = new ArrayList<>();
    int place = 0;
    for (String entry : AddressRange.entries(text)) {
      place++;
      Matcher parts = ENTRY.matcher(entry);
      if (!parts.matches()) {
        throw new IllegalArgumentException("entry " + place
            + " is not a host or scheme://host:port, such as https://qdrant.example:6334");
      }
      String scheme = parts.group(1) == null ? "https" : parts.group(1);
      Set<Integer> ports =
          parts.group(3) == null ? usualPorts : Set.of(Integer.valueOf(parts.group(3)));
      ports.forEach(port -> origins.add(origin(scheme, parts.group(2), port)));
      if (AddressRange.isAddress(parts.group(2))) {
        addresses.addAll(AddressRange.list(parts.group(2)));
      }
    }
    return new AllowedOrigins(Set.copyOf(origins), List.copyOf(addresses));
  }

  boolean allows(URI endpoint, int port) {
    return origins.contains(origin(endpoint.getScheme(), endpoint.getHost(), port));
  }

  static String origin(String scheme, String host, int port) {
    return (scheme + "://" + host + ":" + port).toLowerCase(Locale.ROOT);
  }

  /** The origins as a Secret may list them. */
  @Override
  public String toString() {
    return origins.isEmpty() ? "none" : String.join(", ", new TreeSet<>(origins));
  }
}
