package io.tierkeeper.lab.qdrant.emulator.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.qdrant.client.grpc.Collections.CreateShardKey;
import io.qdrant.client.grpc.Collections.CreateShardKeyRequest;
import io.qdrant.client.grpc.Collections.DeleteShardKey;
import io.qdrant.client.grpc.Collections.DeleteShardKeyRequest;
import io.qdrant.client.grpc.CollectionsGrpc;
import io.qdrant.client.grpc.Points.CreateFieldIndexCollection;
import io.qdrant.client.grpc.Points.DeleteFieldIndexCollection;
import io.qdrant.client.grpc.PointsGrpc;
import io.tierkeeper.lab.qdrant.emulator.api.Operations;
import io.tierkeeper.lab.qdrant.emulator.calls.ApiKey;
import io.tierkeeper.lab.qdrant.emulator.calls.CallGate;
import io.tierkeeper.lab.qdrant.emulator.cluster.PeerNode;
import io.tierkeeper.lab.qdrant.emulator.points.QdrantError;
import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The REST paths of one peer that gRPC does not offer, and those that people use by hand. What gRPC offers too is
 * answered by the same API; dense vectors only.
 */
public final class RestApi {

  private static final Logger log = LoggerFactory.getLogger(RestApi.class);
  private static final ObjectMapper JSON = new ObjectMapper();

  /** A request; names of headers in lower case. */
  record Request(String method, URI uri, Map<String, String> headers, byte[] body) {

    static Request of(String method, URI uri, Map<String, List<String>> headers, byte[] body) {
      Map<String, String> first = new HashMap<>();
      headers.forEach(
          (name, values) -> first.put(name.toLowerCase(Locale.ROOT), values.getFirst()));
      return new Request(method, uri, first, body);
    }

    JsonNode json() {
      try {
        return JSON.readTree(body);
      } catch (IOException e) {
        throw QdrantError.badRequest("Json deserialize error: " + e.getMessage());
      }
    }

    /** A query parameter. */
    String parameter(String name, String otherwise) {
      String raw = uri.getRawQuery();
      Map<String, String> parameters = new HashMap<>();
      for (String pair : raw == null ? new String[0] : raw.split("&", -1)) {
        int equals = pair.indexOf('=');
        if (equals > 0) {
          parameters.put(decode(pair.substring(0, equals)), decode(pair.substring(equals + 1)));
        }
      }
      return parameters.getOrDefault(name, otherwise);
    }
  }

  /** An answer. */
  record Answer(int status, String type, byte[] body) {

    static Answer text(int status, String text) {
      return new Answer(status, "text/plain", text.getBytes(StandardCharsets.UTF_8));
    }

    static Answer json(int status, JsonNode body) {
      return new Answer(
          status, "application/json", body.toString().getBytes(StandardCharsets.UTF_8));
    }

    /** A result in the engine's envelope. */
    static Answer ok(JsonNode result) {
      ObjectNode envelope = JsonNodeFactory.instance.objectNode();
      envelope.set("result", result);
      return json(200, envelope.put("status", "ok").put("time", 0.001));
    }

    static Answer ok(boolean result) {
      return ok(BooleanNode.valueOf(result));
    }

    private static Answer failed(QdrantError error) {
      if (error.kind() == QdrantError.Kind.UNAUTHENTICATED) {
        return text(401, error.text());
      }
      ObjectNode envelope = JsonNodeFactory.instance.objectNode();
      envelope.putObject("status").put("error", error.text());
      return json(error.httpStatus(), envelope.put("time", 0.001));
    }
  }

  /** A request with the decoded variables of its path. */
  record Call(Request request, List<String> variables) {

    String collection() {
      return variables.getFirst();
    }
  }

  private record Route(String method, Pattern path, boolean open, Function<Call, Answer> handler) {}

  private final PeerNode node;
  private final CallGate gate;
  private final ApiKey key;
  private final List<Route> routes = new ArrayList<>();

  /** The API of a peer; its version and key are those of the gRPC services. */
  public RestApi(PeerNode node, Operations operations, CallGate gate, PeerInfo info, ApiKey key) {
    this.node = node;
    this.gate = gate;
    this.key = key;
    addHealthChecks(info.version());
    addViews(new RestViews(node, info));
    addPoints(new RestPoints(operations));
    addLayout(operations);
    new RestSnapshots(node.snapshots(), gate).addTo(this);
  }

  private void addHealthChecks(String version) {
    ObjectNode title = JSON.createObjectNode()
        .put("title", "qdrant - vector search engine (emulated)")
        .put("version", version);
    open("/", "version", () -> Answer.json(200, title));
    open("/(?:healthz|livez)", "healthz", () -> Answer.text(200, "healthz check passed"));
    open(
        "/readyz",
        "readyz",
        () -> node.probeReadiness()
            ? Answer.text(200, "all shards are ready")
            : Answer.text(503, "some shards are not ready"));
  }

