package io.tierkeeper.lab.qdrant.emulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The REST paths of one peer that gRPC does not offer, and a few that tell the same. */
final class RestApi {

  private static final Logger log = LoggerFactory.getLogger(RestApi.class);
  private static final Pattern COLLECTION_CLUSTER = Pattern.compile("/collections/([^/]+)/cluster");
  private static final Pattern SNAPSHOTS =
      Pattern.compile("/collections/([^/]+)/shards/(\\d+)/snapshots(?:/([^/]+))?");

  /** What arrives; names of headers in lower case. */
  record Request(String method, URI uri, Map<String, String> headers, byte[] body) {}

  /** What is answered. */
  record Answer(int status, String type, byte[] body) {}

  private final PeerNode node;
  private final CallGate gate;
  private final ObjectMapper json = new ObjectMapper();
  private final RestViews views;

  RestApi(PeerNode node, CallGate gate) {
    this.node = node;
    this.gate = gate;
    this.views = new RestViews(node, json);
  }

  /** Answers; {@link CallGate.Unanswered} where the fault plan wants no answer. */
  Answer answer(Request request) {
    try {
      return route(request);
    } catch (QdrantError e) {
      return failed(e);
    } catch (CallGate.Unanswered e) {
      throw e;
    } catch (RuntimeException e) {
      log.warn("{} failed", request.uri(), e);
      return failed(QdrantError.service(e.toString()));
    }
  }

  private Answer route(Request request) {
    String path = request.uri().getRawPath();
    String method = request.method();
    Map<String, String> query = query(request.uri());
    switch (path) {
      case "/" -> {
        ObjectNode told = json.createObjectNode();
        told.put("title", "qdrant - vector search engine (emulated)");
        told.put("version", node.cluster().options().version());
        return gate.pass(CallGate.Call.reading("version", ""), () -> json(200, told));
      }
      case "/healthz", "/livez" -> {
        return gate.pass(
            CallGate.Call.reading("healthz", ""), () -> text(200, "healthz check passed"));
      }
      case "/readyz" -> {
        return gate.pass(
            CallGate.Call.reading("readyz", ""),
            () -> node.readiness().poll()
                ? text(200, "all shards are ready")
                : text(503, "some shards are not ready"));
      }
      default -> {}
    }
    requireKey(request);
    Matcher cluster = COLLECTION_CLUSTER.matcher(path);
    Matcher snapshots = SNAPSHOTS.matcher(path);
    if (path.equals("/cluster") && method.equals("GET")) {
      return gate.pass(CallGate.Call.reading("cluster", ""), () -> ok(views.cluster()));
    }
    if (path.equals("/cluster/telemetry") && method.equals("GET")) {
      int details = Integer.parseInt(query.getOrDefault("details_level", "0"));
      return gate.pass(
          CallGate.Call.reading("cluster_telemetry", ""), () -> ok(views.telemetry(details)));
    }
    if (path.equals("/metrics") && method.equals("GET")) {
      return gate.pass(CallGate.Call.reading("metrics", ""), () -> text(200, views.metrics()));
    }
    if (RestChanges.knows(method, path)) {
      return ok(new RestChanges(node, gate, json).answer(method, path, request.body()));
    }
    if (cluster.matches() && method.equals("GET")) {
      String name = decode(cluster.group(1));
      return gate.pass(
          CallGate.Call.reading("collection_cluster_info", name),
          () -> ok(views.collectionCluster(node.collection(name))));
    }
    if (snapshots.matches()) {
      return snapshots(
          method,
          decode(snapshots.group(1)),
          Integer.parseInt(snapshots.group(2)),
          snapshots.group(3) == null ? null : decode(snapshots.group(3)),
          query,
          request.headers().get("content-type"),
          request.body());
    }
    throw QdrantError.unimplemented(method + " " + path);
  }

