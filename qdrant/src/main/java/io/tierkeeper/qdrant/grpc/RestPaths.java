package io.tierkeeper.qdrant.grpc;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tierkeeper.qdrant.PeerStatus;
import io.tierkeeper.qdrant.QdrantEndpoints.AddressRefusedException;
import io.tierkeeper.qdrant.QdrantException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** What Qdrant offers over REST only: the peer's view of the cluster, and snapshots of single shards. */
final class RestPaths {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Of no file. */
  private static final String NO_CHECKSUM = "0".repeat(64);

  /** A shard may be large; a snapshot still has an end. */
  private static final Duration SNAPSHOT_DEADLINE = Duration.ofMinutes(10);

  private static final Duration MEMORY_LASTS = Duration.ofMinutes(10);

  /** 1 PiB: a container without a limit reports the biggest number that there is. */
  private static final long UNLIMITED_KIB = 1L << 40;

  private final HttpClient http;
  private final URI root;
  private final @Nullable String apiKey;
  private final Duration deadline;
  private final CheckedAddresses checked;
  private volatile @Nullable Memory memory;

  RestPaths(
      HttpClient http,
      URI root,
      @Nullable String apiKey,
      Duration deadline,
      CheckedAddresses checked) {
    this.http = http;
    this.root = root;
    this.apiKey = apiKey;
    this.deadline = deadline;
    this.checked = checked;
  }

  PeerStatus status() {
    String version = ForeignText.version(
        json("status", CallKind.READ, get("/"), deadline).path("version").asText());
    JsonNode cluster = json("status", CallKind.READ, get("/cluster"), deadline).path("result");
    if (!cluster.path("status").asText().equals("enabled")) {
      throw new QdrantException.Rejected(
          "status at " + root + ": this Qdrant does not run in cluster mode (cluster.enabled)",
          null);
    }
    JsonNode raft = cluster.path("raft_info");
    TreeSet<Long> peers = new TreeSet<>(Long::compareUnsigned);
    cluster.path("peers").fieldNames().forEachRemaining(id -> peers.add(peer(id)));
    return new PeerStatus(
        version,
        required(cluster, "peer_id").asLong(),
        java.util.Collections.unmodifiableSet(peers),
        required(raft, "term").asLong(),
        required(raft, "commit").asLong(),
        required(raft, "pending_operations").asLong(),
        raft.hasNonNull("leader"),
        memory());
  }

  /** Read every few minutes: it hardly changes, and {@link #status} is asked often. */
  private OptionalLong memory() {
    long now = System.nanoTime();
    Memory known = memory;
    if (known == null || now - known.readAt() > MEMORY_LASTS.toNanos()) {
      known = new Memory(readMemory(), now);
      memory = known;
    }
    return known.bytes();
  }

  /** Empty where the peer does not say, which is no fault of the peer: nothing but a figure depends on it. */
  private OptionalLong readMemory() {
    try {
      long kibibytes = json("telemetry", CallKind.READ, get("/telemetry?details_level=1"), deadline)
          .at("/result/app/system/ram_size")
          .asLong();
      return kibibytes > 0 && kibibytes < UNLIMITED_KIB
          ? OptionalLong.of(kibibytes * 1024)
          : OptionalLong.empty();
    } catch (QdrantException unknown) {
      return OptionalLong.empty();
    }
  }

  private record Memory(OptionalLong bytes, long readAt) {}

  private long peer(String id) {
    try {
      return Long.parseUnsignedLong(id);
    } catch (NumberFormatException e) {
      throw new QdrantException.Unavailable(
          "status at " + root + ": an id of a peer is not a number", null);
    }
  }

  String createShardSnapshot(String collection, int shardId) {
    HttpRequest.Builder request =
        request(shard(collection, shardId) + "/snapshots?wait=true").POST(BodyPublishers.noBody());
    JsonNode answer = json("createShardSnapshot", CallKind.WRITE, request, SNAPSHOT_DEADLINE);
    return required(answer.path("result"), "name").asText();
  }

  void downloadShardSnapshot(String collection, int shardId, String name, Path file) {
    download(
        "downloadShardSnapshot",
        shard(collection, shardId) + "/snapshots/" + encode(name),
        "snapshot " + name,
        file);
  }

  void streamShardSnapshot(String collection, int shardId, Path file) {
    download(
        "streamShardSnapshot",
        shard(collection, shardId) + "/snapshot",
        "a snapshot of shard " + shardId,
        file);
  }

  /** The file appears whole or not at all. */
  private void download(String verb, String path, String what, Path file) {
    Path part = file.resolveSibling(file.getFileName() + ".part");
    try {
      HttpResponse<String> answer = send(
          verb,
          CallKind.READ,
          get(path),
          info -> info.statusCode() == 200
              ? BodySubscribers.mapping(
                  BodySubscribers.ofFile(
                      part,
                      StandardOpenOption.CREATE,
                      StandardOpenOption.TRUNCATE_EXISTING,
                      StandardOpenOption.WRITE),
                  Path::toString)
              : new CappedText(CappedText.MAX_BODY_BYTES),
          SNAPSHOT_DEADLINE);
      requireOk(verb, CallKind.READ, answer);
      Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(what + " cannot be written to " + file, e);
    } finally {
      deleteLeftOver(part);
    }
  }

  void recoverShardSnapshot(String collection, int shardId, Path file) {
    String checksum;
    try {
      checksum = sha256(file);
    } catch (IOException e) {
      throw new UncheckedIOException("snapshot file " + file + " cannot be read", e);
    }
    HttpRequest.Builder request = upload(collection, shardId, file, checksum);
    json("recoverShardSnapshot", CallKind.WRITE, request, SNAPSHOT_DEADLINE);
  }