  private void addViews(RestViews views) {
    on("GET", "/cluster", call -> gate.read("cluster", "", () -> Answer.ok(views.cluster())));
    // What a peer says of its machine is no call that a fault is injected into.
    on("GET", "/telemetry", call -> Answer.ok(views.machine()));
    on("GET", "/cluster/telemetry", call -> {
      int details = Integer.parseInt(call.request().parameter("details_level", "0"));
      return gate.read("cluster_telemetry", "", () -> Answer.ok(views.telemetry(details)));
    });
    on(
        "GET",
        "/metrics",
        call -> gate.read("metrics", "", () -> Answer.text(200, views.metrics())));
    on(
        "GET",
        "/collections/([^/]+)/cluster",
        call -> gate.read(
            "collection_cluster_info",
            call.collection(),
            () -> Answer.ok(views.collectionCluster(node.collection(call.collection())))));
  }

  private void addPoints(RestPoints points) {
    String path = "/collections/([^/]+)/points";
    on(
        "POST",
        path,
        call -> Answer.ok(points.retrieve(call.collection(), call.request().json())));
    on(
        "PUT",
        path,
        call -> Answer.ok(points.upsert(call.collection(), call.request().json())));
    on(
        "POST",
        path + "/query",
        call -> Answer.ok(points.query(call.collection(), call.request().json())));
    on(
        "POST",
        path + "/delete",
        call -> Answer.ok(points.delete(call.collection(), call.request().json())));
    on(
        "POST",
        path + "/payload/delete",
        call -> Answer.ok(points.deletePayload(call.collection(), call.request().json())));
  }

  private void addLayout(Operations operations) {
    on("PUT", "/collections/([^/]+)/shards", call -> {
      JsonNode body = call.request().json();
      CreateShardKey.Builder key =
          CreateShardKey.newBuilder().setShardKey(RestPoints.key(body.path("shard_key")));
      if (body.has("shards_number")) {
        key.setShardsNumber(body.path("shards_number").asInt());
      }
      if (body.has("replication_factor")) {
        key.setReplicationFactor(body.path("replication_factor").asInt());
      }
      CreateShardKeyRequest request = CreateShardKeyRequest.newBuilder()
          .setCollectionName(call.collection())
          .setRequest(key)
          .build();
      return Answer.ok(
          operations.call(CollectionsGrpc.getCreateShardKeyMethod(), request).getResult());
    });
    on("PUT", "/collections/([^/]+)/index", call -> {
      CreateFieldIndexCollection request =
          RestPoints.index(call.collection(), call.request().json());
      operations.call(PointsGrpc.getCreateFieldIndexMethod(), request);
      return Answer.ok(true);
    });
    on("DELETE", "/collections/([^/]+)/index/([^/]+)", call -> {
      DeleteFieldIndexCollection request = DeleteFieldIndexCollection.newBuilder()
          .setCollectionName(call.collection())
          .setFieldName(call.variables().get(1))
          .setWait(true)
          .build();
      operations.call(PointsGrpc.getDeleteFieldIndexMethod(), request);
      return Answer.ok(true);
    });
    on("POST", "/collections/([^/]+)/shards/delete", call -> {
      DeleteShardKey key = DeleteShardKey.newBuilder()
          .setShardKey(RestPoints.key(call.request().json().path("shard_key")))
          .build();
      DeleteShardKeyRequest request = DeleteShardKeyRequest.newBuilder()
          .setCollectionName(call.collection())
          .setRequest(key)
          .build();
      return Answer.ok(
          operations.call(CollectionsGrpc.getDeleteShardKeyMethod(), request).getResult());
    });
    on(
        "POST",
        "/collections/([^/]+)/cluster",
        call -> Answer.ok(operations
            .call(
                CollectionsGrpc.getUpdateCollectionClusterSetupMethod(),
                RestPoints.clusterSetup(call.collection(), call.request().json()))
            .getResult()));
  }

  private void open(String path, String verb, Supplier<Answer> answer) {
    routes.add(new Route("", Pattern.compile(path), true, call -> gate.read(verb, "", answer)));
  }

  /** Adds a path; its groups are the variables. */
  void on(String method, String path, Function<Call, Answer> handler) {
    routes.add(new Route(method, Pattern.compile(path), false, handler));
  }

  /** The answer to a request; {@link CallGate.Unanswered} where the fault plan wants none. */
  Answer answer(Request request) {
    try {
      return route(request);
    } catch (QdrantError e) {
      return Answer.failed(e);
    } catch (CallGate.Unanswered e) {
      throw e;
    } catch (RuntimeException e) {
      log.warn("{} failed", request.uri(), e);
      return Answer.failed(QdrantError.service(e.toString()));
    }
  }

  private Answer route(Request request) {
    String path = request.uri().getRawPath();
    for (Route route : routes) {
      Matcher matcher = route.path().matcher(path);
      if (matcher.matches() && (route.open() || route.method().equals(request.method()))) {
        if (!route.open()) {
          requireKey(request);
        }
        List<String> variables = new ArrayList<>();
        for (int group = 1; group <= matcher.groupCount(); group++) {
          variables.add(decode(matcher.group(group)));
        }
        if (path.startsWith("/collections/")) {
          variables.set(0, node.view().resolve(variables.getFirst()));
        }
        return route.handler().apply(new Call(request, variables));
      }
    }
    requireKey(request);
    throw QdrantError.unimplemented(request.method() + " " + path);
  }

  private void requireKey(Request request) {
    String rejection =
        key.rejection(request.headers().get("api-key"), request.headers().get("authorization"));
    if (rejection != null) {
      throw new QdrantError(QdrantError.Kind.UNAUTHENTICATED, rejection);
    }
  }

  private static String decode(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }
}
