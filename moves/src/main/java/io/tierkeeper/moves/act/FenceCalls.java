package io.tierkeeper.moves.act;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tierkeeper.moves.Fence;
import io.tierkeeper.moves.Move;
import io.tierkeeper.moves.WebhookSender;
import io.tierkeeper.qdrant.Filter;
import io.tierkeeper.qdrant.Point;
import io.tierkeeper.qdrant.PointVector;
import io.tierkeeper.qdrant.QdrantException;
import io.tierkeeper.qdrant.QdrantReads;
import io.tierkeeper.qdrant.QdrantWrites;
import io.tierkeeper.qdrant.ShardSelector;
import io.tierkeeper.qdrant.Upsert;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Pauses a tenant's writers and lets them continue; each call may be repeated. */
public final class FenceCalls {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final WebhookSender sender;

  FenceCalls(WebhookSender sender) {
    this.sender = sender;
  }

  /** Sends by HTTP. */
  public static WebhookSender http() {
    // Most engines never send one, and a client has a thread of its own.
    return (url, timeout, body) -> Lazily.CLIENT
        .send(
            HttpRequest.newBuilder(url)
                .timeout(timeout)
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build(),
            HttpResponse.BodyHandlers.discarding())
        .statusCode();
  }

  private static final class Lazily {
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
  }

  /** What must be remembered to lift the fence; null where nothing must. */
  @Nullable
  String remember(Fence fence, QdrantReads port, @Nullable String known) {
    if (!(fence instanceof Fence.Token token) || known != null) {
      return known;
    }
    List<Point> points =
        port.retrieve(token.collection(), ShardSelector.all(), List.of(token.point()));
    if (points.isEmpty()) {
      throw new QdrantException.NotFound(
          "the marker point " + token.point() + " of collection " + token.collection()
              + " is not there: the tenant's writers are already paused by another client",
          null);
    }
    Point point = points.get(0);
    ObjectNode json = JSON.createObjectNode();
    json.set("payload", JSON.valueToTree(point.payload()));
    ObjectNode vectors = json.putObject("vectors");
    point.vectors().forEach((name, vector) -> {
      if (vector instanceof PointVector.Dense dense) {
        vectors.set(name, JSON.valueToTree(dense.values()));
      }
    });
    return json.toString();
  }

  void raise(Move move, Fence fence, QdrantWrites port) {
    switch (fence) {
      case Fence.Manual manual -> {}
      case Fence.Webhook webhook -> call(move, webhook, "Fence");
      case Fence.Token token ->
        port.delete(
            token.collection(), ShardSelector.all(), Filter.ids(List.of(token.point())), true);
    }
  }

  void lift(Move move, Fence fence, QdrantWrites port, @Nullable String remembered) {
    switch (fence) {
      case Fence.Manual manual -> {}
      case Fence.Webhook webhook -> call(move, webhook, "Lift");
      case Fence.Token token -> {
        if (remembered == null) {
          if (!port.retrieve(token.collection(), ShardSelector.all(), List.of(token.point()))
              .isEmpty()) {
            return;
          }
          throw new QdrantException.NotFound(
              "what the marker point " + token.point() + " of collection " + token.collection()
                  + " held is not known any more: write it again by hand",
              null);
        }
        port.upsert(
            Upsert.of(token.collection(), ShardSelector.all(), List.of(read(token, remembered))));
      }
    }
  }

  private static Point read(Fence.Token token, String remembered) {
    try {
      JsonNode json = JSON.readTree(remembered);
      Map<String, Object> payload = new HashMap<>();
      json.path("payload")
          .properties()
          .forEach(entry -> payload.put(entry.getKey(), plain(entry.getValue())));
      Map<String, PointVector> vectors = new HashMap<>();
      json.path("vectors")
          .properties()
          .forEach(entry -> vectors.put(
              entry.getKey(),
              new PointVector.Dense(JSON.convertValue(entry.getValue(), float[].class))));
      return new Point(token.point(), payload, vectors);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the journal's marker point cannot be read", e);
    }
  }

  /** As the port wants them: integers as Long. */
  private static Object plain(JsonNode value) {
    return value.isIntegralNumber()
        ? (Object) value.longValue()
        : JSON.convertValue(value, Object.class);
  }

  private void call(Move move, Fence.Webhook webhook, String phase) {
    try {
      int status = sender.post(
          webhook.url(), webhook.timeout(), Fence.request(move, phase).toString());
      if (status / 100 != 2) {
        throw new QdrantException.Unavailable(
            "the fence " + webhook.url() + " answered " + status + " to " + phase, null);
      }
    } catch (IOException e) {
      throw new QdrantException.Unavailable(
          "the fence " + webhook.url() + " cannot be reached: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new QdrantException.Unavailable("interrupted while calling the fence", e);
    }
  }
}
