package io.tierkeeper.operator.collection;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.tierkeeper.api.v1alpha1.LocalReference;
import io.tierkeeper.api.v1alpha1.Reasons;
import io.tierkeeper.api.v1alpha1.TieredCollection;
import io.tierkeeper.api.v1alpha1.TieredCollectionSpec;
import io.tierkeeper.operator.config.QdrantConnector;
import io.tierkeeper.qdrant.QdrantCluster;
import io.tierkeeper.qdrant.QdrantEndpoints;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** One connection for each collection, made anew when its endpoints or its Secrets change. */
public final class QdrantConnections implements AutoCloseable {

  private static final Duration DEADLINE = Duration.ofSeconds(10);
  private static final String API_KEY = "apiKey";
  private static final String ALLOWED_HOSTS = "allowedHosts";
  private static final int DEFAULT_REST_PORT = 6333;

  /**
   * A connection in use.
   *
   * @param cluster the peers
   * @param identity which Qdrant cluster it is, the same for all collections in it
   * @param fingerprint of everything that it was made from; secret, never shown
   */
  public record Connection(QdrantCluster cluster, String identity, String fingerprint) {}

  private final KubernetesClient client;
  private final QdrantConnector connector;
  private final Map<String, Connection> open = new ConcurrentHashMap<>();
  private @Nullable Path directory;

  public QdrantConnections(KubernetesClient client, QdrantConnector connector) {
    this.client = client;
    this.connector = connector;
  }

  /**
   * The connection of a collection, the same one as long as nothing has changed.
   *
   * @throws ConnectionFault where the spec or a Secret keeps it from being made
   */
  public synchronized Connection of(TieredCollection collection) throws ConnectionFault {
    String namespace = collection.getMetadata().getNamespace();
    String key = namespace + "/" + collection.getMetadata().getName();
    TieredCollectionSpec.Qdrant spec = collection.getSpec().qdrant();
    if (spec == null || spec.endpoints() == null || spec.endpoints().isEmpty()) {
      throw new ConnectionFault(
          Reasons.QDRANT_UNREACHABLE,
          "spec.qdrant.endpoints: is empty; needed: http(s)://host:port of each peer");
    }
    List<URI> endpoints = endpoints(spec.endpoints());
    String restPort =
        Integer.toString(Objects.requireNonNullElse(spec.restPort(), DEFAULT_REST_PORT));
    Optional<Map<String, byte[]>> credentials =
        secret(namespace, "spec.qdrant.credentialsRef", spec.credentialsRef());
    if (credentials.isPresent()) {
      requireAllowed(endpoints, credentials.get(), Objects.requireNonNull(spec.credentialsRef()));
    }
    TieredCollectionSpec.Tls tls = spec.tls();
    @Nullable LocalReference caRef = tls == null ? null : tls.caRef();
    @Nullable LocalReference clientRef = tls == null ? null : tls.clientRef();
    Optional<Map<String, byte[]>> ca = secret(namespace, "spec.qdrant.tls.caRef", caRef);
    Optional<Map<String, byte[]>> own = secret(namespace, "spec.qdrant.tls.clientRef", clientRef);
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
    byte[] caBytes =
        ca.isEmpty() ? null : entry(ca.get(), "ca.crt", "spec.qdrant.tls.caRef", caRef);
    byte[] chain =
        own.isEmpty() ? null : entry(own.get(), "tls.crt", "spec.qdrant.tls.clientRef", clientRef);
    byte[] privateKey =
        own.isEmpty() ? null : entry(own.get(), "tls.key", "spec.qdrant.tls.clientRef", clientRef);
    String fingerprint = fingerprint(List.of(
        endpoints.toString(),
        restPort,
        apiKey == null ? "-" : "key " + apiKey,
        pem(caBytes),
        pem(chain),
        pem(privateKey)));
    Connection before = open.get(key);
    if (before != null && before.fingerprint().equals(fingerprint)) {
      return before;
    }
    QdrantCluster cluster;
    try {
      cluster = connector.connect(new QdrantEndpoints(
          endpoints,
          List.of(Integer.valueOf(restPort)),
          apiKey,
          file(key, "ca.crt", caBytes),
          file(key, "tls.crt", chain),
          file(key, "tls.key", privateKey),
          DEADLINE));
    } catch (IllegalArgumentException e) {
      throw new ConnectionFault(
          Reasons.QDRANT_UNREACHABLE,
          "spec.qdrant: cannot be connected to as it stands: " + e.getMessage());
    }
    Connection now = new Connection(cluster, identity(endpoints), fingerprint);
    open.put(key, now);
    if (before != null) {
      before.cluster().close();
    }
    return now;
  }

