package io.tierkeeper.rag.tei;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.exception.AuthenticationException;
import dev.langchain4j.exception.InternalServerException;
import dev.langchain4j.exception.InvalidRequestException;
import dev.langchain4j.exception.LangChain4jException;
import dev.langchain4j.exception.ModelNotFoundException;
import dev.langchain4j.exception.RateLimitException;
import dev.langchain4j.exception.RetriableException;
import dev.langchain4j.exception.TimeoutException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Sends texts to one path of a server, in batches, with retries; each batch has its time. */
final class TeiCalls {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** One thread for each call that is in flight; idle ones end after a minute. */
  private static final ExecutorService THREADS = Executors.newCachedThreadPool(task -> {
    Thread thread = new Thread(task, "tei-call");
    thread.setDaemon(true);
    return thread;
  });

  private static final int OK = 200;
  private static final Set<Integer> REPEATED = Set.of(429, 502, 503, 504);
  private static final int MAX_SHOWN = 300;

  private final URI url;
  private final HttpClient http;
  private final Duration timeout;
  private final int batchSize;
  private final int maxAttempts;
  private final Duration firstBackOff;
  private final Duration maxBackOff;
  private final @Nullable String apiKey;
  private final @Nullable Boolean truncate;

  TeiCalls(TeiBuilder<?> builder, String path) {
    url = URI.create(builder.url + path);
    // Some servers and proxies do not take the upgrade to HTTP/2 that a POST would carry.
    http = builder.http == null
        ? HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()
        : builder.http;
    timeout = builder.timeout;
    batchSize = builder.batchSize;
    maxAttempts = builder.maxAttempts;
    firstBackOff = builder.firstBackOff;
    maxBackOff = builder.maxBackOff;
    apiKey = builder.apiKey;
    truncate = builder.truncate;
  }

  /** The texts of the segments, in lists of at most the size of a batch. */
  List<List<String>> batches(List<TextSegment> segments) {
    List<List<String>> batches = new ArrayList<>();
    for (int from = 0; from < segments.size(); from += batchSize) {
      int to = Math.min(segments.size(), from + batchSize);
      batches.add(segments.subList(from, to).stream().map(TextSegment::text).toList());
    }
    return batches;
  }

  /**
   * The answer to a request.
   *
   * @throws LangChain4jException of the type that says why there is none
   */
  JsonNode post(Map<String, ?> request) {
    byte[] body = json(request);
    long deadline = System.nanoTime() + timeout.toNanos();
    for (int attempt = 1; ; attempt++) {
      LangChain4jException failure;
      Duration wait = backOff(attempt);
      try {
        HttpResponse<byte[]> response = send(body, deadline);
        if (response.statusCode() == OK) {
          return parsed(response.body());
        }
        failure = refused(response);
        if (!REPEATED.contains(response.statusCode())) {
          throw failure;
        }
        wait = retryAfter(response, wait);
      } catch (IOException e) {
        failure = new TeiUnreachableException(
            url + " cannot be reached in " + attempt + " attempts: " + e, e);
      }
      if (attempt == maxAttempts || System.nanoTime() + wait.toNanos() - deadline >= 0) {
        throw failure;
      }
      pause(wait);
    }
  }

  /** An answer that is not one to the request. */
  TeiAnswerException unexpected(String what) {
    return new TeiAnswerException(
        url + " answers " + what + "; is it a server of Text Embeddings Inference?", null);
  }

  private byte[] json(Map<String, ?> request) {
    Map<String, Object> whole = new LinkedHashMap<>(request);
    if (truncate != null) {
      whole.put("truncate", truncate);
    }
    try {
      // Strict, where Jackson would send something else for half of a surrogate pair.
      ByteBuffer body = StandardCharsets.UTF_8
          .newEncoder()
          .encode(CharBuffer.wrap(JSON.writeValueAsString(whole)));
      byte[] bytes = new byte[body.remaining()];
      body.get(bytes);
      return bytes;
    } catch (CharacterCodingException e) {
      throw new InvalidRequestException(
          "a text for " + url + " has half of a surrogate pair; allowed: whole characters", e);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("texts are always JSON", e);
    }
  }

