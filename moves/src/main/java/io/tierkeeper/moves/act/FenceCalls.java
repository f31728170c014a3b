package io.tierkeeper.moves.act;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tierkeeper.moves.Fence;
import io.tierkeeper.moves.Move;
import io.tierkeeper.moves.WebhookSender;
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

  /**
   * Payload field of a marker point that holds its payload while the fence is raised. No filter on the point's own fields finds it
   * then, and nothing of it has to be kept outside Qdrant.
   */
  public static final String FENCED = "tierkeeper_fenced";

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

  /**
   * Why a fence cannot be raised, before it is announced.
   *
   * @throws QdrantException.Rejected where the fence is not allowed
   * @throws QdrantException.NotFound where the marker point is not there
   */
  void requireRaisable(Fence fence, QdrantReads port) {
    sender.refusal(fence).ifPresent(refusal -> {
      throw new QdrantException.Rejected(refusal, null);
    });
    if (fence instanceof Fence.Token token && marker(token, port) == null) {
      throw new QdrantException.NotFound(
          "the marker point " + token.point() + " of collection " + token.collection()
              + " is not there: the tenant's writers are already paused by another client",
          null);
    }
  }

  void raise(Move move, Fence fence, QdrantWrites port) {
    switch (fence) {
      case Fence.Manual manual -> {}
      case Fence.Webhook webhook -> call(move, webhook, "Fence");
      case Fence.Token token -> {
        Point marker = marker(token, port);
        if (marker == null) {
          throw new QdrantException.NotFound(
              "the marker point " + token.point() + " of collection " + token.collection()
                  + " was removed by another client",
              null);
        }
        if (!marker.payload().containsKey(FENCED)) {
          write(token, marker, Map.of(FENCED, marker.payload()), port);
        }
      }
    }
  }

  /**
   * Lets writers continue.
   *
   * @param remembered content of the marker point, in the journal of a move that an earlier version began
   */
  void lift(Move move, Fence fence, QdrantWrites port, @Nullable String remembered) {
    switch (fence) {
      case Fence.Manual manual -> {}
      case Fence.Webhook webhook -> call(move, webhook, "Lift");
      case Fence.Token token -> {
        Point marker = marker(token, port);
        if (marker != null) {
          if (marker.payload().get(FENCED) instanceof Map<?, ?> payload) {
            Map<String, Object> content = new HashMap<>();
            payload.forEach((field, value) -> content.put(String.valueOf(field), value));
            write(token, marker, content, port);
          }
          return;
        }
        if (remembered == null) {
          throw new QdrantException.NotFound(
              "the marker point " + token.point() + " of collection " + token.collection()
                  + " was removed by another client: write it again by hand",
              null);
        }
        port.upsert(
            Upsert.of(token.collection(), ShardSelector.all(), List.of(read(token, remembered))));
      }
    }
  }

  private static @Nullable Point marker(Fence.Token token, QdrantReads port) {
    List<Point> points =
        port.retrieve(token.collection(), ShardSelector.all(), List.of(token.point()));
    return points.isEmpty() ? null : points.get(0);
  }

  /** In one write, with all its vectors. */
  private static void write(
      Fence.Token token, Point marker, Map<String, Object> payload, QdrantWrites port) {
    port.upsert(Upsert.of(
        token.collection(),
        ShardSelector.all(),
        List.of(new Point(marker.id(), payload, marker.vectors()))));
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