  /** Lets a collection's connection go. */
  public synchronized void forget(String namespace, String name) {
    Connection connection = open.remove(namespace + "/" + name);
    if (connection != null) {
      connection.cluster().close();
    }
  }

  @Override
  public synchronized void close() {
    open.values().forEach(connection -> connection.cluster().close());
    open.clear();
    if (directory != null) {
      try (var files = Files.list(directory)) {
        for (Path file : files.toList()) {
          Files.deleteIfExists(file);
        }
        Files.deleteIfExists(directory);
      } catch (IOException e) {
        throw new UncheckedIOException("certificates in " + directory + " cannot be removed", e);
      }
      directory = null;
    }
  }

  private static String identity(List<URI> endpoints) {
    return endpoints.stream().map(URI::toString).sorted().collect(Collectors.joining(","));
  }

  private static List<URI> endpoints(List<String> texts) throws ConnectionFault {
    try {
      List<URI> endpoints = texts.stream().map(URI::create).toList();
      for (URI endpoint : endpoints) {
        if (endpoint.getHost() == null) {
          throw new IllegalArgumentException(
              "'" + endpoint + "' names no host that can be resolved");
        }
      }
      return endpoints;
    } catch (IllegalArgumentException e) {
      throw new ConnectionFault(
          Reasons.QDRANT_UNREACHABLE,
          "spec.qdrant.endpoints: " + e.getMessage() + "; allowed: http(s)://host:port");
    }
  }

  private Optional<Map<String, byte[]>> secret(
      String namespace, String field, @Nullable LocalReference reference) throws ConnectionFault {
    if (reference == null || reference.name() == null) {
      return Optional.empty();
    }
    Secret secret =
        client.secrets().inNamespace(namespace).withName(reference.name()).get();
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

  /** Whoever may edit a TieredCollection must not be able to have the key sent to a host of theirs. */
  private static void requireAllowed(
      List<URI> endpoints, Map<String, byte[]> data, LocalReference reference)
      throws ConnectionFault {
    Set<String> allowed = Arrays.stream(
            new String(data.getOrDefault(ALLOWED_HOSTS, new byte[0]), StandardCharsets.UTF_8)
                .split("[,\\s]+"))
        .filter(host -> !host.isBlank())
        .collect(Collectors.toCollection(TreeSet::new));
    for (URI endpoint : endpoints) {
      if (!allowed.contains(endpoint.getHost())) {
        throw new ConnectionFault(
            Reasons.HOST_NOT_ALLOWED,
            "spec.qdrant.endpoints: host " + endpoint.getHost() + " is not in " + ALLOWED_HOSTS
                + " of Secret "
                + reference.name() + ", which lists "
                + (allowed.isEmpty() ? "none" : String.join(", ", allowed))
                + "; add it there if the key may be sent to it");
      }
    }
  }

  private @Nullable Path file(String collection, String name, byte @Nullable [] content) {
    if (content == null) {
      return null;
    }
    try {
      if (directory == null) {
        directory = Files.createTempDirectory(
            "tierkeeper-tls",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      }
      Path file = Files.createTempFile(
          directory,
          fingerprint(List.of(collection)).substring(0, 16),
          "-" + name,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.write(file, content);
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(
          "certificate " + name + " of " + collection + " cannot be stored", e);
    }
  }

  private static String pem(byte @Nullable [] content) {
    return content == null ? "-" : new String(content, StandardCharsets.UTF_8);
  }

  private static String fingerprint(List<String> parts) {
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
