package io.tierkeeper.cli;

import io.tierkeeper.launcher.UsageException;
import io.tierkeeper.qdrant.QdrantCluster;
import io.tierkeeper.qdrant.QdrantEndpoints;
import io.tierkeeper.qdrant.grpc.GrpcQdrant;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The Qdrant that a command uses; the API key is in {@code QDRANT_API_KEY}. */
public final class QdrantOption {

  /** The Qdrant emulator inside this JVM. */
  static final String EMBEDDED = "embedded";

  private static final int USUAL_REST_PORT = 6333;

  @Option(
      names = "--qdrant",
      paramLabel = "URL",
      split = ",",
      description =
          "gRPC endpoints of Qdrant, one per peer, such as http://host:6334; the API key is read from QDRANT_API_KEY.")
  @Nullable
  List<String> qdrant;

  @Option(
      names = "--rest-port",
      paramLabel = "PORT",
      split = ",",
      description =
          "REST port of the --qdrant endpoints: one for all, or one per endpoint; default 6333.")
  @Nullable
  List<Integer> restPorts;

  public boolean given() {
    return qdrant != null && !embedded();
  }

  /** Whether the Qdrant is one word instead of endpoints, such as {@code local}. */
  public boolean is(String word) {
    return List.of(word).equals(qdrant);
  }

  public boolean embedded() {
    return qdrant == null || is(EMBEDDED);
  }

  /**
   * The endpoints that were given.
   *
   * @throws UsageException if one of them is not valid
   */
  public QdrantEndpoints endpoints() {
    List<URI> uris =
        Objects.requireNonNull(qdrant).stream().map(QdrantOption::uri).toList();
    List<Integer> rest = restPorts == null ? List.of(USUAL_REST_PORT) : restPorts;
    if (rest.size() != 1 && rest.size() != uris.size()) {
      throw new UsageException("--rest-port " + rest
          + " must be one port, or one per --qdrant endpoint: " + uris.size());
    }
    List<Integer> each =
        rest.size() == 1 ? uris.stream().map(uri -> rest.getFirst()).toList() : rest;
    return QdrantEndpoints.plain(uris, each).apiKey(System.getenv("QDRANT_API_KEY"));
  }

  public QdrantCluster connect() {
    return GrpcQdrant.connect(endpoints());
  }

  /** The same with another deadline for each call. */
  public QdrantCluster connect(Duration deadline) {
    return GrpcQdrant.connect(endpoints().deadline(deadline));
  }

  /** How references call it. */
  public String name() {
    URI first = endpoints().endpoints().getFirst();
    return first.getHost() + ":" + first.getPort();
  }

  private static URI uri(String text) {
    try {
      URI uri = URI.create(text);
      if (uri.getHost() != null
          && uri.getPort() >= 0
          && List.of("http", "https").contains(String.valueOf(uri.getScheme()))) {
        return uri;
      }
    } catch (IllegalArgumentException e) {
      // Refused below, in the same words.
    }
    throw new UsageException("--qdrant " + text + " must be http(s)://host:port, the gRPC port");
  }
}