  private Answer snapshots(
      String method,
      String collection,
      int shard,
      @Nullable String name,
      Map<String, String> query,
      @Nullable String contentType,
      byte[] body) {
    Snapshots store = node.snapshots();
    String detail = "shard " + shard;
    if (name == null) {
      return switch (method) {
        case "POST" ->
          gate.pass(
              CallGate.Call.changing("create_shard_snapshot", collection, detail),
              () -> ok(describe(store.create(collection, shard))));
        case "GET" ->
          gate.pass(CallGate.Call.reading("list_shard_snapshots", collection), () -> {
            var list = json.createArrayNode();
            store.list(collection, shard).forEach(s -> list.add(describe(s)));
            return ok(list);
          });
        default -> throw QdrantError.unimplemented(method + " on shard snapshots");
      };
    }
    if (name.equals("upload") && method.equals("POST")) {
      return gate.pass(CallGate.Call.changing("upload_shard_snapshot", collection, detail), () -> {
        byte[] content = Multipart.file(contentType, body);
        store.recover(
            collection,
            shard,
            content,
            query.getOrDefault("checksum", ""),
            query.getOrDefault("priority", "replica"));
        return ok(json.getNodeFactory().booleanNode(true));
      });
    }
    if (name.equals("recover") && method.equals("PUT")) {
      return gate.pass(CallGate.Call.changing("recover_shard_snapshot", collection, detail), () -> {
        JsonNode request = parse(body);
        store.recover(
            collection,
            shard,
            download(request),
            request.path("checksum").asText(""),
            request.path("priority").asText("replica"));
        return ok(json.getNodeFactory().booleanNode(true));
      });
    }
    return switch (method) {
      case "GET" ->
        gate.pass(
            CallGate.Call.reading("download_shard_snapshot", collection),
            () -> new Answer(
                200,
                "application/octet-stream",
                store.get(collection, shard, name).content()));
      case "DELETE" ->
        gate.pass(CallGate.Call.changing("delete_shard_snapshot", collection, detail), () -> {
          store.delete(collection, shard, name);
          return ok(json.getNodeFactory().booleanNode(true));
        });
      default -> throw QdrantError.unimplemented(method + " on a shard snapshot");
    };
  }

  private ObjectNode describe(Snapshots.Snapshot snapshot) {
    return json.createObjectNode()
        .put("name", snapshot.name())
        .put("creation_time", snapshot.created().toString())
        .put("size", snapshot.content().length)
        .put("checksum", snapshot.checksum());
  }

  private JsonNode parse(byte[] body) {
    try {
      return json.readTree(body);
    } catch (IOException e) {
      throw QdrantError.badRequest("Json deserialize error: " + e.getMessage());
    }
  }

  private static byte[] download(JsonNode request) {
    String location = request.path("location").asText();
    HttpRequest.Builder get = HttpRequest.newBuilder(URI.create(location));
    if (request.hasNonNull("api_key")) {
      get.header("api-key", request.path("api_key").asText());
    }
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<byte[]> answer =
          client.send(get.build(), HttpResponse.BodyHandlers.ofByteArray());
      if (answer.statusCode() != 200) {
        throw QdrantError.badInput("Failed to download tar from "
            + location
            + ": status - "
            + answer.statusCode()
            + (answer.statusCode() == 401 ? " Unauthorized" : ""));
      }
      return answer.body();
    } catch (IOException e) {
      throw QdrantError.service("Failed to download tar from " + location + ": " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw QdrantError.service("Download interrupted");
    }
  }

  private static String reason(int status) {
    return switch (status) {
      case 401 -> " Unauthorized";
      case 404 -> " Not Found";
      default -> "";
    };
  }

  private void requireKey(Request request) {
    String refusal = ApiKeyCheck.refusal(
        node.cluster().options().apiKey(),
        request.headers().get("api-key"),
        request.headers().get("authorization"));
    if (refusal != null) {
      throw new QdrantError(QdrantError.Kind.UNAUTHENTICATED, refusal);
    }
  }

  // ---- answers

  private Answer ok(JsonNode result) {
    ObjectNode envelope = json.createObjectNode();
    envelope.set("result", result);
    envelope.put("status", "ok");
    envelope.put("time", 0.001);
    return json(200, envelope);
  }

  private Answer failed(QdrantError error) {
    if (error.kind() == QdrantError.Kind.UNAUTHENTICATED) {
      return text(401, error.text());
    }
    ObjectNode envelope = json.createObjectNode();
    envelope.putObject("status").put("error", error.text());
    envelope.put("time", 0.001);
    return json(error.httpStatus(), envelope);
  }

  private Answer json(int status, JsonNode body) {
    return new Answer(status, "application/json", body.toString().getBytes(StandardCharsets.UTF_8));
  }

  private static Answer text(int status, String text) {
    return new Answer(status, "text/plain", text.getBytes(StandardCharsets.UTF_8));
  }

  private static Map<String, String> query(URI uri) {
    Map<String, String> parameters = new HashMap<>();
    String raw = uri.getRawQuery();
    if (raw != null) {
      for (String pair : raw.split("&", -1)) {
        int equals = pair.indexOf('=');
        if (equals > 0) {
          parameters.put(decode(pair.substring(0, equals)), decode(pair.substring(equals + 1)));
        }
      }
    }
    return parameters;
  }

  static String decode(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }
}