  private HttpResponse<byte[]> send(byte[] body, long deadline) throws IOException {
    HttpRequest.Builder request = HttpRequest.newBuilder(url)
        .header("Content-Type", "application/json")
        .header("Accept", "application/json")
        .POST(HttpRequest.BodyPublishers.ofByteArray(body));
    if (apiKey != null) {
      request.header("Authorization", "Bearer " + apiKey);
    }
    // A timeout of the request itself would end with the headers of the answer; an asynchronous
    // call
    // would end on the common pool, which an application may have blocked.
    Future<HttpResponse<byte[]>> answer =
        THREADS.submit(() -> http.send(request.build(), BodyHandlers.ofByteArray()));
    try {
      return answer.get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
    } catch (java.util.concurrent.TimeoutException e) {
      answer.cancel(true);
      throw new TimeoutException(
          url + " has not answered within " + timeout + "; set timeout to a longer time", e);
    } catch (InterruptedException e) {
      answer.cancel(true);
      throw interrupted(e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException broken) {
        throw broken;
      }
      throw new IllegalStateException("the call of " + url + " failed", e.getCause());
    }
  }

  private JsonNode parsed(byte[] body) {
    try {
      return JSON.readTree(body);
    } catch (IOException e) {
      throw new TeiAnswerException(url + " answers no JSON: " + shown(body), e);
    }
  }

  private LangChain4jException refused(HttpResponse<byte[]> response) {
    int status = response.statusCode();
    String said = url + " answers " + status + ": " + error(response.body());
    return switch (status) {
      case 401, 403 -> new AuthenticationException(said + "; set apiKey to the server's key");
      case 404 -> new ModelNotFoundException(said + "; set url to the address of the server");
      case 413 ->
        new InvalidRequestException(
            said + "; batchSize is " + batchSize
                + ", allowed: at most the server's --max-client-batch-size; set truncate for longer texts");
      case 400, 422 -> new InvalidRequestException(said);
      case 429 ->
        new RateLimitException(
            said + "; the call may be repeated later, or the server needs more capacity");
      default ->
        status == 424 || status >= 500
            ? new InternalServerException(said)
            : new TeiAnswerException(said, null);
    };
  }

  /** The server's own words where it has any. */
  private static String error(byte[] body) {
    try {
      JsonNode error = JSON.readTree(body).path("error");
      return error.isTextual() ? cut(error.asText()) : shown(body);
    } catch (IOException e) {
      // Not of the server itself, but of a proxy.
      return shown(body);
    }
  }

  private static String shown(byte[] body) {
    return body.length == 0 ? "no body" : cut(new String(body, StandardCharsets.UTF_8));
  }

  private static String cut(String text) {
    return text.length() <= MAX_SHOWN ? text : text.substring(0, MAX_SHOWN) + "…";
  }

  private Duration backOff(int failures) {
    double doubled = firstBackOff.toNanos() * Math.pow(2, failures - 1.0);
    double longest = Math.min(doubled, (double) maxBackOff.toNanos());
    return Duration.ofNanos((long) (longest * (1 - ThreadLocalRandom.current().nextDouble() / 2)));
  }

  private static Duration retryAfter(HttpResponse<?> response, Duration otherwise) {
    return response
        .headers()
        .firstValue("Retry-After")
        .filter(value -> value.matches("[0-9]{1,9}"))
        .map(seconds -> Duration.ofSeconds(Long.parseLong(seconds)))
        .orElse(otherwise);
  }

  private void pause(Duration wait) {
    try {
      TimeUnit.NANOSECONDS.sleep(wait.toNanos());
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private RetriableException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new RetriableException("interrupted while " + url + " was asked", e);
  }
}
