package io.tierkeeper.lab.qdrant.emulator.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tierkeeper.lab.qdrant.emulator.calls.CallGate;
import io.tierkeeper.lab.qdrant.emulator.cluster.Snapshots;
import io.tierkeeper.lab.qdrant.emulator.points.QdrantError;
import io.tierkeeper.lab.qdrant.emulator.rest.RestApi.Answer;
import io.tierkeeper.lab.qdrant.emulator.rest.RestApi.Call;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.function.Consumer;

/** The paths of shard snapshots. */
final class RestSnapshots {

  private static final String STREAM = "/collections/([^/]+)/shards/(\\d+)/snapshot";
  private static final String PATH = "/collections/([^/]+)/shards/(\\d+)/snapshots";

  private final Snapshots snapshots;
  private final CallGate gate;

  RestSnapshots(Snapshots snapshots, CallGate gate) {
    this.snapshots = snapshots;
    this.gate = gate;
  }

  void addTo(RestApi api) {
    api.on(
        "POST",
        PATH,
        call -> gate.mutate(
            "create_shard_snapshot",
            call.collection(),
            "shard " + shard(call),
            () -> Answer.ok(describe(snapshots.create(call.collection(), shard(call))))));
    api.on(
        "GET",
        PATH,
        call -> gate.read("list_shard_snapshots", call.collection(), () -> {
          ArrayNode list = JsonNodeFactory.instance.arrayNode();
          snapshots.list(call.collection(), shard(call)).forEach(s -> list.add(describe(s)));
          return Answer.ok(list);
        }));
    api.on(
        "GET",
        STREAM,
        call -> gate.read(
            "stream_shard_snapshot",
            call.collection(),
            () -> new Answer(
                200,
                "application/octet-stream",
                snapshots.stream(call.collection(), shard(call)))));
    api.on(
        "POST",
        PATH + "/upload",
        call -> mutate("upload_shard_snapshot", call, shard -> {
          RestApi.Request request = call.request();
          snapshots.recover(
              call.collection(),
              shard,
              Multipart.file(request.headers().get("content-type"), request.body()),
              request.parameter("checksum", ""),
              request.parameter("priority", "replica"));
        }));
    api.on(
        "PUT",
        PATH + "/recover",
        call -> mutate("recover_shard_snapshot", call, shard -> {
          JsonNode request = call.request().json();
          snapshots.recover(
              call.collection(),
              shard,
              download(request),
              request.path("checksum").asText(""),
              request.path("priority").asText("replica"));
        }));
    api.on(
        "GET",
        PATH + "/([^/]+)",
        call -> gate.read(
            "download_shard_snapshot",
            call.collection(),
            () -> new Answer(
                200,
                "application/octet-stream",
                snapshots.get(call.collection(), shard(call), name(call)).content())));
    api.on(
        "DELETE",
        PATH + "/([^/]+)",
        call -> mutate(
            "delete_shard_snapshot",
            call,
            shard -> snapshots.delete(call.collection(), shard, name(call))));
  }

  private Answer mutate(String verb, Call call, Consumer<Integer> change) {
    return gate.mutate(verb, call.collection(), "shard " + shard(call), () -> {
      change.accept(shard(call));
      return Answer.ok(true);
    });
  }

  private static int shard(Call call) {
    return Integer.parseInt(call.variables().get(1));
  }

  private static String name(Call call) {
    return call.variables().get(2);
  }

  private static ObjectNode describe(Snapshots.Snapshot snapshot) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("name", snapshot.name())
        .put("creation_time", snapshot.created().toString())
        .put("size", snapshot.content().length)
        .put("checksum", snapshot.checksum());
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
        String status = answer.statusCode() == 401 ? "401 Unauthorized" : "" + answer.statusCode();
        throw QdrantError.badInput(
            "Failed to download tar from %s: status - %s".formatted(location, status));
      }
      return answer.body();
    } catch (IOException e) {
      throw QdrantError.service("Failed to download tar from " + location + ": " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw QdrantError.service("Download interrupted");
    }
  }
}
