package io.tierkeeper.qdrant.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.qdrant.client.grpc.CollectionsGrpc;
import io.qdrant.client.grpc.PointsGrpc;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** One peer as other clients use it, without the port: with calls that Tierkeeper does not make. */
public final class RawPeer implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** An answer over REST: its status and its body. */
  public record Answer(int status, JsonNode body) {

    /** The result of a call that must have succeeded. */
    public JsonNode result() {
      assertThat(status).as("%s", body).isEqualTo(200);
      return body.path("result");
    }

    /** The engine's words for a refusal. */
    public String error() {
      return body.path("status").path("error").asText();
    }
  }

  private final Channel channel;
  private final HttpClient http;
  private final URI rest;

  RawPeer(Channel channel, HttpClient http, URI rest) {
    this.channel = channel;
    this.http = http;
    this.rest = rest;
  }

  static RawPeer at(QdrantBackend.Address address) {
    return new RawPeer(
        ManagedChannelBuilder.forAddress(address.host(), address.grpc())
            .usePlaintext()
            .build(),
        HttpClient.newHttpClient(),
        URI.create("http://" + address.host() + ":" + address.rest()));
  }

  public PointsGrpc.PointsBlockingStub points() {
    return PointsGrpc.newBlockingStub(channel)
        .withDeadlineAfter(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  public CollectionsGrpc.CollectionsBlockingStub collections() {
    return CollectionsGrpc.newBlockingStub(channel)
        .withDeadlineAfter(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  /** A call over REST with a body of JSON. */
  public Answer rest(String method, String path, String body) {
    return send(HttpRequest.newBuilder(rest.resolve(path))
        .header("content-type", "application/json")
        .method(method, HttpRequest.BodyPublishers.ofString(body)));
  }

  /** Uploads a shard snapshot. */
  public Answer upload(String path, byte[] snapshot) {
    String boundary = "contract-boundary";
    byte[] head = ("--" + boundary
            + "\r\nContent-Disposition: form-data; name=\"snapshot\"; filename=\"s\"\r\n"
            + "Content-Type: application/octet-stream\r\n\r\n")
        .getBytes(StandardCharsets.UTF_8);
    byte[] tail = ("\r\n--" + boundary + "--\r\n").getBytes(StandardCharsets.UTF_8);
    return send(HttpRequest.newBuilder(rest.resolve(path))
        .header("content-type", "multipart/form-data; boundary=" + boundary)
        .POST(HttpRequest.BodyPublishers.concat(
            HttpRequest.BodyPublishers.ofByteArray(head),
            HttpRequest.BodyPublishers.ofByteArray(snapshot),
            HttpRequest.BodyPublishers.ofByteArray(tail))));
  }

  private Answer send(HttpRequest.Builder request) {
    try {
      HttpResponse<String> answer =
          http.send(request.timeout(PATIENCE).build(), HttpResponse.BodyHandlers.ofString());
      return new Answer(answer.statusCode(), JSON.readTree(answer.body()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    if (channel instanceof ManagedChannel managed) {
      managed.shutdownNow();
    }
    http.shutdownNow();
  }
}
