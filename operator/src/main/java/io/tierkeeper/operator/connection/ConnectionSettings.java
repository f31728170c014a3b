package io.tierkeeper.operator.connection;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.tierkeeper.api.v1alpha1.LocalReference;
import io.tierkeeper.api.v1alpha1.Reasons;
import io.tierkeeper.api.v1alpha1.TieredCollection;
import io.tierkeeper.api.v1alpha1.TieredCollectionSpec;
import io.tierkeeper.operator.config.AddressRange;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the spec of a TieredCollection and its Secrets say about its connection.
 *
 * @param endpoints one URI for each peer
 * @param restPort of every peer
 * @param apiKey null where Qdrant needs none
 * @param ca PEM of the trusted authority; null for the JDK's
 * @param chain PEM of the client certificate; null for none
 * @param privateKey PEM of its key; null for none
 * @param fences which fences the Secret allows
 * @param allowedAddresses reserved addresses that the Secret allows
 */
public record ConnectionSettings(
    List<URI> endpoints,
    int restPort,
    @Nullable String apiKey,
    @Nullable String ca,
    @Nullable String chain,
    @Nullable String privateKey,
    FencePermit fences,
    List<AddressRange> allowedAddresses) {

  private static final String API_KEY = "apiKey";
  private static final String ALLOWED_HOSTS = "allowedHosts";
  private static final String ALLOWED_ADDRESSES = "allowedAddresses";
  private static final int DEFAULT_REST_PORT = 6333;

  /**
   * Reads the spec and, from the API server, its Secrets.
   *
   * @throws ConnectionFault where the spec or a Secret cannot be used
   */
  static ConnectionSettings read(KubernetesClient client, TieredCollection collection)
      throws ConnectionFault {
    String namespace = collection.getMetadata().getNamespace();
    TieredCollectionSpec.Qdrant spec = collection.getSpec().qdrant();
    if (spec == null || spec.endpoints() == null || spec.endpoints().isEmpty()) {
      throw new ConnectionFault(
          Reasons.QDRANT_UNREACHABLE,
          "spec.qdrant.endpoints is empty; required: http(s)://host:port of each peer");
    }
    List<URI> endpoints = endpoints(spec.endpoints());
    Optional<Map<String, byte[]>> credentials =
        secret(client, namespace, "spec.qdrant.credentialsRef", spec.credentialsRef());
    int restPort = Objects.requireNonNullElse(spec.restPort(), DEFAULT_REST_PORT);
    List<AddressRange> allowedAddresses = credentials.isEmpty()
        ? List.of()
        : allowed(
            endpoints, restPort, credentials.get(), Objects.requireNonNull(spec.credentialsRef()));
    TieredCollectionSpec.Tls tls = spec.tls();
    @Nullable LocalReference caRef = tls == null ? null : tls.caRef();
    @Nullable LocalReference clientRef = tls == null ? null : tls.clientRef();
    Optional<Map<String, byte[]>> ca = secret(client, namespace, "spec.qdrant.tls.caRef", caRef);
    Optional<Map<String, byte[]>> own =
        secret(client, namespace, "spec.qdrant.tls.clientRef", clientRef);
    @Nullable
    String apiKey = credentials.isEmpty()
        ? null
        : new String(
                entry(
                    credentials.get(),
                    API_KEY,
                    "spec.qdrant.credentialsRef",
                    spec.credentialsRef()),
                StandardCharsets.UTF_8)
            .strip();
    return new ConnectionSettings(
        endpoints,
        restPort,
        apiKey,
        ca.isEmpty() ? null : pem(ca.get(), "ca.crt", "spec.qdrant.tls.caRef", caRef),
        own.isEmpty() ? null : pem(own.get(), "tls.crt", "spec.qdrant.tls.clientRef", clientRef),
        own.isEmpty() ? null : pem(own.get(), "tls.key", "spec.qdrant.tls.clientRef", clientRef),
        fences(credentials.orElse(Map.of()), spec.credentialsRef()),
        allowedAddresses);
  }

  /** Which Qdrant cluster it is, the same for all collections in it. */
  String identity() {
    return endpoints.stream().map(URI::toString).sorted().collect(Collectors.joining(","));
  }

  /** Equal where all settings are equal; secret, never shown. */
  String fingerprint() {
    return fingerprint(List.of(
        endpoints.toString(),
        Integer.toString(restPort),
        apiKey == null ? "-" : "key " + apiKey,
        shown(ca),
        shown(chain),
        shown(privateKey),
        fences.toString(),
        shown(fences.webhookSecret()),
        shown(fences.webhookCa()),
        allowedAddresses.toString()));
  }

  /** Does not show the secrets. */
  @Override
  public String toString() {
    return "ConnectionSettings[" + identity() + "]";
  }

  private static List<URI> endpoints(List<String> texts) throws ConnectionFault {
    try {
      List<URI> endpoints = texts.stream().map(URI::create).toList();
      for (URI endpoint : endpoints) {
        String scheme = endpoint.getScheme();
        if (!"http".equals(scheme) && !"https".equals(scheme)) {
          throw new IllegalArgumentException("the scheme is not http or https");
        }
        if (endpoint.getHost() == null) {
          throw new IllegalArgumentException("'" + endpoint + "' has no host");
        }
      }
      return endpoints;
    } catch (IllegalArgumentException e) {
      throw new ConnectionFault(
          Reasons.QDRANT_UNREACHABLE,
          "spec.qdrant.endpoints: " + e.getMessage() + "; allowed: http(s)://host:port");
    }
  }

  private static Optional<Map<String, byte[]>> secret(
      KubernetesClient client, String namespace, String field, @Nullable LocalReference reference)
      throws ConnectionFault {
    if (reference == null || reference.name() == null) {
      return Optional.empty();
    }
    Secret secret = get(client, namespace, field, reference.name());
    if (secret == null) {
      throw new ConnectionFault(
          Reasons.CREDENTIALS_NOT_FOUND,
          field + ": Secret " + reference.name() + " does not exist in namespace " + namespace
              + "; create it");
    }
    Map<String, String> data = Objects.requireNonNullElse(secret.getData(), Map.of());
    return Optional.of(data.entrySet().stream()
        .collect(Collectors.toMap(
            Map.Entry::getKey, entry -> Base64.getDecoder().decode(entry.getValue()))));
  }

  private static @Nullable Secret get(
      KubernetesClient client, String namespace, String field, String name) throws ConnectionFault {
    try {
      return client.secrets().inNamespace(namespace).withName(name).get();
    } catch (KubernetesClientException e) {
      if (e.getCode() != HttpURLConnection.HTTP_FORBIDDEN) {
        throw e;
      }
      throw new ConnectionFault(
          Reasons.CREDENTIALS_NOT_FOUND,
          field + ": the operator has no right to read Secret " + name + " of namespace "
              + namespace
              + "; allowed: those in rbac.secretNames of the chart. Add it there, or name another Secret");
    }
  }

  private static byte[] entry(
      Map<String, byte[]> data, String name, String field, @Nullable LocalReference reference)
      throws ConnectionFault {
    byte[] value = data.get(name);
    if (value == null || value.length == 0) {
      throw new ConnectionFault(
          Reasons.CREDENTIALS_NOT_FOUND,
          field + ": Secret " + (reference == null ? "" : reference.name()) + " has no data " + name
              + "; add it");
    }
    return value;
  }

  /**
   * Permission to edit a TieredCollection must not suffice to have the API key sent elsewhere.
   *
   * @return the reserved addresses that the Secret allows
   */
  private static List<AddressRange> allowed(
      List<URI> endpoints, int restPort, Map<String, byte[]> data, LocalReference reference)
      throws ConnectionFault {
    AllowedOrigins origins = read(data, ALLOWED_HOSTS, reference, AllowedOrigins::read);
    for (URI endpoint : endpoints) {
      for (int port : new int[] {endpoint.getPort(), restPort}) {
        if (!origins.allows(endpoint, port)) {
          String origin = AllowedOrigins.origin(endpoint.getScheme(), endpoint.getHost(), port);
          throw new ConnectionFault(
              Reasons.HOST_NOT_ALLOWED,
              "spec.qdrant.endpoints: host " + endpoint.getHost() + " as " + origin
                  + " is not in " + ALLOWED_HOSTS + " of Secret " + reference.name()
                  + ", which lists " + origins + "; add " + origin
                  + " there if the key may be sent to it"
                  + (endpoint.getScheme().equals("https") ? "" : " unencrypted"));
        }
      }
    }
    return Stream.concat(
            origins.addresses().stream(),
            read(data, ALLOWED_ADDRESSES, reference, AddressRange::list).stream())
        .toList();
  }

  private static FencePermit fences(Map<String, byte[]> data, @Nullable LocalReference reference)
      throws ConnectionFault {
    LocalReference named = Objects.requireNonNullElseGet(reference, () -> new LocalReference(null));
    @Nullable String secret = text(data, FencePermit.SECRET);
    return new FencePermit(
        named.name(),
        read(data, FencePermit.POINTS, named, FencePermit::points),
        read(data, FencePermit.WEBHOOKS, named, FencePermit::origins),
        secret == null ? null : secret.strip(),
        text(data, FencePermit.CA));
  }

  private static @Nullable String text(Map<String, byte[]> data, String name) {
    byte[] value = data.get(name);
    return value == null || value.length == 0 ? null : new String(value, StandardCharsets.UTF_8);
  }

  private static <T> T read(
      Map<String, byte[]> data, String name, LocalReference reference, Function<String, T> reader)
      throws ConnectionFault {
    try {
      return reader.apply(new String(data.getOrDefault(name, new byte[0]), StandardCharsets.UTF_8));
    } catch (IllegalArgumentException e) {
      throw new ConnectionFault(
          Reasons.HOST_NOT_ALLOWED,
          name + " of Secret " + reference.name() + ": " + e.getMessage());
    }
  }

  private static String shown(@Nullable String content) {
    return content == null ? "-" : content;
  }

  /** Byte for byte, whatever the content is. */
  private static String pem(
      Map<String, byte[]> data, String name, String field, @Nullable LocalReference reference)
      throws ConnectionFault {
    return new String(entry(data, name, field, reference), StandardCharsets.ISO_8859_1);
  }

  static String fingerprint(List<String> parts) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (String part : parts) {
        digest.update((part.length() + ":" + part).getBytes(StandardCharsets.UTF_8));
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