  void probeShardSnapshot(String collection, int shardId, Path file) {
    HttpRequest.Builder request = upload(collection, shardId, file, NO_CHECKSUM);
    String verb = "probeShardSnapshot";
    HttpResponse<String> answer =
        send(verb, CallKind.READ, request, CappedText.handler(), SNAPSHOT_DEADLINE);
    String text = errorText(answer.body());
    boolean arrived =
        answer.statusCode() == 400 && text.toLowerCase(Locale.ROOT).contains("checksum mismatch");
    if (answer.statusCode() == 200) {
      throw new QdrantException.Rejected(
          verb + " at " + root + ": a snapshot with a wrong checksum was accepted", null);
    }
    if (!arrived) {
      requireOk(verb, CallKind.READ, answer);
    }
  }

  private HttpRequest.Builder upload(String collection, int shardId, Path file, String checksum) {
    String boundary = "tierkeeper" + UUID.randomUUID();
    BodyPublisher body;
    try {
      body = BodyPublishers.concat(
          BodyPublishers.ofString("--"
              + boundary
              + "\r\nContent-Disposition: form-data; name=\"snapshot\"; filename=\"s.snapshot\""
              + "\r\nContent-Type: application/octet-stream\r\n\r\n"),
          BodyPublishers.ofFile(file),
          BodyPublishers.ofString("\r\n--" + boundary + "--\r\n"));
    } catch (IOException e) {
      throw new UncheckedIOException("snapshot file " + file + " cannot be read", e);
    }
    return request(shard(collection, shardId)
            + "/snapshots/upload?priority=snapshot&wait=true&checksum="
            + checksum)
        .header("Content-Type", "multipart/form-data; boundary=" + boundary)
        .POST(body);
  }

  void deleteShardSnapshot(String collection, int shardId, String name) {
    HttpRequest.Builder request = request(
            shard(collection, shardId) + "/snapshots/" + encode(name) + "?wait=true")
        .DELETE();
    json("deleteShardSnapshot", CallKind.WRITE, request, deadline);
  }

  private HttpRequest.Builder get(String path) {
    return request(path).GET();
  }

  private HttpRequest.Builder request(String path) {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(root + path));
    if (apiKey != null) {
      request.header("api-key", apiKey);
    }
    return request;
  }

  private JsonNode json(String verb, CallKind kind, HttpRequest.Builder request, Duration within) {
    HttpResponse<String> answer = send(verb, kind, request, CappedText.handler(), within);
    requireOk(verb, kind, answer);
    try {
      return JSON.readTree(answer.body());
    } catch (JsonProcessingException notQdrant) {
      // Its message quotes the answer.
      throw CallErrors.undecided(
          verb + " at " + root + ": the answer is not JSON", null, kind, true);
    }
  }

  private HttpResponse<String> send(
      String verb,
      CallKind kind,
      HttpRequest.Builder request,
      HttpResponse.BodyHandler<String> handler,
      Duration within) {
    String what = verb + " at " + root;
    try {
      checked.check(root);
    } catch (AddressRefusedException e) {
      throw new QdrantException.Unavailable(verb + ": " + e.getMessage(), e);
    }
    CompletableFuture<HttpResponse<String>> answer =
        http.sendAsync(request.timeout(within).build(), handler);
    try {
      // The request's own timeout ends with the headers; the body needs a bound too.
      return answer.get(within.toMillis() + 1, TimeUnit.MILLISECONDS);
    } catch (InterruptedException interrupt) {
      answer.cancel(true);
      Thread.currentThread().interrupt();
      throw CallErrors.undecided(what + ": interrupted", interrupt, kind, true);
    } catch (TimeoutException timeout) {
      answer.cancel(true);
      throw CallErrors.undecided(what + ": no answer within " + within, timeout, kind, true);
    } catch (ExecutionException failure) {
      Throwable cause = failure.getCause() == null ? failure : failure.getCause();
      boolean sent =
          !(cause instanceof ConnectException || cause instanceof HttpConnectTimeoutException);
      throw CallErrors.undecided(what + ": " + ForeignText.failure(cause), null, kind, sent);
    }
  }

  private void requireOk(String verb, CallKind kind, HttpResponse<String> answer) {
    if (answer.statusCode() != 200) {
      throw CallErrors.ofHttp(
          verb + " at " + root, answer.statusCode(), errorText(answer.body()), kind);
    }
  }

  /** The text of Qdrant's {@code {"status":{"error":"…"}}}, or what it says of a key; empty for any other body. */
  private static String errorText(String body) {
    try {
      JsonNode error = JSON.readTree(body).path("status").path("error");
      return error.isTextual() ? ForeignText.line(error.asText()) : "";
    } catch (JsonProcessingException notJson) {
      return ForeignText.aboutKey(body);
    }
  }

  private JsonNode required(JsonNode node, String field) {
    JsonNode value = node.get(field);
    if (value == null || value.isNull()) {
      throw new QdrantException.Unavailable(
          "answer of " + root + " lacks the field " + field, null);
    }
    return value;
  }

  private static String shard(String collection, int shardId) {
    return "/collections/" + encode(collection) + "/shards/" + shardId;
  }

  private static String encode(String segment) {
    return URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private static String sha256(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      byte[] buffer = new byte[1 << 16];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        digest.update(buffer, 0, n);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java runtime offers no SHA-256", e);
    }
  }

  private static void deleteLeftOver(Path part) {
    try {
      Files.deleteIfExists(part);
    } catch (IOException e) {
      throw new UncheckedIOException("left-over " + part + " cannot be deleted", e);
    }
  }
}
